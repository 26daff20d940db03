"""Money comes in, pays the oldest first, makes members; exactly once, whoever clicks how often."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
import time_machine

from fees.exceptions import InvoiceIsVoid, KnownSerial, NotPositive, ReceivedInFuture, TooMuch
from fees.models import Allocation, Invoice, Payment
from fees.selectors.books import discrepancies
from fees.services.billing import issue_joining_invoice
from fees.services.invoices import void_invoice
from fees.services.payments import Share, allocate, record_for_several, record_payment, use_credit
from members.enums import MembershipStatus, PersonRole
from members.models import Membership
from tests.factories.fees import InvoiceFactory, PaymentFactory, ScheduleFactory
from tests.factories.members import AffiliationFactory, InstitutionFactory, MembershipFactory
from tests.support import moment

ON = dt.date(2026, 3, 5)


@pytest.fixture(autouse=True)
def in_march():
    """It is 20 March 2026."""
    with time_machine.travel(moment("2026-03-20 09:00")):
        yield


def pay(institution, amount, actor, **values):
    """A transfer of that day."""
    given = {"received_on": dt.date(2026, 3, 12), "payer_name": institution.name, "remark": "会费"} | values
    return record_payment(institution=institution, amount=Decimal(amount), actor=actor, **given)


def money_of(institution):
    """(number, paid, owed, state) of each notice, the oldest first."""
    return [(i.number, i.paid, i.owed, i.state) for i in Invoice.objects.filter(institution=institution).order_by("pk")]


@pytest.fixture
def joining(secretary):
    """The joining notice of a unit that waits for its first payment."""
    ScheduleFactory()
    return issue_joining_invoice(MembershipFactory(pending=True), actor=secretary, on=ON)


@pytest.mark.django_db
def test_the_joining_fees_are_paid_and_the_membership_begins(joining, finance_officer, timeline, outbox_for):
    AffiliationFactory(institution=joining.institution, role=PersonRole.FINANCE)

    pay(joining.institution, "5000", finance_officer)

    membership = Membership.objects.get(pk=joining.membership_id)
    assert (membership.status, membership.number, membership.joined_on) == (MembershipStatus.ACTIVE, "2026-001", dt.date(2026, 3, 12))
    assert [action for action, _who in timeline(joining)] == ["invoice.issued", "payment.allocated", "invoice.settled"]
    assert timeline(membership)[-2:] == [("membership.activated", finance_officer), ("document.issued", finance_officer)]
    assert [message.template for message in outbox_for(joining)] == ["fees/mail/invoice_settled"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "state", "owed", "credit", "status"),
    [
        ("0.01", "part_paid", "4999.99", "0.00", "pending_payment"),
        ("4999.99", "part_paid", "0.01", "0.00", "pending_payment"),
        ("5000.00", "settled", "0.00", "0.00", "active"),
        ("5000.01", "settled", "0.00", "0.01", "active"),
        ("7000.00", "settled", "0.00", "2000.00", "active"),
    ],
)
def test_too_little_enough_too_much(joining, finance_officer, amount, state, owed, credit, status):
    payment = pay(joining.institution, amount, finance_officer)

    joining.refresh_from_db()
    assert (joining.state, joining.owed, payment.left) == (state, Decimal(owed), Decimal(credit))
    assert Membership.objects.get(pk=joining.membership_id).status == status


@pytest.mark.django_db
def test_three_parts_settle_and_the_last_one_makes_the_member(joining, finance_officer):
    for amount, day in (("3000", 8), ("1999.99", 10), ("0.01", 12)):
        pay(joining.institution, amount, finance_officer, received_on=dt.date(2026, 3, day))

    membership = Membership.objects.get(pk=joining.membership_id)
    assert (membership.status, membership.joined_on) == (MembershipStatus.ACTIVE, dt.date(2026, 3, 12))


@pytest.mark.django_db
def test_money_that_came_before_the_notice_makes_a_member_on_the_day_of_issue(secretary, finance_officer):
    ScheduleFactory()
    membership = MembershipFactory(pending=True)
    payment = pay(membership.institution, "5000", finance_officer, received_on=dt.date(2026, 2, 1))
    invoice = issue_joining_invoice(membership, actor=secretary, on=ON)

    (allocation,) = use_credit(payment, actor=finance_officer)

    assert (allocation.invoice, payment.left) == (invoice, Decimal("0.00"))
    assert Membership.objects.get(pk=membership.pk).joined_on == ON


@pytest.mark.django_db
def test_the_oldest_is_paid_first(finance_officer):
    membership = MembershipFactory()
    for year in (2025, 2024, 2026):
        InvoiceFactory(membership=membership, year=year)

    pay(membership.institution, "3000", finance_officer)

    assert money_of(membership.institution) == [
        ("JF2025-0001", Decimal("1000.00"), Decimal("1000.00"), "part_paid"),
        ("JF2024-0001", Decimal("2000.00"), Decimal("0.00"), "settled"),
        ("JF2026-0001", Decimal("0.00"), Decimal("2000.00"), "open"),
    ]


@pytest.mark.django_db
def test_a_unit_that_owes_nothing_gets_credit(finance_officer):
    payment = pay(InstitutionFactory(), "1234.56", finance_officer)

    assert payment.left == Decimal("1234.56")


@pytest.mark.django_db
def test_what_is_no_payment_is_refused(finance_officer):
    institution = InstitutionFactory()
    pay(institution, "1", finance_officer, bank_serial="CMBC-1")

    for error, amount, values in [
        (NotPositive, "0", {}),
        (NotPositive, "-5", {}),
        (NotPositive, "0.004", {}),
        (ReceivedInFuture, "5", {"received_on": dt.date(2026, 3, 21)}),
        (KnownSerial, "5", {"bank_serial": "CMBC-1"}),
    ]:
        with pytest.raises(error):
            pay(institution, amount, finance_officer, **values)

    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_allocating_asks_before_the_database_has_to_refuse(finance_officer):
    payment, invoice = PaymentFactory(amount=Decimal("2000.00")), InvoiceFactory(total=Decimal("1000.00"))
    void = void_invoice(InvoiceFactory(), actor=finance_officer, reason="x")

    for error, target, amount in [(NotPositive, invoice, "0"), (TooMuch, invoice, "1000.01"), (InvoiceIsVoid, void, "1")]:
        with pytest.raises(error):
            allocate(payment, target, Decimal(amount), actor=finance_officer)

    allocate(payment, invoice, Decimal(1000), actor=finance_officer)
    with pytest.raises(TooMuch):
        allocate(payment, InvoiceFactory(), Decimal("1000.01"), actor=finance_officer)


@pytest.mark.django_db
def test_a_settled_joining_notice_of_an_ended_membership_does_not_revive_it(joining, finance_officer):
    Membership.objects.filter(pk=joining.membership_id).update(status=MembershipStatus.ENDED, ended_on=dt.date(2026, 3, 10))

    payment = pay(joining.institution, "5000", finance_officer)

    assert payment.left == Decimal("0.00")
    assert Membership.objects.get(pk=joining.membership_id).status == MembershipStatus.ENDED


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_eight_times_at_once_is_one_payment(race, joining, finance_officer):
    token = uuid.uuid4()

    payments = race(*[lambda: pay(joining.institution, "5000", finance_officer, token=token)] * 8)

    assert len({payment.pk for payment in payments}) == 1
    assert (Payment.objects.count(), Allocation.objects.count()) == (1, 1)
    assert Membership.objects.get(pk=joining.membership_id).number == "2026-001"


@pytest.mark.django_db(transaction=True)
def test_control_without_the_token_each_click_is_a_payment(race, joining, finance_officer):
    race(*[lambda: pay(joining.institution, "5000", finance_officer)] * 3)

    assert Payment.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_payments_at_once_share_the_notices_and_the_rest_is_credit(race, finance_officer):
    membership = MembershipFactory()
    for year in (2024, 2025, 2026):
        InvoiceFactory(membership=membership, year=year)

    payments = race(*[lambda: pay(membership.institution, "1500", finance_officer)] * 6)

    assert [type(payment) for payment in payments] == [Payment] * 6
    assert {row[3] for row in money_of(membership.institution)} == {"settled"}
    assert sum(payment.left for payment in Payment.objects.all()) == Decimal("3000.00")
    assert discrepancies() == []


@pytest.mark.django_db
def test_one_transfer_for_several_units(finance_officer):
    invoices = [InvoiceFactory(), InvoiceFactory()]
    shares = [Share(invoices[0].institution, Decimal(2000)), Share(invoices[1].institution, Decimal(1500))]
    facts = {"amount": Decimal(3500), "received_on": dt.date(2026, 3, 10), "payer_name": "教育厅国库", "bank_serial": "S1", "token": uuid.uuid4()}

    first = record_for_several(shares, actor=finance_officer, **facts)
    again = record_for_several(shares, actor=finance_officer, **facts)

    for invoice in invoices:
        invoice.refresh_from_db()
    assert ([invoice.owed for invoice in invoices], again) == ([Decimal("0.00"), Decimal("500.00")], first)
    assert [payment.bank_serial for payment in first] == ["S1/1", "S1/2"]


@pytest.mark.django_db
@pytest.mark.parametrize("amounts", [(1000, 1000), (2000, 1500.5)])
def test_the_parts_are_the_whole_transfer(finance_officer, amounts):
    shares = [Share(InvoiceFactory().institution, Decimal(str(amount))) for amount in amounts]

    with pytest.raises(TooMuch):
        record_for_several(shares, amount=Decimal(3500), received_on=dt.date(2026, 3, 10), payer_name="x", actor=finance_officer)
    assert Payment.objects.count() == 0
