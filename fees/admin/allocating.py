"""Saying by hand what a payment pays, also for another unit."""

from decimal import Decimal
from typing import Any

from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from fees.forms.payments import AllocateForm
from fees.models import Invoice, Payment
from fees.services.payments import allocate


class AllocatePayment(WorkflowView):
    """A part of the payment's credit for a notice, of its unit or of another whose dues came with the same transfer."""

    model = Payment
    permission = "fees.record_payment"
    title = _("Allocate by hand")
    lead = _("Notices of the payment's own unit come first. One transfer that pays for several units is divided here.")
    button = _("Allocate")
    done = _("The amount is allocated.")
    form_class = AllocateForm

    def invoices(self) -> Any:
        """Open notices, those of the payment's unit first."""
        other = Case(When(institution=self.record.institution_id, then=0), default=1)
        return Invoice.objects.open().order_by(other, "institution_name", "due_on", "pk")

    def get_form_kwargs(self) -> dict[str, Any]:
        """With the notices."""
        return {**super().get_form_kwargs(), "invoices": self.invoices()}

    def get_initial(self) -> dict[str, Any]:
        """The oldest of the unit, as far as the credit goes."""
        first = Invoice.objects.open().filter(institution=self.record.institution_id).order_by("due_on", "pk").first()
        return {"invoice": first, "amount": min(self.record.left, first.owed) if first else self.record.left or Decimal("0.00")}

    def perform_step(self, form: Any) -> None:
        """Allocate."""
        allocate(self.record, form.cleaned_data["invoice"], form.cleaned_data["amount"], actor=self.request.user)
