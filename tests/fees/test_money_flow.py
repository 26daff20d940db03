"""Invoices and payments: numbers, sums, races, immutability."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fees.documents import payment_notice, receipt
from fees.enums import InvoiceState
from fees.models import Allocation, FeeSchedule, Invoice, InvoiceLine, Payment
from fees.selectors.schedules import schedule_for
from fees.selectors.standing import in_good_standing
from fees.services.billing import HasMoney, NoSchedule, issue_joining_invoice, void_invoice
from fees.services.payments import KnownSerial, TooMuch, allocate, record_payment, reverse_payment
from members.enums import MembershipStatus
from members.models import Membership
from tests.factories.fees import PaymentFactory, ScheduleFactory
from tests.factories.members import AffiliationFactory, MembershipFactory
from tests.support import without_triggers

DAY = dt.date(2026, 3, 5)


@pytest.fixture
def membership(db):
    """Approved, waiting for payment."""
    ScheduleFactory()
    return MembershipFactory(pending=True)


@pytest.fixture
def invoice(membership):
    return issue_joining_invoice(membership, source="sample", on=DAY)


def pay(invoice, amount, actor, **values):
    return record_payment(institution=invoice.institution, amount=Decimal(amount), received_on=DAY, payer_name=invoice.institution_name, actor=actor, **values)


def state(invoice):
    return Invoice.objects.with_paid().get(pk=invoice.pk).state


@pytest.mark.django_db
def test_the_first_year_costs_5000_from_the_dated_schedule(invoice):
    assert (invoice.number, invoice.total, invoice.due_on) == ("JF2026-0001", Decimal("5000.00"), dt.date(2026, 4, 4))
    assert [(line.description, line.amount) for line in invoice.lines.all()] == [("入会费", Decimal("3000.00")), ("2026年度年费", Decimal("2000.00"))]


@pytest.mark.django_db
def test_a_later_schedule_changes_nothing_that_was_issued(invoice):
    ScheduleFactory(effective_from_year=2027, entry_fee=Decimal(9000), ordinary=Decimal(8000))

    other = issue_joining_invoice(MembershipFactory(pending=True), source="sample", on=dt.date(2027, 1, 1))

    invoice.refresh_from_db()
    assert (invoice.total, other.total, schedule_for(2026).entry_fee) == (Decimal(5000), Decimal(17000), Decimal(3000))


@pytest.mark.django_db
def test_without_a_schedule_nothing_is_issued():
    with pytest.raises(NoSchedule):
        issue_joining_invoice(MembershipFactory(pending=True), source="sample", on=DAY)

    assert Invoice.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_eight_workers_issue_one_joining_invoice(membership, race):
    race(*[lambda: issue_joining_invoice(Membership.objects.get(pk=membership.pk), source="sample", on=DAY)] * 8)

    assert list(Invoice.objects.values_list("number", flat=True)) == ["JF2026-0001"]


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_some_transactions_fail(membership, race):
    memberships = [membership, *MembershipFactory.create_batch(5, pending=True)]

    def work(position, member):
        def run():
            with transaction.atomic():
                issue_joining_invoice(member, source="sample", on=DAY)
                if position % 2:
                    raise RuntimeError

        return run

    race(*[work(n, m) for n, m in enumerate(memberships)])

    assert sorted(Invoice.objects.values_list("sequence", flat=True)) == [1, 2, 3]


@pytest.mark.django_db
def test_full_payment_activates_the_membership(invoice, finance_officer):
    pay(invoice, 5000, finance_officer)

    membership = Membership.objects.get(pk=invoice.membership_id)
    assert (state(invoice), membership.status, membership.number) == (InvoiceState.SETTLED, MembershipStatus.ACTIVE, "2026-001")


@pytest.mark.django_db
def test_part_payment_does_not_and_the_rest_does(invoice, finance_officer):
    pay(invoice, 3000, finance_officer)
    assert (state(invoice), Membership.objects.get(pk=invoice.membership_id).status) == (InvoiceState.PART_PAID, MembershipStatus.PENDING_PAYMENT)

    pay(invoice, 2000, finance_officer)

    assert Membership.objects.get(pk=invoice.membership_id).status == MembershipStatus.ACTIVE


@pytest.mark.django_db
def test_what_is_paid_too_much_stays_as_credit(invoice, finance_officer):
    payment = pay(invoice, "5200.01", finance_officer)

    assert (payment.left_over(), state(invoice)) == (Decimal("200.01"), InvoiceState.SETTLED)


@pytest.mark.django_db
def test_a_form_sent_twice_enters_one_payment(invoice, finance_officer):
    token = uuid.uuid4()

    first, second = pay(invoice, 100, finance_officer, token=token), pay(invoice, 100, finance_officer, token=token)

    assert (first.pk, Payment.objects.count()) == (second.pk, 1)


@pytest.mark.django_db
def test_one_serial_number_of_the_bank_is_one_payment(invoice, finance_officer):
    pay(invoice, 100, finance_officer, bank_serial="CMBC1")

    with pytest.raises(KnownSerial):
        pay(invoice, 100, finance_officer, bank_serial="CMBC1")


@pytest.mark.django_db
def test_a_reversed_payment_is_owed_again(invoice, finance_officer, timeline):
    payment = pay(invoice, 5000, finance_officer)

    reverse_payment(payment, actor=finance_officer, reason="银行退回")

    assert (state(invoice), timeline(payment)[-1][0]) == (InvoiceState.OPEN, "payment.reversed")


@pytest.mark.django_db
def test_an_unpaid_invoice_is_voided_and_can_be_billed_anew(invoice, finance_officer):
    void_invoice(invoice, actor=finance_officer, reason="抬头有误")

    again = issue_joining_invoice(invoice.membership, source="sample", on=DAY)

    assert (state(invoice), again.number) == (InvoiceState.VOID, "JF2026-0002")


@pytest.mark.django_db
def test_an_invoice_with_money_on_it_is_not_voided(invoice, finance_officer):
    pay(invoice, 1, finance_officer)

    with pytest.raises(HasMoney):
        void_invoice(invoice, actor=finance_officer, reason="x")


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["5000.01", "7000"])
def test_more_than_is_owed_cannot_be_allocated(invoice, finance_officer, amount):
    payment = PaymentFactory(institution=invoice.institution, amount=Decimal(9000))

    with pytest.raises(TooMuch):
        allocate(payment, invoice, Decimal(amount), actor=finance_officer)


@pytest.mark.django_db(transaction=True)
def test_ten_allocations_at_once_never_exceed_payment_or_invoice(membership, finance_officer, race):
    invoice = issue_joining_invoice(membership, source="sample", on=DAY)
    payment = PaymentFactory(institution=invoice.institution, amount=Decimal(2500))

    race(*[lambda: allocate(Payment.objects.get(pk=payment.pk), Invoice.objects.get(pk=invoice.pk), Decimal(1000), actor=finance_officer)] * 10)

    assert (Allocation.objects.count(), payment.left_over()) == (2, Decimal(500))


@pytest.mark.django_db(transaction=True)
def test_control_without_the_trigger_they_do(membership, finance_officer):
    invoice = issue_joining_invoice(membership, source="sample", on=DAY)
    payment = PaymentFactory(institution=invoice.institution, amount=Decimal(2500))

    with without_triggers("fees_allocation"):
        for _n in range(3):
            Allocation.objects.create(payment=payment, invoice=invoice, amount=Decimal(1000), made_by=finance_officer)

    assert payment.left_over() == Decimal(-500)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fees_invoice SET total = 1",
        "UPDATE fees_invoice SET number = 'X'",
        "DELETE FROM fees_invoice",
        "UPDATE fees_invoiceline SET amount = 1",
        "DELETE FROM fees_payment",
        "UPDATE fees_payment SET amount = 1",
        "DELETE FROM fees_allocation",
        "UPDATE fees_invoice SET voided_at = now()",
    ],
)
def test_the_books_cannot_be_rewritten(membership, finance_officer, statement):
    invoice = issue_joining_invoice(membership, source="sample", on=DAY)
    pay(invoice, 100, finance_officer)

    with pytest.raises((IntegrityError, InternalError)), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_total_that_is_not_the_sum_of_the_lines_is_refused_at_the_commit(membership):
    with pytest.raises(IntegrityError), transaction.atomic():
        invoice = Invoice.objects.create(
            number="JF2026-0009", year=2026, sequence=9, membership=membership, institution=membership.institution, institution_name="x",
            total=Decimal(10), remark="x", issued_on=DAY, due_on=DAY,
        )  # fmt: skip
        InvoiceLine.objects.create(invoice=invoice, membership=membership, kind="entry", year=2026, description="x", amount=Decimal(9))


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["pay", "reverse"]), st.decimals("0.01", "4000", places=2)), max_size=6))
def test_whatever_is_paid_and_reversed_states_equal_sums(finance_officer, steps):
    ScheduleFactory()
    invoice = issue_joining_invoice(MembershipFactory(pending=True), source="sample", on=DAY)
    payments = []
    for what, amount in steps:
        if what == "pay":
            payments.append(pay(invoice, amount, finance_officer))
        elif payments:
            reverse_payment(payments.pop(), actor=finance_officer, reason="x")

    row = Invoice.objects.with_paid().get(pk=invoice.pk)
    money_in = sum((p.amount for p in Payment.objects.filter(institution=invoice.institution, reversed_at=None)), start=Decimal(0))
    assert row.paid <= min(row.total, money_in)
    assert row.state == ("settled" if row.paid == row.total else "part_paid" if row.paid else "open")


@pytest.mark.django_db
def test_good_standing_ends_after_due_date_and_grace(membership, finance_officer):
    invoice = issue_joining_invoice(membership, source="sample", on=DAY)
    active = membership
    Membership.objects.filter(pk=active.pk).update(status=MembershipStatus.ACTIVE, number="2026-900", joined_on=DAY)
    active.refresh_from_db()
    grace = FeeSchedule.objects.get().grace_days

    standing = [in_good_standing(active, invoice.due_on + dt.timedelta(days=days)) for days in (0, grace, grace + 1)]

    assert standing == [True, True, False]


@pytest.mark.django_db
def test_documents_are_pdfs_with_the_bank_data(invoice, finance_officer):
    import io

    import pikepdf

    pay(invoice, 5000, finance_officer)

    for content in (payment_notice(invoice), receipt(invoice)):
        assert len(pikepdf.open(io.BytesIO(content)).pages) == 1


@pytest.mark.django_db
def test_a_unit_sees_its_own_money_only(invoice, finance_officer, client_for, stranger):
    own = AffiliationFactory(institution=invoice.institution, person__with_user=True).person.user
    other = AffiliationFactory(person__with_user=True).person.user
    url = reverse("fees:invoice_pdf", args=[invoice.pk])

    answers = [client_for(user).get(url).status_code for user in (own, finance_officer, other, stranger, None)]

    assert answers == [200, 200, 404, 404, 302]
    assert invoice.number in client_for(own).get(reverse("fees:dues")).content.decode()


@pytest.mark.django_db
def test_finance_records_a_payment_with_full_width_digits(invoice, finance_officer, client_for):
    url = reverse("admin:fees_invoice_payment", args=[invoice.pk])

    client_for(finance_officer).post(
        url,
        {"received_on": "2026-03-05", "amount": "５，０００．００元", "payer_name": "苏州大学", "remark": "", "bank_serial": "", "token": str(uuid.uuid4())},
    )

    assert (state(invoice), Payment.objects.get().amount) == (InvoiceState.SETTLED, Decimal("5000.00"))


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["", "abc", "-5", "0", "1e99", "９" * 40, "😀"])
def test_a_wrong_amount_is_said_at_the_form_and_what_was_typed_stays(invoice, finance_officer, client_for, amount):
    url = reverse("admin:fees_invoice_payment", args=[invoice.pk])

    response = client_for(finance_officer).post(url, {"received_on": "2026-03-05", "amount": amount, "payer_name": "苏州大学附属", "token": str(uuid.uuid4())})

    page = response.content.decode()
    assert (response.status_code, "error-summary" in page, "苏州大学附属" in page, Payment.objects.count()) == (200, True, True, 0)
