"""Σ allocations ≤ payment and ≤ invoice, kept by the database alone; with controls that show what the promise is worth."""

import datetime as dt
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from fees.models import Allocation, Invoice, Payment, Reversal
from fees.selectors.books import discrepancies
from tests.factories.fees import AllocationFactory, InvoiceFactory, PaymentFactory
from tests.factories.members import MembershipFactory
from tests.support import without_triggers


@contextmanager
def without_constraint(table, name):
    """For a control: the constraint is gone, and comes back unchecked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        definition = cursor.fetchone()[0]
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        try:
            yield
        finally:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition} NOT VALID')


def names(results):
    """Sorted type names of what came out of a race."""
    return sorted(type(result).__name__ for result in results)


@pytest.mark.django_db
@pytest.mark.parametrize(("amount", "constraint"), [("2000.01", "invoice_paid_within_owed"), ("3000.01", "payment_used_within_amount")])
def test_a_fen_too_much_is_refused(amount, constraint):
    invoice = InvoiceFactory(total=Decimal("2000.00" if constraint.startswith("invoice") else "9000.00"))
    payment = PaymentFactory(institution=invoice.institution, amount=Decimal("3000.00"))

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Allocation.objects.create(payment=payment, invoice=invoice, amount=Decimal(amount), made_by=payment.entered_by)

    assert discrepancies() == []


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_no_allocation_payment_or_reversal_of_nothing_or_less(amount):
    allocation = AllocationFactory()
    user = allocation.made_by
    makers = [
        lambda: PaymentFactory(amount=Decimal(amount)),
        lambda: AllocationFactory(invoice=allocation.invoice, payment=allocation.payment, amount=Decimal(amount)),
        lambda: Reversal.objects.create(
            payment=allocation.payment, kind="refund", amount=Decimal(amount), reversed_on=dt.date(2026, 3, 1), reason="x", entered_by=user
        ),
    ]

    for make in makers:
        with pytest.raises(IntegrityError), transaction.atomic():
            make()


@pytest.mark.django_db
def test_released_money_is_free_on_both_sides_and_the_release_is_final():
    allocation = AllocationFactory()

    Allocation.objects.filter(pk=allocation.pk).update(released_at=timezone.now(), release_reason="分错了")

    payment, invoice = Payment.objects.get(), Invoice.objects.get()
    assert (payment.left, invoice.owed, invoice.state) == (Decimal("2000.00"), Decimal("2000.00"), "open")
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Allocation.objects.filter(pk=allocation.pk).update(released_at=None, release_reason="")


@pytest.mark.django_db
def test_an_allocation_cannot_be_born_released():
    invoice = InvoiceFactory()

    with pytest.raises(IntegrityError, match="begins unreleased"), transaction.atomic():
        AllocationFactory(invoice=invoice, released_at=timezone.now(), release_reason="x")


@pytest.mark.django_db
def test_a_void_notice_takes_no_money():
    invoice = InvoiceFactory()
    Invoice.objects.filter(pk=invoice.pk).update(voided_at=timezone.now(), void_reason="开错")

    with pytest.raises(IntegrityError, match="void_invoice_holds_no_money"), transaction.atomic():
        AllocationFactory(invoice=invoice)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 1),
        ("received_on", dt.date(2020, 1, 1)),
        ("payer_name", "别人"),
        ("payer_account", "1"),
        ("remark", "x"),
        ("bank_serial", "x"),
        ("used", 1),
        ("mistaken", True),
    ],
)
def test_a_payment_is_never_edited(field, value):
    payment = PaymentFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**{field: value})


@pytest.mark.django_db
def test_no_row_of_money_can_be_deleted_or_a_reversal_edited():
    allocation = AllocationFactory(payment=PaymentFactory(amount=Decimal("3000.00")))
    reversal = Reversal.objects.create(
        payment=allocation.payment, kind="refund", amount=1, reversed_on=dt.date(2026, 4, 1), reason="多付", entered_by=allocation.made_by
    )

    for model in (Allocation, Reversal, Payment):
        with pytest.raises(DatabaseError, match="Cannot (update or )?delete"), transaction.atomic():
            model.objects.all()._raw_delete("default")
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Reversal.objects.filter(pk=reversal.pk).update(amount=2)


@pytest.mark.django_db
def test_what_went_back_cannot_be_allocated():
    payment = PaymentFactory(amount=Decimal("2000.00"))
    Reversal.objects.create(payment=payment, kind="returned", amount=500, reversed_on=dt.date(2026, 4, 1), reason="退汇", entered_by=payment.entered_by)

    with pytest.raises(IntegrityError, match="payment_used_within_amount"), transaction.atomic():
        AllocationFactory(payment=payment, amount=Decimal("1500.01"))


@pytest.mark.django_db
def test_a_serial_number_is_free_again_after_a_mistake_and_only_then():
    first = PaymentFactory(bank_serial="CMBC-1", amount=Decimal("2000.00"))
    user = first.entered_by
    with pytest.raises(IntegrityError, match="bank_serial_once"), transaction.atomic():
        PaymentFactory(bank_serial="CMBC-1")
    with pytest.raises(IntegrityError, match="as a whole"), transaction.atomic():
        Reversal.objects.create(payment=first, kind="mistake", amount=1, reversed_on=dt.date(2026, 4, 1), reason="录错", entered_by=user)

    Reversal.objects.create(payment=first, kind="mistake", amount=2000, reversed_on=dt.date(2026, 4, 1), reason="录错", entered_by=user)

    first.refresh_from_db()
    assert (first.mistaken, first.left) == (True, Decimal("0.00"))
    assert PaymentFactory(bank_serial="CMBC-1").pk


def allocate_raw(payment, invoice, amount, isolation="READ COMMITTED"):
    """As a careless script would: no lock, no question, no service."""

    def run():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}")
                cursor.execute("SELECT SUM(amount) FROM fees_allocation")
            return Allocation.objects.create(payment_id=payment.pk, invoice_id=invoice.pk, amount=amount, made_by_id=payment.entered_by_id)

    return run


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
def test_eight_payments_at_once_never_pay_a_notice_twice(race, isolation):
    invoice = InvoiceFactory()
    payments = [PaymentFactory(institution=invoice.institution, amount=Decimal("2000.00")) for _ in range(8)]

    results = race(*[allocate_raw(payment, invoice, Decimal("2000.00"), isolation) for payment in payments])

    assert names(results).count("Allocation") == 1
    assert discrepancies() == []
    assert Invoice.objects.get().paid == Decimal("2000.00")


@pytest.mark.django_db(transaction=True)
def test_one_payment_is_never_spent_twice(race):
    payment = PaymentFactory(amount=Decimal("2000.00"))
    invoices = [InvoiceFactory() for _ in range(4)]

    results = race(*[allocate_raw(payment, invoice, Decimal("2000.00")) for invoice in invoices])

    assert names(results) == ["Allocation", "IntegrityError", "IntegrityError", "IntegrityError"]
    assert discrepancies() == []


@pytest.mark.django_db(transaction=True)
def test_control_without_the_constraint_the_notice_is_paid_twice(race):
    invoice = InvoiceFactory()
    payments = [PaymentFactory(institution=invoice.institution, amount=Decimal("2000.00")) for _ in range(4)]

    with without_constraint("fees_invoice", "invoice_paid_within_owed"):
        results = race(*[allocate_raw(payment, invoice, Decimal("2000.00")) for payment in payments])

    assert names(results) == ["Allocation"] * 4
    assert ("invoice.overpaid", invoice.number) in discrepancies()


@pytest.mark.django_db(transaction=True)
def test_control_without_the_triggers_the_payment_is_spent_twice(race):
    payment = PaymentFactory(amount=Decimal("2000.00"))
    invoices = [InvoiceFactory(membership=MembershipFactory()) for _ in range(3)]

    with without_triggers("fees_allocation"):
        results = race(*[allocate_raw(payment, invoice, Decimal("2000.00")) for invoice in invoices])

    assert names(results) == ["Allocation"] * 3
    assert ("payment.overused", str(payment.pk)) in discrepancies()
