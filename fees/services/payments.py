"""Entering payments and saying what they pay."""

import datetime as dt
import uuid
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.money import money
from fees import mails
from fees.enums import InvoiceState, LineKind
from fees.models import Allocation, Invoice, Payment
from fees.selectors.standing import open_invoices
from members.models import Institution, User
from members.services.joining import activate_membership


class TooMuch(DomainError):
    """More than is left of the payment or owed on the invoice."""

    message = _("The amount is more than is left of the payment, or more than is owed on the invoice.")
    field = "amount"


class KnownSerial(DomainError):
    """The bank's serial number has been entered already."""

    message = _("A payment with this serial number of the bank has been entered already.")
    field = "bank_serial"


@transaction.atomic
def record_payment(
    *,
    institution: Institution,
    amount: Decimal,
    received_on: dt.date,
    payer_name: str,
    actor: User,
    remark: str = "",
    payer_account: str = "",
    bank_serial: str = "",
    token: uuid.UUID | None = None,
) -> Payment:
    """Enter money that arrived (yuan) and let it pay what the institution owes, oldest first; the rest stays as its credit.

    The same `token` (a form sent twice) returns the payment that was entered. When the joining invoice is settled by it, the membership
    becomes active in the same transaction. Raises KnownSerial, ValueError for an amount that is not positive.
    """
    value = money(amount)
    if value <= 0:
        raise ValueError("A payment is more than nothing.")
    lock(institution)
    known = Payment.objects.filter(token=token).first() if token else None
    if known:
        return known
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                institution=institution, amount=value, received_on=received_on, payer_name=payer_name, payer_account=payer_account,
                remark=remark, bank_serial=bank_serial, token=token, entered_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise KnownSerial from error
    record("payment.recorded", payment, institution, actor=actor, amount=value, payer=payer_name, remark=remark)
    left = value
    for invoice in list(open_invoices(institution)):
        if left <= 0:
            break
        _paid, owed = invoice.money()
        part = min(left, owed)
        allocate(payment, invoice, part, actor=actor)
        left -= part
    return payment


@transaction.atomic
def allocate(payment: Payment, invoice: Invoice, amount: Decimal, *, actor: User) -> Allocation:
    """Let `amount` (yuan) of a payment pay an invoice. Raises TooMuch; the database's trigger is the judge."""
    lock(payment)
    lock(invoice)
    try:
        with transaction.atomic():
            allocation = Allocation.objects.create(payment=payment, invoice=invoice, amount=money(amount), made_by=actor)
    except IntegrityError as error:
        raise TooMuch from error
    about = [invoice, payment, invoice.institution, invoice.membership, *([invoice.membership.application] if invoice.membership.application else [])]
    record("payment.allocated", *about, actor=actor, amount=allocation.amount, invoice=invoice.number)
    if Invoice.objects.with_paid().get(pk=invoice.pk).state == InvoiceState.SETTLED:
        record("invoice.settled", *about, actor=actor, invoice=invoice.number)
        mails.invoice_settled(invoice, payment)
        if invoice.lines.filter(kind=LineKind.ENTRY).exists():
            activate_membership(invoice.membership, actor=actor, on=payment.received_on)
    return allocation


@transaction.atomic
def reverse_payment(payment: Payment, *, actor: User, reason: str) -> Payment:
    """The transfer was returned, or entered by mistake: what it paid is owed again. The membership stays as it is, for a person to decide.

    Raises InvalidTransition when it is reversed already.
    """
    lock(payment)
    if payment.reversed_at:
        raise InvalidTransition
    now = clock.now()
    invoices = [allocation.invoice for allocation in payment.allocations.filter(released_at=None).select_related("invoice")]
    payment.allocations.filter(released_at=None).update(released_at=now, updated_at=now)
    payment.reversed_at, payment.reversal_reason = now, reason
    payment.save(update_fields=["reversed_at", "reversal_reason", "updated_at"])
    record("payment.reversed", payment, payment.institution, *invoices, actor=actor, reason=reason)
    return payment
