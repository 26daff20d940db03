"""What a place costs: the payment notice (fees), the time it is held, and what becomes of both. Money's locks come before places' locks."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.common.audit import record
from alliance.common.clock import BEIJING, local_date, now, today
from alliance.common.exceptions import InvalidTransition
from alliance.common.locking import lock
from alliance.common.transitions import move
from fees.enums import InvoiceState
from fees.models import Invoice
from fees.services.billing import issue_event_invoice
from fees.services.credits import credit_invoice
from fees.services.invoices import void_invoice
from fees.services.refunds import ask_refund_of_notice
from meetings import place_mails
from meetings.enums import RegistrationStatus
from meetings.exceptions import TooLate
from meetings.models import Meeting, Registration
from meetings.services.places import lock_places
from members.models import Institution, User

FEE = "会议费"


def bill_places(
    meeting: Meeting, institution: Institution, registrations: list[Registration], *, actor: User | None = None, source: str = ""
) -> Invoice | None:
    """One payment notice over the places that are held for payment and have none yet; None when nothing is to be paid."""
    held = [r for r in registrations if r.status == RegistrationStatus.PENDING_PAYMENT and r.invoice_id is None]
    if not held:
        return None
    due = min(r.hold_until for r in held if r.hold_until)
    lines = [(f"{meeting.title}：{r.person.name}（{r.offer.name}）", r.price) for r in held]
    invoice = issue_event_invoice(institution, lines=lines, fee=FEE, due_on=local_date(due), on=today(), actor=actor, source=source)
    for registration in held:
        registration.invoice = invoice
        registration.save(update_fields=["invoice", "updated_at"])
    return invoice


def lock_invoice(registration: Registration) -> Invoice | None:
    """The payment notice of a place, locked before the place itself: a payment that arrives at this moment takes the same order."""
    return lock(registration.invoice) if registration.invoice_id and registration.invoice else None


def settle_cancelled(registration: Registration, *, actor: User | None, source: str, reason: str) -> None:
    """A place with a price is gone: what nobody has paid is no longer owed; what was paid stays, for finance to decide."""
    if not registration.invoice_id or registration.invoice is None:
        return
    invoice = Invoice.objects.get(pk=registration.invoice_id)
    if invoice.voided_at:
        return
    text = (reason or _("The place was cancelled."))[:200]
    others = Registration.objects.filter(invoice=invoice, status__in=[RegistrationStatus.PENDING_PAYMENT, RegistrationStatus.CONFIRMED]).exists()
    if invoice.paid == 0 and not others:
        void_invoice(invoice, actor=actor, reason=text, source=source)
        return
    off = Decimal(0)
    if invoice.state != InvoiceState.SETTLED:
        off = min(registration.price, invoice.owed)
        if off > Decimal(0):
            credit_invoice(invoice, amount=off, reason=text, actor=actor, on=today(), source=source, for_place=True)
    if registration.price > off and invoice.paid:
        amount = min(registration.price - off, invoice.paid)
        # It waits in finance's queue; nothing moves before it is approved and transferred.
        registration.refunds.add(*ask_refund_of_notice(invoice, amount=amount, reason=text, actor=actor, source=source))
        record("registration.refund_due", registration, invoice, registration.meeting, actor=actor, source=source, amount=amount)
    if off:
        follow_settled(Invoice.objects.get(pk=invoice.pk), actor=actor, source=source)


def follow_settled(invoice: Invoice, *, actor: Any = None, source: str = "") -> None:
    """The notice is paid: the places on it are sure. Called by fees in the payment's transaction, which holds the notice's lock."""
    if invoice.state != InvoiceState.SETTLED:
        return
    for registration in Registration.objects.filter(invoice=invoice, status=RegistrationStatus.PENDING_PAYMENT).order_by("pk"):
        lock_places(registration.meeting, registration.institution)
        lock(registration)
        if registration.status != RegistrationStatus.PENDING_PAYMENT:
            continue
        move(registration, to=RegistrationStatus.CONFIRMED, hold_until=None)
        record("registration.paid", registration, registration.meeting, registration.institution, actor=actor, source=source, invoice=invoice.number)
        place_mails.tell(registration)


@transaction.atomic
def prolong_hold(registration: Registration, *, until: dt.date, actor: User) -> Registration:
    """Hold an unpaid place to the end of the Beijing day `until`. Raises InvalidTransition when it is not held any more, TooLate for a day that is over."""
    lock(registration)
    if registration.status != RegistrationStatus.PENDING_PAYMENT:
        raise InvalidTransition
    end = dt.datetime.combine(until, dt.time(23, 59, 59), BEIJING)
    if end <= now():
        raise TooLate
    registration.hold_until = end
    registration.save(update_fields=["hold_until", "updated_at"])
    record("registration.prolonged", registration, registration.meeting, actor=actor, until=end)
    return registration
