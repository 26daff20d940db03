"""Money that goes back: asked for, approved by another, transferred with the bank's reference; nothing promised is used twice."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from alliance.common.exceptions import InvalidTransition
from fees.exceptions import NeedsSecondPerson, PeriodClosed, RefundWaits, TooMuch
from fees.models import Allocation, CreditNote, FeeSchedule, Invoice, Payment, Refund, Reversal
from fees.selectors.books import discrepancies
from fees.selectors.finance import credits_to_use
from fees.selectors.refunds import free_credit, overpaid, waiting_refunds
from fees.services.credits import credit_invoice
from fees.services.payments import allocate, use_credit
from fees.services.refunds import NoReference, approve_refund, ask_refund, ask_refund_of_notice, pay_refund, refuse_refund
from fees.services.reversals import reverse_payment
from fees.services.vouchers import close_period
from tests.factories.fees import AllocationFactory, InvoiceFactory, PaymentFactory, ScheduleFactory
from tests.factories.members import MembershipFactory, StaffFactory
from tests.support import timeline, wait_until_blocked, without_triggers

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 20)


@pytest.fixture
def payment():
    return PaymentFactory(amount=Decimal(500))


def ask(payment, actor, amount=500):
    return ask_refund(payment, amount=Decimal(amount), reason="多付", actor=actor)


def test_the_whole_way(payment, finance_officer, secretary):
    refund = ask(payment, finance_officer)
    approve_refund(refund, actor=secretary)
    pay_refund(refund, actor=finance_officer, bank_reference="CMBC20260320001", on=ON)

    payment.refresh_from_db()
    refund.refresh_from_db()
    assert (refund.state, refund.bank_reference, refund.reversal.kind, payment.left) == ("paid", "CMBC20260320001", "refund", Decimal("0.00"))
    assert [action for action, _who in timeline(refund)] == ["refund.asked", "refund.approved", "refund.paid"]
    assert (refund.payee_name, discrepancies()) == (payment.payer_name, [])


def test_who_asks_does_not_approve(payment, finance_officer):
    refund = ask(payment, finance_officer)

    with pytest.raises(NeedsSecondPerson):
        approve_refund(refund, actor=finance_officer)
    with pytest.raises(IntegrityError, match="refund_needs_second_person"), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(state="approved", decided_by=finance_officer)


def test_nothing_is_transferred_before_it_is_approved_or_without_a_reference(payment, finance_officer, secretary):
    refund = ask(payment, finance_officer)

    with pytest.raises(InvalidTransition):
        pay_refund(refund, actor=finance_officer, bank_reference="x", on=ON)
    approve_refund(refund, actor=secretary)
    with pytest.raises(NoReference):
        pay_refund(refund, actor=finance_officer, bank_reference=" ", on=ON)
    with pytest.raises(IntegrityError, match="paid_refund_names_transfer"), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(state="paid")
    assert Reversal.objects.count() == 0


def test_pressed_twice_it_goes_back_once(payment, finance_officer, secretary):
    refund = approve_refund(ask(payment, finance_officer), actor=secretary)
    pay_refund(refund, actor=finance_officer, bank_reference="x", on=ON)

    with pytest.raises(InvalidTransition):
        pay_refund(Refund.objects.get(), actor=finance_officer, bank_reference="x", on=ON)
    assert Reversal.objects.count() == 1


def test_not_in_a_closed_period(payment, finance_officer, secretary):
    refund = approve_refund(ask(payment, finance_officer), actor=secretary)
    close_period(until=ON, actor=finance_officer)

    with pytest.raises(PeriodClosed):
        pay_refund(refund, actor=finance_officer, bank_reference="x", on=ON)
    assert Reversal.objects.count() == 0


def test_what_is_promised_is_used_for_nothing_else(payment, finance_officer):
    ask(payment, finance_officer, 400)
    invoice = InvoiceFactory(membership=MembershipFactory(institution=payment.institution))

    with pytest.raises(TooMuch):
        allocate(payment, invoice, Decimal(101), actor=finance_officer)
    with pytest.raises(TooMuch):
        ask(payment, finance_officer, 101)
    with pytest.raises(RefundWaits):
        reverse_payment(payment, actor=finance_officer, reason="x")
    use_credit(payment, actor=finance_officer)

    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.paid, free_credit(payment), list(credits_to_use())) == (Decimal("100.00"), Decimal("0.00"), [])


def test_the_database_keeps_the_promise(payment, finance_officer):
    ask(payment, finance_officer, 400)
    invoice = InvoiceFactory(membership=MembershipFactory(institution=payment.institution))

    with pytest.raises(IntegrityError, match="waits to be given back"), transaction.atomic():
        Allocation.objects.create(payment=payment, invoice=invoice, amount=Decimal(101), made_by=finance_officer, booked_on=ON)
    with pytest.raises(IntegrityError, match="more than there is"), transaction.atomic():
        Refund.objects.create(payment=payment, amount=Decimal(101), reason="x", payee_name="x", asked_by=finance_officer)


def test_refused_it_is_free_again(payment, finance_officer, secretary):
    refund = ask(payment, finance_officer)
    refuse_refund(refund, actor=secretary, reason="留作明年会费")

    assert (free_credit(payment), list(waiting_refunds()), list(overpaid())) == (Decimal("500.00"), [], [payment])


def test_overpaid_is_credit_of_who_owes_nothing(payment, finance_officer):
    owing = PaymentFactory(amount=Decimal(1))
    InvoiceFactory(membership=MembershipFactory(institution=owing.institution))

    before = list(overpaid())
    ask(payment, finance_officer, 1)

    assert (before, list(overpaid())) == ([payment], [])


def test_a_paid_notice_gets_its_credit_note_with_the_transfer(finance_officer, secretary):
    ScheduleFactory()
    allocation = AllocationFactory(amount=Decimal(2000))
    invoice = allocation.invoice

    (refund,) = ask_refund_of_notice(invoice, amount=Decimal(800), reason="名额取消", actor=None, source="task:places")
    waiting = Invoice.objects.get(pk=invoice.pk)
    approve_refund(refund, actor=secretary)
    pay_refund(refund, actor=finance_officer, bank_reference="x", on=dt.date(2026, 5, 1))

    invoice.refresh_from_db()
    payment = Payment.objects.get()
    assert (waiting.paid, waiting.credited) == (Decimal("2000.00"), Decimal("0.00"))
    assert (invoice.paid, invoice.credited, invoice.state, payment.left) == (Decimal("1200.00"), Decimal("800.00"), "settled", Decimal("0.00"))
    assert (CreditNote.objects.get().amount, discrepancies()) == (Decimal("800.00"), [])


def test_its_credit_note_needs_no_third_person_whatever_its_size(finance_officer, secretary):
    """Two have agreed on the refund; the schedule's limit is for what one person takes off."""
    FeeSchedule.objects.filter(pk=ScheduleFactory().pk).update(credit_approval_above=500)
    invoice = AllocationFactory(amount=Decimal(2000)).invoice
    (refund,) = ask_refund_of_notice(invoice, amount=Decimal(1800), reason="退会", actor=finance_officer)
    approve_refund(refund, actor=secretary)

    pay_refund(refund, actor=finance_officer, bank_reference="x", on=dt.date(2026, 5, 1))

    note = CreditNote.objects.get()
    assert (note.amount, note.refund, note.proposal, discrepancies()) == (Decimal("1800.00"), refund, None, [])


