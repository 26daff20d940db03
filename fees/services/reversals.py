"""Undoing: allocations are released, money that went back is an entry of its own."""

import datetime as dt
from decimal import Decimal

from django.db import transaction

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.locking import lock
from alliance.common.money import money
from fees.enums import UNSETTLED, InvoicePurpose, ReversalKind
from fees.exceptions import AlreadyReleased, NotPositive, PeriodClosed, RefundWaits, TooMuch
from fees.models import Allocation, Invoice, Payment, Refund, Reversal
from fees.selectors.periods import is_closed
from fees.selectors.refunds import waiting_refunds
from fees.services.invoices import about
from members.enums import MembershipStatus
from members.models import User
from members.services.memberships import suspend_membership


@transaction.atomic
def release_allocation(allocation: Allocation, *, actor: User, reason: str) -> Allocation:
    """Undo an allocation: the invoice is owed again, the payment's part becomes credit. Raises AlreadyReleased."""
    payment, invoice = lock(allocation.payment), lock(allocation.invoice)
    lock(allocation)
    if allocation.released_at:
        raise AlreadyReleased
    _release(allocation, reason, clock.today())
    record("payment.released", payment, *about(invoice), actor=actor, amount=allocation.amount, invoice=invoice.number, reason=reason)
    return allocation


@transaction.atomic
def reverse_payment(
    payment: Payment,
    *,
    actor: User,
    reason: str,
    kind: str = ReversalKind.RETURNED,
    amount: Decimal | None = None,
    on: dt.date | None = None,
    suspend: bool = False,
    refund: Refund | None = None,
) -> Reversal:
    """Enter that `amount` (yuan; default: all that has not gone back yet) of a payment went back, or was never there.

    Credit goes first; then allocations are released, the latest first, until the amount is free, and what is left of the last one is
    allocated again. What they paid is owed again. With `suspend`, a membership whose joining notice is owed again rests until a person
    reinstates it; else it stays as it is. `refund` is the one that is transferred by it.
    Raises NotPositive, TooMuch, PeriodClosed, RefundWaits.
    """
    lock(payment)
    gone = sum((reversal.amount for reversal in payment.reversals.all()), Decimal("0.00"))
    value = payment.amount - gone if amount is None else money(amount)
    if value <= 0:
        raise NotPositive
    if value > payment.amount - gone or (kind == ReversalKind.MISTAKE and value != payment.amount):
        raise TooMuch
    day = on or clock.today()
    if is_closed(day):
        raise PeriodClosed
    if refund is None and waiting_refunds().filter(payment=payment).exists():
        raise RefundWaits
    invoices = _free(payment, value, actor, reason, day)
    entry = Reversal.objects.create(payment=payment, kind=kind, amount=value, reversed_on=day, reason=reason, entered_by=actor)
    payment.refresh_from_db(fields=["used", "left", "mistaken"])
    subjects = [subject for invoice in invoices for subject in about(invoice)]
    record("payment.reversed", payment, payment.institution, *subjects, actor=actor, kind=str(kind), amount=value, reason=reason)
    if suspend:
        _suspend(invoices, actor, reason, day)
    return entry


def _suspend(invoices: list[Invoice], actor: User, reason: str, day: dt.date) -> None:
    """Memberships whose joining notice lost its money rest."""
    for invoice in invoices:
        invoice.refresh_from_db(fields=["state"])
        if invoice.purpose == InvoicePurpose.JOINING and invoice.state in UNSETTLED and invoice.membership is not None:
            membership = lock(invoice.membership)
            if membership.status == MembershipStatus.ACTIVE:
                suspend_membership(membership, actor=actor, reason=reason, on=day)


def _free(payment: Payment, value: Decimal, actor: User, reason: str, day: dt.date) -> list[Invoice]:
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
        _release(row, reason, day)
    if chosen and free > value:
        last = chosen[-1]
        booked_on = max(day, last.booked_on)  # the day it was undone
        Allocation.objects.create(payment=payment, invoice=last.invoice, amount=free - value, made_by=actor, booked_on=booked_on)
    return [row.invoice for row in chosen]


def _release(allocation: Allocation, reason: str, day: dt.date) -> None:
    """The triggers give the amount back to both sides; in the books it is undone on `day`, never before it was made."""
    allocation.released_at, allocation.release_reason = clock.now(), reason
    allocation.released_on = max(day, allocation.booked_on)
    allocation.save(update_fields=["released_at", "released_on", "release_reason", "updated_at"])
