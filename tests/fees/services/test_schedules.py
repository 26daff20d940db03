"""What a new installation starts with."""

from decimal import Decimal

import pytest

from fees.models import FeeSchedule
from fees.services.schedules import ensure_schedule
from tests.factories.fees import ScheduleFactory


@pytest.mark.django_db
def test_a_new_installation_has_the_amounts_of_the_notice_and_says_where_from(timeline):
    first, again = ensure_schedule(), ensure_schedule()

    assert first == again
    assert (first.effective_from_year, first.entry_fee, first.amounts.get().amount) == (2025, Decimal("3000.00"), Decimal("2000.00"))
    assert (first.amounts.get().tier.code, first.is_sample, "2025" in first.clause) == ("ordinary", False, True)
    assert timeline(first) == [("schedule.added", "setup")]


@pytest.mark.django_db
def test_a_schedule_that_somebody_entered_is_left_alone():
    own = ScheduleFactory(effective_from_year=2030, entry_fee=Decimal("1.00"))

    assert ensure_schedule() == own
    assert FeeSchedule.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("amount", "outside"), [("1999.99", True), ("2000", False), ("5000", False), ("5000.01", True)])
def test_the_charter_names_a_range(amount, outside):
    assert ScheduleFactory().is_outside_charter(Decimal(amount)) is outside