def test_the_database_takes_no_credit_note_for_a_refund_that_is_not_approved_or_of_another_amount(finance_officer, secretary):
    ScheduleFactory()
    invoice = AllocationFactory(amount=Decimal(1000)).invoice  # of 2000: some of it is still owed
    (refund,) = ask_refund_of_notice(invoice, amount=Decimal(800), reason="退会", actor=finance_officer)

    with pytest.raises(IntegrityError, match="this refund was not approved"), transaction.atomic():
        credit_invoice(invoice, amount=Decimal(800), reason="x", actor=secretary, on=ON, refund=refund)
    approve_refund(refund, actor=secretary)
    with pytest.raises(IntegrityError, match="this refund was not approved"), transaction.atomic():
        credit_invoice(invoice, amount=Decimal(900), reason="x", actor=secretary, on=ON, refund=refund)
    assert CreditNote.objects.count() == 0


def test_of_a_notice_never_more_is_asked_than_was_paid(finance_officer):
    invoice = AllocationFactory(amount=Decimal(500)).invoice

    first = ask_refund_of_notice(invoice, amount=Decimal(800), reason="a", actor=finance_officer)
    second = ask_refund_of_notice(invoice, amount=Decimal(800), reason="b", actor=finance_officer)

    assert ([refund.amount for refund in first], second) == ([Decimal("500.00")], [])


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_promise_it_once(race):
    payment, people = PaymentFactory(amount=Decimal(500)), [StaffFactory(), StaffFactory()]

    race(*(lambda who=who: ask(Payment.objects.get(pk=payment.pk), who) for who in people))

    assert [refund.amount for refund in Refund.objects.all()] == [Decimal("500.00")]


