"""The workflow steps of money as pages of the admin."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from alliance.common.money import format_money, money
from fees.forms.payments import PaymentForm, ReasonForm, ReversalForm, UnitPaymentForm
from fees.models import Allocation, Invoice, Payment
from fees.selectors.proposals import Proposal, propose_allocation
from fees.selectors.standing import open_invoices
from fees.services.invoices import resend_invoice, void_invoice
from fees.services.payments import record_payment, use_credit
from fees.services.reversals import release_allocation, reverse_payment
from members.models import Institution


class RecordPayment(WorkflowView):
    """Enter a payment of the invoice's unit. An amount that is not exactly what is owed is shown in its use first, and recorded on the second press."""

    model: Any = Invoice
    permission = "fees.record_payment"
    title = _("Record a payment")
    lead = _(
        "The payment pays what the unit owes, oldest first; what is left over stays as its credit. When the joining invoice is settled, the membership begins."
    )
    button = _("Record the payment")
    done = _("The payment is recorded.")
    form_class: type[forms.BaseForm] = PaymentForm
    panel_template = "fees/admin_owed.html"
    proposal: Proposal | None = None

    def unit(self, form: Any = None) -> Institution | None:
        """Whose payment it is."""
        return self.record.institution

    def get_initial(self) -> dict[str, Any]:
        """What the notice asked for."""
        values = {"amount": self.record.owed, "payer_name": self.record.institution_name, "remark": self.record.remark}
        return values | {"received_on": today(), "token": uuid.uuid4()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the unit owes, and how the amount would be used."""
        unit = self.unit(kwargs.get("form"))
        return super().get_context_data(owed=open_invoices(unit) if unit else [], proposal=self.proposal, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Show the use of an amount that leaves something over or something owed; go on when it has been seen, or when all is settled by it."""
        amount, known = form.cleaned_data["amount"], Payment.objects.filter(token=form.cleaned_data["token"]).exists()
        proposal = propose_allocation(self.unit(form), amount, form.cleaned_data["remark"])
        if known or form.cleaned_data["seen"] == str(amount) or (not proposal.rest and not proposal.still_owed):
            return super().form_valid(form)
        self.proposal = proposal
        form.data = form.data.copy()
        form.data["seen"] = str(amount)
        return self.render_to_response(self.get_context_data(form=form))

    def perform_step(self, form: Any) -> Any:
        """Record."""
        values = {name: value for name, value in form.cleaned_data.items() if name not in {"seen", "institution"}}
        payment = record_payment(institution=self.unit(form), actor=self.request.user, **values)
        if payment.left:
            messages.info(self.request, gettext("%(amount)s is left over and stays as the unit's credit.") % {"amount": format_money(payment.left)})
        return payment


class RecordUnitPayment(RecordPayment):
    """The same without a notice at hand: choose the unit."""

    model = Payment
    form_class = UnitPaymentForm

    def unit(self, form: Any = None) -> Institution | None:
        """As chosen."""
        return form.cleaned_data.get("institution") if form is not None and hasattr(form, "cleaned_data") else None

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"received_on": today(), "token": uuid.uuid4()}


class ResendInvoice(WorkflowView):
    """Mail the notice again."""

    model = Invoice
    permission = "fees.resend_invoice"
    title = _("Send the payment notice again")
    lead = _("The notice goes once more, with its PDF, to those who are liaison and finance contact of the unit today.")
    button = _("Send again")

    def perform_step(self, form: Any) -> None:
        """Queue."""
        count = resend_invoice(self.record, actor=self.request.user)
        messages.success(self.request, ngettext("The notice goes to %(count)s person.", "The notice goes to %(count)s people.", count) % {"count": count})


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


class UseCredit(WorkflowView):
    """Let the rest of a payment pay what is owed by now."""

    model = Payment
    permission = "fees.record_payment"
    title = _("Use the credit")
    lead = _("What is left of the payment pays what the unit owes now, oldest first.")
    button = _("Use the credit")
    panel_template = "fees/admin_owed.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How it would be used."""
        unit = self.record.institution
        return super().get_context_data(owed=open_invoices(unit), proposal=propose_allocation(unit, self.record.left, self.record.remark), **kwargs)

    def perform_step(self, form: Any) -> None:
        """Allocate."""
        total = sum((made.amount for made in use_credit(self.record, actor=self.request.user)), money(0))
        messages.success(self.request, gettext("%(amount)s has been used.") % {"amount": format_money(total)})


class ReversePayment(WorkflowView):
    """The transfer was returned, refunded, or entered by mistake."""

    model = Payment
    permission = "fees.reverse_payment"
    title = _("Reverse the payment")
    lead = _("What it paid is owed again. The membership stays as it is until somebody decides otherwise.")
    button = _("Reverse")
    done = _("The payment is reversed.")
    danger = True
    form_class = ReversalForm

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": today()}

    def perform_step(self, form: Any) -> Any:
        """Reverse."""
        reverse_payment(self.record, actor=self.request.user, **form.cleaned_data)


class ReleaseAllocation(WorkflowView):
    """Undo one allocation."""

    model = Allocation
    permission = "fees.record_payment"
    title = _("Undo the allocation")
    lead = _("The notice is owed again and the money becomes the unit's credit.")
    button = _("Undo")
    done = _("The allocation is undone.")
    danger = True
    form_class = ReasonForm

    def record_url(self, obj: Any = None) -> str:
        """The payment's page."""
        return super().record_url(self.record.payment)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """An allocation has no list of its own; the page stands among the payments."""
        return super().get_context_data(**kwargs) | {"opts": Payment._meta}

    def perform_step(self, form: Any) -> Any:
        """Release."""
        release_allocation(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


__all__ = ["RecordPayment", "RecordUnitPayment", "ReleaseAllocation", "ResendInvoice", "ReversePayment", "UseCredit", "VoidInvoice"]
