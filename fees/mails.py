"""Messages about money: one function each, a row in the outbox."""

import datetime as dt

from django.conf import settings
from django.urls import reverse

from alliance.common.models import OutboxMessage
from alliance.common.outbox import made, messages_about, queue
from fees.models import Fapiao, FapiaoRequest, Invoice, Payment
from members.enums import PersonRole
from members.models import Application, Person
from members.selectors.memberships import contacts

ISSUED = "fees/mail/invoice_issued"
SUFFIXES = {"application/pdf": ".pdf", "application/ofd": ".ofd", "application/xml": ".xml"}


def invoice_issued(invoice: Invoice) -> None:
    """The payment notice with its PDF, to the liaison and the finance contact."""
    for person in _readers(invoice):
        _notice(invoice, person, key="")


def invoice_again(invoice: Invoice, *, day: dt.date) -> tuple[list[str], list[str]]:
    """The same once more, once a day for each reader. Returns the addresses it was queued for, and those that have had it that day."""
    before = set(messages_about(invoice).values_list("pk", flat=True))
    sent = [_notice(invoice, person, key=f"invoice-again:{invoice.pk}:{day}") for person in _readers(invoice)]
    return [row.recipient for row in sent if row.pk not in before], [row.recipient for row in sent if row.pk in before]


def invoice_settled(invoice: Invoice, payment: Payment) -> None:
    """The money has arrived: thanks, with the receipt."""
    for person in _readers(invoice):
        queue(
            "fees/mail/invoice_settled",
            to=person.email,
            cause=invoice,
            key=f"invoice-settled:{invoice.pk}:{payment.pk}",
            subjects=_subjects(invoice),
            context={"invoice": invoice, "payment": payment, "person": person},
            attachments=[made(f"缴费确认单-{invoice.number}.pdf", "application/pdf", "fees.receipt", invoice.pk)],
        )


def fapiao_issued(fapiao: Fapiao, request: FapiaoRequest, *, key: str = "") -> None:
    """The fapiao is there: with its PDF (else the file that there is), and the way to all its files."""
    files = sorted(fapiao.files, key=lambda stored: stored.mimetype != "application/pdf")[:1]
    queue(
        "fees/mail/fapiao_issued",
        to=request.email,
        cause=fapiao,
        key=key,
        subjects=[request, request.institution],
        context={"fapiao": fapiao, "request": request, "files": files, "link": settings.SITE_URL + reverse("fees:fapiaos")},
        attachments=[made(f"{fapiao.number}{SUFFIXES[stored.mimetype]}", stored.mimetype, "fees.fapiao_file", stored.pk) for stored in files],
    )


def fapiao_reversed(fapiao: Fapiao, request: FapiaoRequest) -> None:
    """The fapiao does not count any more; a new one follows."""
    queue(
        "fees/mail/fapiao_reversed",
        to=request.email,
        cause=fapiao,
        subjects=[request, request.institution],
        context={"fapiao": fapiao, "request": request, "link": settings.SITE_URL + reverse("fees:fapiaos")},
    )


def _notice(invoice: Invoice, person: Person, *, key: str) -> OutboxMessage:
    return queue(
        ISSUED,
        to=person.email,
        cause=invoice,
        key=key,
        subjects=_subjects(invoice),
        context={"invoice": invoice, "person": person, "link": settings.SITE_URL + reverse("fees:dues")},
        # Made when the mail is sent: a missing font never stands in the way of an invoice.
        attachments=[made(f"缴费通知单-{invoice.number}.pdf", "application/pdf", "fees.payment_notice", invoice.pk)],
    )


def _readers(invoice: Invoice) -> list[Person]:
    return contacts(invoice.institution, PersonRole.LIAISON, PersonRole.FINANCE)


def _subjects(invoice: Invoice) -> list[object]:
    if invoice.membership is None:
        return [invoice.institution]
    application: Application | None = invoice.membership.application
    return [invoice.institution, invoice.membership, *([application] if application else [])]
