"""Entering payments and saying what they pay."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.locking import advisory_lock, lock
from alliance.common.money import money
from fees import mails
from fees.enums import InvoicePurpose, InvoiceState
from fees.exceptions import InvoiceIsVoid, KnownSerial, NotPositive, PeriodClosed, ReceivedInFuture, TooMuch
from fees.models import Allocation, Invoice, Payment, StatementLine
from fees.selectors.periods import open_day
from fees.selectors.proposals import in_order
from fees.selectors.refunds import free_credit
from fees.selectors.standing import open_invoices
from fees.services.invoices import about
from members.enums import MembershipStatus
from members.models import Institution, User
from members.services.joining import activate_membership

# Upper floors say what follows for their records when a notice is settled (a place at a meeting becomes sure).
_on_settled: list[Callable[..., None]] = []


def when_settled(follow: Callable[..., None]) -> None:
    """Call `follow(invoice, actor=…)` inside the transaction that settles a notice."""
    if follow not in _on_settled:
        _on_settled.append(follow)


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
    line: StatementLine | None = None,
    use: bool = True,
) -> Payment:
    """Enter money that arrived (yuan) and let it pay what the institution owes, first what the remark names, then the oldest; the rest stays as its credit.

    The same `token` (a form sent twice, also at the same moment) returns the payment that was entered. When the joining invoice is settled by it,
    the membership becomes active in the same transaction. With `use` off all of it stays as credit. Raises NotPositive, ReceivedInFuture, KnownSerial.
    """
    value = money(amount)
    if value <= 0:
        raise NotPositive
    if received_on > clock.today():
        raise ReceivedInFuture
    if token:
        advisory_lock(f"payment:{token}")
        known = Payment.objects.filter(token=token).first()
        if known:
            return known
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                institution=institution, amount=value, received_on=received_on, payer_name=payer_name, payer_account=payer_account,
                remark=remark, bank_serial=bank_serial, line=line, token=token, entered_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise (PeriodClosed if "books are closed" in str(error) else KnownSerial) from error
    record("payment.recorded", payment, institution, actor=actor, amount=value, payer=payer_name, remark=remark)
    if use:
        use_credit(payment, actor=actor)
    return payment


@transaction.atomic
def use_credit(payment: Payment, *, actor: User) -> list[Allocation]:
    """Let what is left of a payment pay what its institution owes now: first what its remark names, then the oldest."""
    lock(payment)
    made = []
    owed = list(open_invoices(payment.institution))
    # Everybody locks a payment first and then invoices in this one order, so that two payments of one unit never wait for each other in a ring.
    for invoice in owed:
        lock(invoice)  # Another payment may have come first: the amount owed is read under the lock.
    free = free_credit(payment)
    for invoice in in_order(owed, free, payment.remark):
        if free <= 0:
            break
        part = min(free, invoice.owed)
        free -= part
        if part > 0:
            made.append(allocate(payment, invoice, part, actor=actor))
    return made


@transaction.atomic
def allocate(payment: Payment, invoice: Invoice, amount: Decimal, *, actor: User) -> Allocation:
    """Let `amount` (yuan) of a payment pay an invoice. Settling a joining invoice begins the membership.

    Raises NotPositive, InvoiceIsVoid, TooMuch. The database would refuse too much even without these questions.
    """
    value = money(amount)
    if value <= 0:
        raise NotPositive
    lock(payment)
    lock(invoice)
    if invoice.voided_at:
        raise InvoiceIsVoid
    if value > payment.left or value > invoice.owed or value > free_credit(payment):
        raise TooMuch
    booked_on = open_day(max(payment.received_on, invoice.issued_on))
    allocation = Allocation.objects.create(payment=payment, invoice=invoice, amount=value, made_by=actor, booked_on=booked_on)
    payment.refresh_from_db(fields=["used", "left"])
    invoice.refresh_from_db(fields=["paid", "owed", "state"])
    record("payment.allocated", payment, *about(invoice), actor=actor, amount=value, invoice=invoice.number)
    if invoice.state == InvoiceState.SETTLED:
        _settled(invoice, payment, actor)
    return allocation


@dataclass(frozen=True)
class Share:
    """A part of a transfer for one unit, in yuan."""

    institution: Institution
    amount: Decimal


@transaction.atomic
def record_for_several(
    shares: Sequence[Share], *, amount: Decimal, received_on: dt.date, payer_name: str, actor: User, remark: str = "", bank_serial: str = "",
    token: uuid.UUID | None = None,
) -> list[Payment]:  # fmt: skip
    """One transfer that pays for several units: a payment for each, with the transfer's data and its serial number counted on (`…/1`, `…/2`).

    Sent twice it is entered once. Raises TooMuch when the shares are not the amount or a unit stands twice, and what `record_payment` raises.
    """
    units = [share.institution.pk for share in shares]
    if len(shares) < 2 or len(set(units)) != len(units) or sum(money(share.amount) for share in shares) != money(amount):
        raise TooMuch(_("The parts must add up to the amount of the transfer, and each unit stands once."))
    if token:
        advisory_lock(f"payment:{token}")
        if Payment.objects.filter(token=token).exists():
            tokens = [token, *(uuid.uuid5(token, str(number)) for number in range(2, len(shares) + 1))]
            return list(Payment.objects.filter(token__in=tokens).order_by("pk"))
    made = []
    # In one order for everybody, so that two people who enter transfers for the same units never wait for each other in a ring.
    for number, share in enumerate(sorted(shares, key=lambda share: share.institution.pk), start=1):
        made.append(
            record_payment(
                institution=share.institution, amount=share.amount, received_on=received_on, payer_name=payer_name, remark=remark, actor=actor,
                bank_serial=f"{bank_serial}/{number}" if bank_serial else "",
                token=(token if number == 1 else uuid.uuid5(token, str(number))) if token else None,
            )
        )  # fmt: skip
    return made


def _settled(invoice: Invoice, payment: Payment, actor: User) -> None:
    """Say so, send the receipt; the first settled joining invoice makes a member."""
    record("invoice.settled", payment, *about(invoice), actor=actor, invoice=invoice.number)
    mails.invoice_settled(invoice, payment)
    for follow in _on_settled:
        follow(invoice, actor=actor)
    # An ended membership keeps its payment but is not revived by it; an active one (paid, bounced, paid again) is left as it is.
    membership = invoice.membership
    if membership is not None and invoice.purpose == InvoicePurpose.JOINING and lock(membership).status == MembershipStatus.PENDING_PAYMENT:
        activate_membership(membership, actor=actor, on=max(payment.received_on, invoice.issued_on))
