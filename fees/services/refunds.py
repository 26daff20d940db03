"""Money that goes back: asked for, approved by another person, transferred with the bank's reference."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.money import money
from alliance.common.transitions import move
from fees.enums import REFUND_WAITS, RefundState, ReversalKind
from fees.exceptions import NeedsSecondPerson, NotPositive, PeriodClosed, ReceivedInFuture, TooMuch
from fees.models import Allocation, Invoice, Payment, Refund
from fees.selectors.periods import is_closed
from fees.selectors.refunds import free_credit
from fees.services.credits import credit_invoice
from fees.services.payments import allocate
from fees.services.reversals import release_allocation, reverse_payment
from members.models import User


class NoReference(DomainError):
    """A transfer has the bank's reference."""

    message = _("Enter the reference of the bank's transfer.")
    field = "bank_reference"


@transaction.atomic
def ask_refund(payment: Payment, *, amount: Decimal, reason: str, actor: User, payee_name: str = "", payee_account: str = "") -> Refund:
    """Ask that `amount` (yuan) of a payment's credit goes back; until it is decided nothing else uses it. Raises NotPositive, TooMuch."""
    value = money(amount)
    if value <= 0:
        raise NotPositive
    lock(payment)
    if payment.mistaken or value > free_credit(payment):
        raise TooMuch
    refund = Refund.objects.create(
        payment=payment, amount=value, reason=reason, asked_by=actor, payee_name=payee_name or payment.payer_name,
        payee_account=payee_account or payment.payer_account,
    )  # fmt: skip
    record("refund.asked", refund, payment, payment.institution, actor=actor, amount=value, reason=reason)
    return refund


@transaction.atomic
def ask_refund_of_notice(invoice: Invoice, *, amount: Decimal, reason: str, actor: User | None, source: str = "") -> list[Refund]:
    """Ask that what was paid on a notice goes back, up to `amount` (yuan), from its payments, the latest first. The caller may hold the notice's lock.

    Nothing moves before the refund is transferred: then the notice gets a credit note over it. Asked again it asks for no more than was paid.
    """
    lock(invoice)
    left, made = money(amount), []
    paid = Allocation.objects.filter(invoice=invoice, released_at=None).values("payment").annotate(sum=Sum("amount")).order_by("-payment")
    for row in paid:
        waiting = Refund.objects.filter(payment=row["payment"], invoice=invoice, state__in=REFUND_WAITS).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        part = min(left, row["sum"] - waiting)
        if part <= 0:
            continue
        payment = Payment.objects.get(pk=row["payment"])
        refund = Refund.objects.create(
            payment=payment, invoice=invoice, amount=part, reason=reason, asked_by=actor, payee_name=payment.payer_name, payee_account=payment.payer_account
        )
        record("refund.asked", refund, payment, invoice, payment.institution, actor=actor, source=source, amount=part, reason=reason)
        made.append(refund)
        left -= part
    return made


@transaction.atomic
def approve_refund(refund: Refund, *, actor: User) -> Refund:
    """Approve; not by who asked. Raises NeedsSecondPerson, InvalidTransition."""
    lock(refund)
    if refund.state != RefundState.ASKED:
        raise InvalidTransition
    if refund.asked_by_id == actor.pk:
        raise NeedsSecondPerson(_("A refund must be approved by somebody else than who asked for it."))
    move(refund, to=RefundState.APPROVED, field="state", decided_by=actor)
    record("refund.approved", refund, refund.payment, refund.payment.institution, actor=actor, amount=refund.amount)
    return refund


@transaction.atomic
def refuse_refund(refund: Refund, *, actor: User, reason: str) -> Refund:
    """Refuse, or take back; the credit is free again. Raises InvalidTransition when it has been transferred or refused."""
    lock(refund)
    move(refund, to=RefundState.REFUSED, field="state", decided_by=actor, refusal=reason)
    record("refund.refused", refund, refund.payment, refund.payment.institution, actor=actor, reason=reason)
    return refund


@transaction.atomic
def pay_refund(refund: Refund, *, actor: User, bank_reference: str, on: dt.date) -> Refund:
    """Enter that the money went back on a day (Beijing). The payment gets its reversal; a notice that it was paid on, a credit note.

    Raises NoReference, InvalidTransition, PeriodClosed, ReceivedInFuture; TooMuch when the money has gone elsewhere meanwhile.
    """
    if not bank_reference.strip():
        raise NoReference
    if on > clock.today():
        raise ReceivedInFuture
    payment = lock(refund.payment)
    lock(refund)
    if refund.state != RefundState.APPROVED:
        raise InvalidTransition
    if is_closed(on):
        raise PeriodClosed
    if refund.invoice is not None:
        _free_notice(refund, payment, refund.invoice, actor, on)
    if payment.left < refund.amount:
        raise TooMuch
    reversal = reverse_payment(payment, actor=actor, reason=refund.reason, kind=ReversalKind.REFUND, amount=refund.amount, on=on, refund=refund)
    reference = bank_reference.strip()[:60]
    move(refund, to=RefundState.PAID, field="state", bank_reference=reference, paid_on=on, paid_by=actor, reversal=reversal)
    record("refund.paid", refund, payment, payment.institution, actor=actor, amount=refund.amount, reference=reference)
    return refund


def _free_notice(refund: Refund, payment: Payment, invoice: Invoice, actor: User, on: dt.date) -> None:
    """Take the refund's amount off the notice, with a credit note, and off what the payment pays on it."""
    lock(invoice)
    rows = list(payment.allocations.filter(invoice=invoice, released_at=None).order_by("-pk"))
    if sum(row.amount for row in rows) < refund.amount:
        raise TooMuch
    freed = Decimal("0.00")
    for row in rows:
        if freed < refund.amount:
            freed += row.amount
            release_allocation(row, actor=actor, reason=refund.reason)
    invoice.refresh_from_db()
    payment.refresh_from_db()
    credit_invoice(invoice, amount=refund.amount, reason=refund.reason, actor=actor, on=on, refund=refund)
    if freed > refund.amount:
        invoice.refresh_from_db()
        allocate(payment, invoice, freed - refund.amount, actor=actor)
    payment.refresh_from_db()
