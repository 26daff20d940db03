"""Payments and invoices as pages of the admin."""

import unicodedata
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.models import Invoice, Payment
from fees.services.billing import void_invoice
from fees.services.payments import record_payment, reverse_payment


class AmountField(forms.DecimalField):
    """Yuan: full-width digits, thousands separators and a yuan sign are understood."""

    def to_python(self, value: Any) -> Decimal | None:
        """Fold, then read."""
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace(",", "").replace("¥", "").replace("元", "").replace("\\", "").strip()
        return super().to_python(value)


class PaymentForm(forms.Form):
    """A transfer as it stands on the bank statement."""

    received_on = forms.DateField(label=_("Received on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    amount = AmountField(
        label=_("Amount in yuan"), max_digits=12, decimal_places=2, min_value=Decimal("0.01"), widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    payer_name = forms.CharField(label=_("Payer"), max_length=120)
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)
    bank_serial = forms.CharField(
        label=_("Serial number of the bank"),
        max_length=60,
        required=False,
        help_text=_("If the statement has one: it keeps a payment from being entered twice."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def clean_received_on(self) -> Any:
        """Money cannot have come in the future."""
        day = self.cleaned_data["received_on"]
        if day > today():
            raise forms.ValidationError(_("The date lies in the future."))
        return day


class RecordPayment(WorkflowView):
    """Enter the payment of an invoice; it pays what the unit owes, oldest first."""

    model = Invoice
    permission = "fees.record_payment"
    title = _("Record a payment")
    lead = _(
        "The payment pays what the unit owes, oldest first; what is left over stays as its credit. When the joining invoice is settled, the membership begins."
    )
    button = _("Record the payment")
    done = _("The payment is recorded.")
    form_class = PaymentForm
    panel_template = "fees/admin_owed.html"

    def get_initial(self) -> dict[str, Any]:
        """What the notice asked for."""
        _paid, owed = self.record.money()
        values = {"amount": owed, "payer_name": self.record.institution_name, "remark": self.record.remark}
        return values | {"received_on": today(), "token": uuid.uuid4()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the unit owes."""
        return super().get_context_data(owed=Invoice.objects.open().filter(institution=self.record.institution).order_by("due_on"), **kwargs)

    def perform_step(self, form: Any) -> Any:
        """Record."""
        record_payment(institution=self.record.institution, actor=self.request.user, **form.cleaned_data)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class VoidInvoice(WorkflowView):
    """Declare an unpaid invoice void."""

    model = Invoice
    permission = "fees.void_invoice"
    title = _("Void the payment notice")
    lead = _("The number stays used. The fees can then be billed anew.")
    button = _("Void")
    done = _("The payment notice is void.")
    danger = True
    form_class = ReasonForm

    def perform_step(self, form: Any) -> Any:
        """Void."""
        return void_invoice(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class ReversePayment(WorkflowView):
    """The transfer was returned, or entered by mistake."""

    model = Payment
    permission = "fees.reverse_payment"
    title = _("Reverse the payment")
    lead = _("What it paid is owed again. The membership stays as it is until somebody decides otherwise.")
    button = _("Reverse")
    done = _("The payment is reversed.")
    danger = True
    form_class = ReasonForm

    def perform_step(self, form: Any) -> Any:
        """Reverse."""
        return reverse_payment(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


__all__ = ["RecordPayment", "ReversePayment", "VoidInvoice"]
