"""Good standing follows from money and dates alone."""

import datetime as dt
from decimal import Decimal

import pytest

from fees.selectors.proposals import propose_allocation
from fees.selectors.schedules import annual_fee, schedule_for
from fees.selectors.standing import beyond_grace, credit_of, in_good_standing, memberships_in_arrears, overdue_invoices, owed_by
from fees.services.invoices import void_invoice
from members.enums import MembershipStatus
from members.models import MembershipTier
from tests.factories.fees import AllocationFactory, InvoiceFactory, PaymentFactory, ScheduleFactory
from tests.factories.members import MembershipFactory, TierFactory

# Issued on 1 March 2026: due on 31 March, grace until 30 April.
DUE, GRACE = dt.date(2026, 3, 31), dt.date(2026, 4, 30)
DAY = dt.timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "paid", "overdue", "good"),
    [
        (DUE, "0", False, True),
        (DUE + DAY, "0", True, True),
        (GRACE, "0", True, True),
        (GRACE + DAY, "0", True, False),
        (GRACE + DAY, "1999.99", True, False),
        (GRACE + DAY, "2000", False, True),
    ],
)
def test_days_and_money_decide(on, paid, overdue, good):
    invoice = InvoiceFactory()
    if Decimal(paid):
        AllocationFactory(invoice=invoice, amount=Decimal(paid))

    assert list(overdue_invoices(on)) == ([invoice] if overdue else [])
    assert list(beyond_grace(on)) == ([] if good else [invoice])
    assert in_good_standing(invoice.membership, on) is good
    assert list(memberships_in_arrears(on)) == ([] if good else [invoice.membership])


@pytest.mark.django_db
def test_a_void_notice_harms_nobody(finance_officer):
    invoice = void_invoice(InvoiceFactory(), actor=finance_officer, reason="开错")

    assert in_good_standing(invoice.membership, GRACE + DAY)
    assert (owed_by(invoice.institution), list(overdue_invoices(GRACE + DAY))) == (Decimal("0.00"), [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "values", "good"),
    [
        (MembershipStatus.ACTIVE, {}, True),
        (MembershipStatus.SUSPENDED, {}, False),
        (MembershipStatus.PENDING_PAYMENT, {}, False),
        (MembershipStatus.ENDED, {"ended_on": dt.date(2026, 1, 1)}, False),
    ],
)
def test_only_an_active_membership_is_in_good_standing(status, values, good):
    assert in_good_standing(MembershipFactory(status=status, **values), DUE) is good


@pytest.mark.django_db
def test_the_schedule_of_a_year_is_the_latest_that_has_begun():
    schedules = [ScheduleFactory(effective_from_year=year) for year in (2018, 2025)]
    membership = MembershipFactory()
    MembershipTier.objects.create(membership=membership, tier=TierFactory(code="vip", name="样例等级"), from_year=2030)

    assert [schedule_for(year) for year in (2017, 2018, 2024, 2025, 2099)] == [None, schedules[0], schedules[0], schedules[1], schedules[1]]
    assert [annual_fee(membership, schedules[1], year) for year in (2029, 2030)] == [Decimal("2000.00"), None]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "parts", "rest", "still_owed"),
    [
        ("0.01", ["0.01"], "0.00", "4999.99"),
        ("2000", ["2000.00"], "0.00", "3000.00"),
        ("2500", ["2000.00", "500.00"], "0.00", "2500.00"),
        ("5000", ["2000.00", "3000.00"], "0.00", "0.00"),
        ("9999.99", ["2000.00", "3000.00"], "4999.99", "0.00"),
    ],
)
def test_a_proposal_uses_the_oldest_first_and_adds_up(amount, parts, rest, still_owed):
    membership = MembershipFactory()
    InvoiceFactory(membership=membership, year=2026, total=Decimal("3000.00"))
    InvoiceFactory(membership=membership, year=2025)
    InvoiceFactory()  # somebody else's

    proposal = propose_allocation(membership.institution, Decimal(amount))

    assert [part for _invoice, part in proposal.parts] == [Decimal(part) for part in parts]
    assert (proposal.rest, proposal.still_owed) == (Decimal(rest), Decimal(still_owed))
    assert sum(part for _invoice, part in proposal.parts) + proposal.rest == Decimal(amount)


@pytest.mark.django_db
def test_credit_is_what_is_left_of_all_payments():
    first = PaymentFactory(amount=Decimal("100.00"))
    PaymentFactory(institution=first.institution, amount=Decimal("0.50"))
    AllocationFactory(invoice=InvoiceFactory(membership=MembershipFactory(institution=first.institution)), payment=first, amount=Decimal("30.00"))

    assert credit_of(first.institution) == Decimal("70.50")
