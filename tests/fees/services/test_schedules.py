"""What a new installation starts with."""

import datetime as dt
from decimal import Decimal

import pytest

from fees.enums import LineKind
from fees.models import FeeSchedule
from fees.services.billing import issue_joining_invoice
from fees.services.schedules import ensure_schedule
from tests.factories.fees import ScheduleFactory
from tests.factories.members import MembershipFactory


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


@pytest.mark.django_db
def test_the_first_year_costs_5000_from_the_dated_schedule(secretary):
    ensure_schedule()
    ScheduleFactory(effective_from_year=2027, entry_fee=Decimal("4000.00"), ordinary=Decimal("2500.00"))

    invoices = [issue_joining_invoice(MembershipFactory(pending=True), actor=secretary, on=dt.date(year, 1, 1)) for year in (2026, 2027)]
    before = issue_joining_invoice(MembershipFactory(pending=True), actor=secretary, on=dt.date(2026, 12, 31))

    lines = [{line.kind: line.amount for line in invoice.lines.all()} for invoice in [*invoices, before]]
    this_year = {LineKind.ENTRY: Decimal("3000.00"), LineKind.ANNUAL: Decimal("2000.00")}
    assert lines == [this_year, {LineKind.ENTRY: Decimal("4000.00"), LineKind.ANNUAL: Decimal("2500.00")}, this_year]
    assert [invoice.total for invoice in [*invoices, before]] == [Decimal("5000.00"), Decimal("6500.00"), Decimal("5000.00")]
