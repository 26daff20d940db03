"""Money that goes back: entries of their own, and what they paid is owed again."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from fees.exceptions import AlreadyReleased, NotPositive, TooMuch
from fees.models import Allocation, Reversal
from fees.selectors.books import discrepancies
from fees.services.payments import record_payment
from fees.services.reversals import release_allocation, reverse_payment
from members.enums import MembershipStatus
from members.models import Membership
from tests.factories.fees import AllocationFactory, InvoiceFactory, PaymentFactory
from tests.factories.members import MembershipFactory
from tests.support import moment


@pytest.fixture(autouse=True)
def in_may():
    """It is 6 May 2026."""
    with time_machine.travel(moment("2026-05-06 09:00")):
        yield


@pytest.mark.django_db
def test_an_undone_allocation_is_owed_again_and_becomes_credit(finance_officer, timeline):
    allocation = AllocationFactory()

    release_allocation(allocation, actor=finance_officer, reason="应为另一单位")

    invoice, payment = allocation.invoice, allocation.payment
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.state, invoice.owed, payment.left) == ("open", Decimal("2000.00"), Decimal("2000.00"))
    assert timeline(invoice) == timeline(payment) == [("payment.released", finance_officer)]
    with pytest.raises(AlreadyReleased):
        release_allocation(allocation, actor=finance_officer, reason="再来")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "paid"),
    [
        (None, ["0.00", "0.00", "0.00"]),
        ("500", ["2000.00", "2000.00", "2000.00"]),
        ("500.01", ["2000.00", "2000.00", "1999.99"]),
        ("2500", ["2000.00", "2000.00", "0.00"]),
        ("4000", ["2000.00", "500.00", "0.00"]),
        ("6500", ["0.00", "0.00", "0.00"]),
    ],
)
def test_credit_goes_first_then_the_latest_allocations(finance_officer, amount, paid):
    membership = MembershipFactory()
    invoices = [InvoiceFactory(membership=membership, year=year) for year in (2024, 2025, 2026)]
    payment = record_payment(
        institution=membership.institution, amount=Decimal(6500), received_on=dt.date(2026, 4, 1), payer_name="校财务处", actor=finance_officer
    )

    reverse_payment(payment, actor=finance_officer, reason="多付", kind="refund", amount=Decimal(amount) if amount else None)

    for invoice in invoices:
        invoice.refresh_from_db()
    assert [invoice.paid for invoice in invoices] == [Decimal(value) for value in paid]
    assert payment.left == Decimal("0.00")
    assert discrepancies() == []


@pytest.mark.django_db
def test_a_returned_transfer_leaves_the_member_a_member_who_owes(finance_officer, timeline):
    invoice = InvoiceFactory(entry=True, membership=MembershipFactory(pending=True))
    payment = record_payment(institution=invoice.institution, amount=Decimal(2000), received_on=dt.date(2026, 4, 1), payer_name="某大学", actor=finance_officer)

    reverse_payment(payment, actor=finance_officer, reason="户名不符，银行退汇")
    again = record_payment(institution=invoice.institution, amount=Decimal(2000), received_on=dt.date(2026, 5, 1), payer_name="某大学", actor=finance_officer)

    membership = Membership.objects.get(pk=invoice.membership_id)
    assert (membership.status, membership.joined_on, again.left) == (MembershipStatus.ACTIVE, dt.date(2026, 4, 1), Decimal("0.00"))
    assert ("payment.reversed", finance_officer) in timeline(membership)


@pytest.mark.django_db
def test_not_more_goes_back_than_came_in(finance_officer):
    payment = PaymentFactory(amount=Decimal("2000.00"))
    reverse_payment(payment, actor=finance_officer, reason="退一半", kind="refund", amount=Decimal(1000))

    for error, kind, amount in [(TooMuch, "refund", "1000.01"), (TooMuch, "mistake", "1000"), (NotPositive, "refund", "0")]:
        with pytest.raises(error):
            reverse_payment(payment, actor=finance_officer, reason="x", kind=kind, amount=Decimal(amount))
    reverse_payment(payment, actor=finance_officer, reason="退另一半", kind="refund")
    with pytest.raises(NotPositive):
        reverse_payment(payment, actor=finance_officer, reason="还退")

    assert [entry.amount for entry in Reversal.objects.all()] == [Decimal("1000.00")] * 2


@pytest.mark.django_db(transaction=True)
def test_reversing_and_releasing_at_once_gives_the_money_back_once(race, finance_officer):
    allocation = AllocationFactory()

    race(
        lambda: reverse_payment(type(allocation.payment).objects.get(), actor=finance_officer, reason="退汇"),
        lambda: release_allocation(Allocation.objects.get(), actor=finance_officer, reason="分错"),
        lambda: reverse_payment(type(allocation.payment).objects.get(), actor=finance_officer, reason="退汇"),
    )

    assert Reversal.objects.count() == 1
    assert discrepancies() == []
