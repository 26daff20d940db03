"""What happens to a payment notice once it is issued: void, sent again, disputed."""

import datetime as dt

from django.db import models, transaction

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import InvalidTransition
from alliance.common.locking import lock
from fees import mails
from fees.exceptions import AlreadySentToday, HasMoney, InvoiceIsVoid, NobodyToWriteTo
from fees.models import Invoice
from members.models import Application, User


@transaction.atomic
def void_invoice(invoice: Invoice, *, actor: User | None, reason: str, source: str = "") -> Invoice:
    """Declare an unpaid invoice void; its number stays used and its fees can be billed anew. Raises InvalidTransition, HasMoney."""
    lock(invoice)
    if invoice.voided_at:
        raise InvalidTransition
    if invoice.paid > 0:
        raise HasMoney
    invoice.voided_at, invoice.voided_by, invoice.void_reason = clock.now(), actor, reason
    invoice.save(update_fields=["voided_at", "voided_by", "void_reason", "updated_at"])
    invoice.refresh_from_db(fields=["state", "owed"])
    record("invoice.voided", *about(invoice), actor=actor, source=source, reason=reason, number=invoice.number)
    return invoice


@transaction.atomic
def resend_invoice(invoice: Invoice, *, actor: User) -> int:
    """Mail the notice once more to the contacts of today; returns to how many. Raises InvoiceIsVoid, NobodyToWriteTo, AlreadySentToday."""
    lock(invoice)
    if invoice.voided_at:
        raise InvoiceIsVoid
    queued, known = mails.invoice_again(invoice, day=clock.today())
    if not queued and not known:
        raise NobodyToWriteTo
    if not queued:
        raise AlreadySentToday
    record("invoice.resent", *about(invoice), actor=actor, to=queued)
    return len(queued)


@transaction.atomic
def dispute_invoice(invoice: Invoice, *, actor: User, text: str, on: dt.date | None) -> Invoice:
    """Mark what a unit objects to (`on` the day), or that it is settled (None). Disputed notices are not dunned. Raises InvoiceIsVoid."""
    lock(invoice)
    if invoice.voided_at:
        raise InvoiceIsVoid
    invoice.disputed_since, invoice.dispute = on, text if on else ""
    invoice.save(update_fields=["disputed_since", "dispute", "updated_at"])
    record("invoice.disputed" if on else "invoice.undisputed", *about(invoice), actor=actor, reason=text)
    return invoice


def about(invoice: Invoice) -> list[models.Model]:
    """All records whose timelines tell of this invoice."""
    if invoice.membership is None:
        return [invoice, invoice.institution]
    application: Application | None = invoice.membership.application
    return [invoice, invoice.membership, invoice.institution, *([application] if application else [])]
