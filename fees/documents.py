"""Payment notice, receipt, credit note and statement of account."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from alliance.common.clock import today
from alliance.common.documents import qr_svg, render_html, render_pdf
from alliance.common.models import StoredFile
from alliance.common.money import rmb_upper
from alliance.common.outbox import attachment_maker
from fees.models import CreditNote, Invoice
from fees.selectors.standing import open_invoices
from fees.selectors.statements_of_account import account_of
from members.models import Institution

NOTICE = "fees/pdf/payment_notice.html"


def payment_notice(invoice: Invoice) -> bytes:
    """The 缴费通知单 as PDF: lines, amount in words, bank data (R6), the remark to write (R7), contact (R20)."""
    return render_pdf(NOTICE, _notice(invoice))


def payment_notice_html(invoice: Invoice) -> str:
    """The page behind that PDF, for batches."""
    return render_html(NOTICE, _notice(invoice))


def _notice(invoice: Invoice) -> dict[str, object]:
    link = settings.SITE_URL + reverse("fees:dues")
    return {"invoice": invoice, "lines": list(invoice.lines.all()), "words": rmb_upper(invoice.total), "qr": qr_svg(link), "link": link}


def receipt(invoice: Invoice) -> bytes:
    """The confirmation that the money arrived; no fapiao, and it says so."""
    allocations = list(invoice.allocations.filter(released_at=None).select_related("payment").order_by("payment__received_on", "pk"))
    context = {
        "invoice": invoice,
        "lines": list(invoice.lines.all()),
        "allocations": allocations,
        "last": allocations[-1] if allocations else None,
        "words": rmb_upper(invoice.paid),
    }
    return render_pdf("fees/pdf/receipt.html", context)


def account_statement(institution: Institution, on: dt.date) -> bytes:
    """The 对账单 of a unit as of a day: all entries with the balance, and what is still to be paid with its remarks."""
    with translation.override(settings.LANGUAGE_CODE):
        account = account_of(institution, on)
    open_ones = list(open_invoices(institution)) if on >= today() else []
    context = {"institution": institution, "account": account, "on": on, "open": open_ones, "today": today(), "credit": -account.balance}
    return render_pdf("fees/pdf/account.html", context | {"words": rmb_upper(abs(account.balance))})


def credit_note(note: CreditNote) -> bytes:
    """The 红字冲减单: what was taken off which notice, and why."""
    return render_pdf("fees/pdf/credit_note.html", {"note": note, "invoice": note.invoice, "words": rmb_upper(note.amount)})


@attachment_maker("fees.payment_notice")
def payment_notice_of(pk: str) -> bytes:
    """The notice as a mail's attachment."""
    return payment_notice(Invoice.objects.get(pk=pk))


@attachment_maker("fees.receipt")
def receipt_of(pk: str) -> bytes:
    """The receipt as a mail's attachment."""
    return receipt(Invoice.objects.get(pk=pk))


@attachment_maker("fees.fapiao_file")
def fapiao_file(pk: str) -> bytes:
    """The original file of a fapiao as a mail's attachment."""
    with StoredFile.objects.get(pk=pk).content.open("rb") as handle:
        return handle.read()
