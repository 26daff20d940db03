"""Messages about money."""

from django.conf import settings
from django.urls import reverse

from alliance.common.outbox import made, queue
from fees.models import Invoice, Payment
from members.enums import PersonRole
from members.models import Application
from members.selectors.memberships import contacts


def _subjects(invoice: Invoice) -> list[object]:
    application: Application | None = invoice.membership.application
    return [invoice.institution, invoice.membership, *([application] if application else [])]


def invoice_issued(invoice: Invoice) -> None:
    """The payment notice with its PDF, to the liaison and the finance contact."""
    for person in contacts(invoice.institution, PersonRole.LIAISON, PersonRole.FINANCE):
        queue(
            "fees/mail/invoice_issued",
            to=person.email,
            cause=invoice,
            subjects=_subjects(invoice),
            context={"invoice": invoice, "person": person, "link": settings.SITE_URL + reverse("fees:dues")},
            attachments=[made(f"缴费通知单-{invoice.number}.pdf", "application/pdf", "fees.payment_notice", invoice.pk)],
        )


def invoice_settled(invoice: Invoice, payment: Payment) -> None:
    """The money has arrived: thanks, with the receipt."""
    for person in contacts(invoice.institution, PersonRole.LIAISON, PersonRole.FINANCE):
        queue(
            "fees/mail/invoice_settled",
            to=person.email,
            cause=invoice,
            key=f"invoice-settled:{invoice.pk}:{payment.pk}",
            subjects=_subjects(invoice),
            context={"invoice": invoice, "payment": payment, "person": person},
            attachments=[made(f"缴费确认单-{invoice.number}.pdf", "application/pdf", "fees.receipt", invoice.pk)],
        )
