"""The unit's dues."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.clock import today
from alliance.common.exceptions import DomainError
from alliance.common.views import DomainErrorMixin, PermissionRequired
from fees import documents
from fees.enums import InvoiceState
from fees.forms.fapiaos import FapiaoForm, InvoicingDataForm
from fees.forms.payments import VoucherForm
from fees.models import FapiaoRequest, Invoice, Payment, Voucher
from fees.selectors.standing import open_invoices
from fees.services.fapiaos import cancel_request, confirm_receipt, keep_invoicing_data, last_data, request_fapiao
from fees.services.vouchers import report_transfer
from members.enums import InvoiceType
from members.views.portal import PortalView


class Dues(PortalView, TemplateView):
    """Owed, paid, documents, and how to pay."""

    template_name = "fees/portal_dues.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All invoices and payments of the unit, and what is owed, the oldest first."""
        invoices = list(Invoice.objects.filter(institution=self.institution).prefetch_related("lines", "credit_notes"))
        payments = list(Payment.objects.filter(institution=self.institution, mistaken=False).prefetch_related("allocations__invoice"))
        owed = sorted((invoice for invoice in invoices if invoice.owed > 0), key=lambda invoice: (invoice.due_on, invoice.pk))
        total, credit = sum(invoice.owed for invoice in owed), sum(payment.left for payment in payments)
        money = {"invoices": invoices, "owed": owed, "total": total, "payments": payments, "credit": credit, "today": today()}
        vouchers = Voucher.objects.filter(institution=self.institution).select_related("file")
        return super().get_context_data(**money, vouchers=vouchers, **kwargs)


class ReportTransfer(PortalView, DomainErrorMixin, FormView):
    """Tell finance of a transfer, with the voucher."""

    template_name = "fees/portal_voucher.html"
    form_class = VoucherForm

    def get_initial(self) -> dict[str, Any]:
        """What is owed, today, by the unit itself."""
        owed = list(open_invoices(self.institution))
        values = {"paid_on": today(), "payer_name": self.institution.name}
        return values | ({"amount": sum(invoice.owed for invoice in owed), "remark": owed[0].remark} if owed else {})

    def perform(self, form: Any) -> HttpResponse:
        """Keep it."""
        data = form.cleaned_data
        report_transfer(
            self.institution,
            upload=data["file"],
            paid_on=data["paid_on"],
            amount=data["amount"],
            payer_name=data["payer_name"],
            remark=data["remark"],
            actor=self.request.user,
        )
        messages.success(self.request, _("Thank you. Finance compares it with the bank's statement; you see here when the payment is recorded."))
        return redirect("fees:dues")


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


class Fapiaos(PortalView, TemplateView):
    """What was asked for, what has been issued, and its files for ever."""

    template_name = "fees/portal_fapiaos.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The unit's requests with their fapiaos."""
        requests = FapiaoRequest.objects.filter(institution=self.institution).prefetch_related("fapiaos__reversed_by", "invoices")
        return super().get_context_data(requests=requests, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Received, or not needed any more."""
        wanted = get_object_or_404(FapiaoRequest, pk=request.POST.get("request") or 0, institution=self.institution)
        try:
            if "cancel" in request.POST:
                cancel_request(wanted, actor=request.user)
            else:
                confirm_receipt(wanted, actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("fees:fapiaos")


class RequestFapiao(PortalView, DomainErrorMixin, FormView):
    """Ask for a fapiao, before or after paying."""

    template_name = "fees/portal_fapiao_request.html"
    form_class = FapiaoForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The unit's notices."""
        return {**super().get_form_kwargs(), "institution": self.institution}

    def get_initial(self) -> dict[str, Any]:
        """As last time."""
        return {"kind": InvoiceType.ORDINARY, **last_data(self.institution)}

    def perform(self, form: Any) -> HttpResponse:
        """Keep it."""
        data = dict(form.cleaned_data)
        data.pop("title_is_right")
        request_fapiao(self.institution, invoices=list(data.pop("invoices")), actor=self.request.user, **data)
        messages.success(self.request, _("Finance will issue the fapiao. You get a mail, and its files stay here."))
        return redirect("fees:fapiaos")


class InvoicingDataPage(PortalView, DomainErrorMixin, FormView):
    """What stands on the unit's fapiaos, said once."""

    template_name = "fees/portal_invoicing.html"
    form_class = InvoicingDataForm

    def get_initial(self) -> dict[str, Any]:
        """As it stands, or as last time."""
        return {"kind": InvoiceType.ORDINARY, **last_data(self.institution)}

    def perform(self, form: Any) -> HttpResponse:
        """Keep it."""
        keep_invoicing_data(self.institution, actor=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("Saved. Requests for fapiaos begin with these data; requests that are out keep what they said."))
        return redirect("fees:invoicing_data")