@pytest.fixture
def both(race):
    """`both(first, second, meanwhile)`: `first` is written and its transaction held open; then `second` begins; when `meanwhile(done)` returns, `first` commits."""

    def run(first, second, meanwhile):
        held, done = threading.Event(), threading.Event()

        def holding():
            with transaction.atomic():
                first()
                held.set()
                meanwhile(done)

        def beside():
            held.wait(60)
            try:
                with transaction.atomic():
                    second()
            finally:
                done.set()

        return race(holding, beside)

    return run


def booking_and_promise():
    """Two ways to take the same 500 yuan of a payment, past every service."""
    payment, actor = PaymentFactory(amount=Decimal(500)), StaffFactory()
    invoice = InvoiceFactory(membership=MembershipFactory(institution=payment.institution))

    def book():
        Allocation.objects.create(payment=payment, invoice=invoice, amount=Decimal(500), made_by=actor, booked_on=ON)

    def promise():
        Refund.objects.create(payment=payment, amount=Decimal(500), reason="x", payee_name="x", asked_by=actor)

    return payment, book, promise


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("promised_first", [True, False])
def test_a_booking_and_a_refund_wait_for_each_other_and_the_second_is_refused(both, promised_first):
    payment, book, promise = booking_and_promise()
    pair = (promise, book) if promised_first else (book, promise)

    _first, second = both(*pair, lambda done: wait_until_blocked())

    payment.refresh_from_db()
    assert (type(second), Refund.objects.count(), Allocation.objects.count()) == (IntegrityError, int(promised_first), int(not promised_first))
    assert (free_credit(payment), discrepancies()) == (Decimal("0.00"), [])


@pytest.mark.django_db(transaction=True)
def test_control_without_the_refunds_triggers_nobody_waits_and_it_is_taken_twice(both):
    payment, book, promise = booking_and_promise()

    with without_triggers("fees_refund"):
        outcomes = both(promise, book, lambda done: done.wait(60))

    payment.refresh_from_db()
    assert (outcomes, Refund.objects.count(), Allocation.objects.count(), free_credit(payment)) == ([None, None], 1, 1, Decimal("-500.00"))


@pytest.mark.django_db(transaction=True)
def test_two_promises_wait_for_each_other_and_the_second_is_refused(both):
    _payment, _book, promise = booking_and_promise()

    _first, second = both(promise, promise, lambda done: wait_until_blocked())

    assert (type(second), Refund.objects.count()) == (IntegrityError, 1)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_triggers_it_would_be_promised_twice(both):
    payment, _book, promise = booking_and_promise()

    with without_triggers("fees_refund"):
        both(promise, promise, lambda done: done.wait(60))

    assert free_credit(payment) == Decimal("-500.00")
