"""Numbers without gaps."""

import pytest
from django.db import connection, transaction

from alliance.common.models import NumberSeries
from alliance.common.numbering import next_number


@pytest.mark.django_db
def test_numbers_count_from_one_in_each_series_and_year():
    assert [next_number("JF", 2025), next_number("JF", 2025), next_number("JF", 2026), next_number("RM", 2025)] == [1, 2, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_gives_the_number_back():
    with pytest.raises(RuntimeError), transaction.atomic():
        next_number("JF", 2025)
        raise RuntimeError

    with transaction.atomic():
        assert next_number("JF", 2025) == 1


@pytest.mark.django_db(transaction=True)
def test_sixteen_takers_at_once_get_sixteen_numbers_in_a_row(race):
    def take():
        with transaction.atomic():
            return next_number("JF", 2025)

    assert sorted(race(*[take] * 16)) == list(range(1, 17))


@pytest.mark.django_db(transaction=True)
def test_control_reading_and_writing_without_the_lock_gives_one_number_twice(race):
    NumberSeries.objects.create(series="JF", year=2025)

    def careless():
        last = NumberSeries.objects.get(series="JF").last
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
        NumberSeries.objects.update(last=last + 1)
        return last + 1

    numbers = race(*[careless] * 4)

    assert len(set(numbers)) < len(numbers)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_refuses():
    with pytest.raises(transaction.TransactionManagementError):
        next_number("JF", 2025)
