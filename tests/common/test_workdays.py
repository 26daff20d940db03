"""Working days with the days that the State Council moved."""

import datetime as dt

import pytest

from alliance.common.models import CalendarDay
from alliance.common.workdays import add_workdays, is_covered, workdays_between

pytestmark = pytest.mark.django_db


def test_the_national_holiday_does_not_count_and_the_weekend_worked_for_it_does():
    # 2025: 1 to 8 October off, Sunday 28 September and Saturday 11 October worked.
    assert add_workdays(dt.date(2025, 9, 27), 1) == dt.date(2025, 9, 28)
    assert add_workdays(dt.date(2025, 9, 30), 1) == dt.date(2025, 10, 9)
    assert add_workdays(dt.date(2025, 10, 10), 1) == dt.date(2025, 10, 11)


def test_no_days_on_a_holiday_means_the_next_working_day():
    assert add_workdays(dt.date(2025, 10, 3), 0) == dt.date(2025, 10, 9)


def test_counting_backwards():
    assert add_workdays(dt.date(2025, 10, 9), -1) == dt.date(2025, 9, 30)


def test_a_year_the_library_does_not_know_goes_by_weekday_and_by_the_staffs_table():
    CalendarDay.objects.create(day=dt.date(2090, 1, 2), is_working=False, name="元旦")

    assert is_covered(2090) is False
    assert add_workdays(dt.date(2089, 12, 30), 1) == dt.date(2090, 1, 3)


def test_the_staffs_table_wins_over_the_library():
    CalendarDay.objects.create(day=dt.date(2025, 10, 9), is_working=False)

    assert add_workdays(dt.date(2025, 9, 30), 1) == dt.date(2025, 10, 10)


def test_how_many_working_days_lie_between():
    assert workdays_between(dt.date(2025, 9, 30), dt.date(2025, 10, 11)) == 3
    assert workdays_between(dt.date(2025, 10, 11), dt.date(2025, 9, 30)) == -3
