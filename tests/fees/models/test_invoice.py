"""What the database refuses about payment notices, whatever door the change comes through."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from fees.enums import InvoiceState
from fees.models import Invoice, InvoiceLine
from tests.factories.fees import AllocationFactory, InvoiceFactory
from tests.factories.members import MembershipFactory


def check_deferred():
    """Let the triggers that wait for the commit speak now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


CHANGES = {
    "number": "JF2026-9999",
    "year": 2025,
    "sequence": 77,
    "purpose": "event",
    "institution_name": "别的大学",
    "total": Decimal("1.00"),
    "remark": "别的附言",
    "terms": {},
    "issued_on": dt.date(2026, 1, 1),
    "due_on": dt.date(2026, 12, 31),
    "grace_until": dt.date(2027, 12, 31),
}


@pytest.mark.django_db
@pytest.mark.parametrize("field", sorted(CHANGES))
def test_what_was_issued_is_never_edited(field):
    invoice = InvoiceFactory()

    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(**{field: CHANGES[field]})

    before = getattr(invoice, field)
    invoice.refresh_from_db()
    assert getattr(invoice, field) == before


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["kind", "year", "description", "amount"])
def test_a_line_is_never_edited(field):
    line = InvoiceFactory().lines.get()

    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        InvoiceLine.objects.filter(pk=line.pk).update(**{field: {"kind": "event", "year": 2001, "description": "x", "amount": 1}[field]})


@pytest.mark.django_db
def test_nothing_issued_can_be_deleted():
    invoice = InvoiceFactory()

    for rows in (InvoiceLine.objects.filter(invoice=invoice), Invoice.objects.filter(pk=invoice.pk)):
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            rows._raw_delete(rows.db)


@pytest.mark.django_db
def test_a_notice_needs_lines_that_add_up_to_its_total():
    invoice = InvoiceFactory()

    with pytest.raises(IntegrityError, match="differs from the lines by -500"), transaction.atomic():
        InvoiceLine.objects.create(invoice=invoice, membership=invoice.membership, kind="event", year=2026, description="后加的一行", amount=500)
        check_deferred()

    assert [line.amount for line in invoice.lines.all()] == [Decimal("2000.00")]


@pytest.mark.django_db
def test_a_number_needs_its_predecessor():
    first = InvoiceFactory()

    with pytest.raises(IntegrityError, match="would leave a gap before 3"), transaction.atomic():
        copy = Invoice.objects.get(pk=first.pk)
        copy.pk, copy.sequence, copy.number, copy.membership = None, 3, "JF2026-0003", MembershipFactory()
        copy.save(force_insert=True)


@pytest.mark.django_db
def test_one_annual_fee_per_membership_and_year_until_the_notice_is_void():
    invoice = InvoiceFactory()
    with pytest.raises(IntegrityError, match="one_annual_fee_per_membership_and_year"), transaction.atomic():
        InvoiceFactory(membership=invoice.membership)

    Invoice.objects.filter(pk=invoice.pk).update(voided_at=timezone.now(), void_reason="开错")

    assert InvoiceFactory(membership=invoice.membership).sequence == 2


@pytest.mark.django_db
def test_one_entry_fee_in_a_membership():
    invoice = InvoiceFactory(entry=True)

    with pytest.raises(IntegrityError, match="one_joining_invoice_per_membership"), transaction.atomic():
        InvoiceFactory(entry=True, membership=invoice.membership, year=2027)


@pytest.mark.django_db
def test_a_line_cannot_hide_behind_another_membership_or_as_dead():
    invoice, other = InvoiceFactory(), MembershipFactory()
    with transaction.atomic():
        line = InvoiceLine.objects.create(invoice=invoice, membership=other, kind="event", year=2026, description="x", amount=1, live=False)
        line.refresh_from_db()
        transaction.set_rollback(True)  # or the sum of the lines would be refused at the end of the test

    assert (line.membership, line.live) == (invoice.membership, True)
    with pytest.raises(IntegrityError, match="kept by triggers"), transaction.atomic():
        InvoiceLine.objects.filter(invoice=invoice).update(live=False)


@pytest.mark.django_db
def test_paid_is_written_by_triggers_only():
    invoice = InvoiceFactory()

    with pytest.raises(IntegrityError, match="kept by triggers"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(paid=2000)


@pytest.mark.django_db
def test_void_is_final_needs_a_reason_and_no_money():
    invoice = InvoiceFactory()
    with pytest.raises(IntegrityError, match="void_invoice_names_reason"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(voided_at=timezone.now())
    paid = AllocationFactory(amount=Decimal("0.01")).invoice
    with pytest.raises(IntegrityError, match="void_invoice_holds_no_money"), transaction.atomic():
        Invoice.objects.filter(pk=paid.pk).update(voided_at=timezone.now(), void_reason="x")

    Invoice.objects.filter(pk=invoice.pk).update(voided_at=timezone.now(), void_reason="开错")

    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(voided_at=None, void_reason="")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amounts", "state", "owed"),
    [
        ([], InvoiceState.OPEN, "2000.00"),
        (["0.01"], InvoiceState.PART_PAID, "1999.99"),
        (["1999.99"], InvoiceState.PART_PAID, "0.01"),
        (["1999.99", "0.01"], InvoiceState.SETTLED, "0.00"),
        (["2000.00"], InvoiceState.SETTLED, "0.00"),
    ],
)
def test_the_state_follows_from_money(amounts, state, owed):
    invoice = InvoiceFactory()
    for amount in amounts:
        AllocationFactory(invoice=invoice, amount=Decimal(amount))

    invoice.refresh_from_db()

    assert (invoice.state, invoice.owed) == (state, Decimal(owed))
    assert invoice.state.label
