"""Undoing: allocations are released, money that went back is an entry of its own."""

import datetime as dt
from decimal import Decimal

from django.db import transaction

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.locking import lock
from alliance.common.money import money
from fees.enums import ReversalKind
from fees.exceptions import AlreadyReleased, NotPositive, PeriodClosed, TooMuch
from fees.models import Allocation, ClosedPeriod, Invoice, Payment, Reversal
from fees.services.billing import about
from members.models import User


@transaction.atomic
def release_allocation(allocation: Allocation, *, actor: User, reason: str) -> Allocation:
    """Undo an allocation: the invoice is owed again, the payment's part becomes credit. Raises AlreadyReleased."""
    payment, invoice = lock(allocation.payment), lock(allocation.invoice)
    lock(allocation)
    if allocation.released_at:
        raise AlreadyReleased
    _release(allocation, reason)
    record("payment.released", payment, *about(invoice), actor=actor, amount=allocation.amount, invoice=invoice.number, reason=reason)
    return allocation


@transaction.atomic
def reverse_payment(
    payment: Payment, *, actor: User, reason: str, kind: str = ReversalKind.RETURNED, amount: Decimal | None = None, on: dt.date | None = None
) -> Reversal:
    """Enter that `amount` (yuan; default: all that has not gone back yet) of a payment went back, or was never there.

    Credit goes first; then allocations are released, the latest first, until the amount is free, and what is left of the last one is
    allocated again. What they paid is owed again. The membership stays as it is, for a person to decide. Raises NotPositive, TooMuch.
    """
    lock(payment)
    gone = sum((reversal.amount for reversal in payment.reversals.all()), Decimal("0.00"))
    value = payment.amount - gone if amount is None else money(amount)
    if value <= 0:
        raise NotPositive
    if value > payment.amount - gone or (kind == ReversalKind.MISTAKE and value != payment.amount):
        raise TooMuch
    day = on or clock.today()
    if ClosedPeriod.objects.filter(until__gte=day, reopened_at=None).exists():
        raise PeriodClosed
    invoices = _free(payment, value, actor, reason)
    entry = Reversal.objects.create(payment=payment, kind=kind, amount=value, reversed_on=day, reason=reason, entered_by=actor)
    payment.refresh_from_db(fields=["used", "left", "mistaken"])
    subjects = [subject for invoice in invoices for subject in about(invoice)]
    record("payment.reversed", payment, payment.institution, *subjects, actor=actor, kind=str(kind), amount=value, reason=reason)
    return entry


def _free(payment: Payment, value: Decimal, actor: User, reason: str) -> list[Invoice]:
    """Release the latest allocations until `value` is free; returns the invoices that lost money."""
    rows = list(payment.allocations.filter(released_at=None).select_related("invoice").order_by("-pk"))
    chosen, free = [], payment.left
    for row in rows:
        if free >= value:
            break
        chosen.append(row)
        free += row.amount
    # Locked in the order in which everybody locks invoices, whatever the order of the allocations was.
    for invoice in sorted((row.invoice for row in chosen), key=lambda invoice: (invoice.due_on, invoice.pk)):
        lock(invoice)
    for row in chosen:
        _release(row, reason)
    if chosen and free > value:
        Allocation.objects.create(payment=payment, invoice=chosen[-1].invoice, amount=free - value, made_by=actor)
    return [row.invoice for row in chosen]


def _release(allocation: Allocation, reason: str) -> None:
    """The triggers give the amount back to both sides."""
    allocation.released_at, allocation.release_reason = clock.now(), reason
    allocation.save(update_fields=["released_at", "release_reason", "updated_at"])
