"""Payment notice and receipt."""

from django.conf import settings
from django.urls import reverse

from alliance.common.documents import qr_svg, render_pdf
from alliance.common.models import StoredFile
from alliance.common.money import rmb_upper
from alliance.common.outbox import attachment_maker
from fees.models import Invoice


def payment_notice(invoice: Invoice) -> bytes:
    """The 缴费通知单 as PDF: lines, amount in words, bank data (R6), the remark to write (R7), contact (R20)."""
    link = settings.SITE_URL + reverse("fees:dues")
    context = {"invoice": invoice, "lines": list(invoice.lines.all()), "words": rmb_upper(invoice.total), "qr": qr_svg(link), "link": link}
    return render_pdf("fees/pdf/payment_notice.html", context)


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
