"""The unit's dues."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.generic import TemplateView

from alliance.common.clock import today
from alliance.common.views import PermissionRequired
from fees import documents
from fees.enums import InvoiceState
from fees.models import Invoice, Payment
from members.views.portal import PortalView


class Dues(PortalView, TemplateView):
    """Owed, paid, documents, and how to pay."""

    template_name = "fees/portal_dues.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All invoices and payments of the unit, and what is owed, the oldest first."""
        invoices = list(Invoice.objects.filter(institution=self.institution).prefetch_related("lines"))
        payments = list(Payment.objects.filter(institution=self.institution, mistaken=False).prefetch_related("allocations__invoice"))
        owed = sorted((invoice for invoice in invoices if invoice.owed > 0), key=lambda invoice: (invoice.due_on, invoice.pk))
        total, credit = sum(invoice.owed for invoice in owed), sum(payment.left for payment in payments)
        money = {"invoices": invoices, "owed": owed, "total": total, "payments": payments, "credit": credit, "today": today()}
        return super().get_context_data(**money, **kwargs)


class InvoiceDocument(PermissionRequired, View):
    """A document of an invoice, for its unit and for staff; for others it does not exist."""

    permission = "fees.read_invoice"

    def get_permission_object(self) -> Invoice:
        """404 instead of 403: a stranger does not learn which numbers exist."""
        self.invoice = get_object_or_404(Invoice.objects.select_related("institution"), pk=self.kwargs["pk"])  # type: ignore[attr-defined]
        if not self.request.user.has_perm(self.permission, self.invoice):  # type: ignore[attr-defined]
            raise Http404
        return self.invoice

    def document(self) -> bytes:
        """The bytes."""
        return documents.payment_notice(self.invoice)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The PDF."""
        response = HttpResponse(self.document(), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{self.invoice.number}.pdf"'
        return response


class ReceiptDocument(InvoiceDocument):
    """The confirmation, once something has been paid."""

    def document(self) -> bytes:
        """Only of a settled invoice."""
        if self.invoice.state != InvoiceState.SETTLED:
            raise Http404
        return documents.receipt(self.invoice)
