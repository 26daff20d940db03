"""Reductions and credit notes in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.enums import AdjustmentState
from fees.forms import AmountField, FoldedField, ReasonForm
from fees.models import Adjustment, CreditNote, Invoice
from fees.services.adjustments import approve_adjustment, propose_adjustment, refuse_adjustment
from fees.services.billing import credit_invoice
from members.admin.searching import InstitutionSearch
from members.selectors.memberships import current_members


class AdjustmentForm(forms.Form):
    """Who, which year, how much, why."""

    membership = forms.ModelChoiceField(current_members(), label=_("Membership"))
    year = forms.IntegerField(label=_("Year"), min_value=2018, max_value=2100)
    amount = AmountField(label=_("Reduction in yuan"))
    reason = FoldedField(label=_("Reason"), max_length=200)


class ProposeAdjustment(WorkflowView):
    """Propose a reduction."""

    model = Adjustment
    permission = "fees.adjust"
    title = _("Reduce a fee")
    lead = _(
        "Small reductions take effect at once, larger ones when a second person has approved them. On a notice that is issued already it becomes a credit note."
    )
    button = _("Propose")
    done = _("The reduction is recorded.")
    form_class = AdjustmentForm

    def get_initial(self) -> dict[str, Any]:
        """This year."""
        return {"year": today().year}

    def perform_step(self, form: Any) -> Any:
        """Propose."""
        data = form.cleaned_data
        return propose_adjustment(data["membership"], year=data["year"], amount=data["amount"], reason=data["reason"], actor=self.request.user)


class ApproveAdjustment(WorkflowView):
    """Approve."""

    model = Adjustment
    permission = "fees.adjust"
    title = _("Approve the reduction")
    button = _("Approve")
    done = _("The reduction is approved.")

    def perform_step(self, form: Any) -> None:
        """Approve."""
        approve_adjustment(self.record, actor=self.request.user)


class RefuseAdjustment(WorkflowView):
    """Refuse."""

    model = Adjustment
    permission = "fees.adjust"
    title = _("Refuse the reduction")
    button = _("Refuse")
    done = _("The reduction is refused.")
    danger = True

    def perform_step(self, form: Any) -> None:
        """Refuse."""
        refuse_adjustment(self.record, actor=self.request.user)


@admin.register(Adjustment)
class AdjustmentAdmin(InstitutionSearch, AllianceModelAdmin):
    """Discounts and waivers."""

    list_display = ("membership", "year", "amount", "reason", "state", "proposed_by", "decided_by")
    list_filter = ("state", "year")
    list_select_related = ("membership__institution", "proposed_by", "decided_by")
    search_fields = ("reason",)
    institution_paths = ("membership__institution",)
    list_before_template = "fees/admin_adjustment_list.html"
    workflow = [
        WorkflowButton("approve", _("Approve"), "fees.adjust", show=lambda a: a.state == AdjustmentState.PROPOSED),
        WorkflowButton("refuse", _("Refuse"), "fees.adjust", show=lambda a: a.state == AdjustmentState.PROPOSED, danger=True),
    ]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        new = path("new/", admin.site.admin_view(ProposeAdjustment.as_view()), name="fees_adjustment_new")
        return [new, workflow_path(ApproveAdjustment, "approve"), workflow_path(RefuseAdjustment, "refuse"), *super().get_urls()]


@admin.register(CreditNote)
class CreditNoteAdmin(InstitutionSearch, AllianceModelAdmin):
    """Credit notes."""

    list_display = ("number", "invoice", "amount", "reason", "credited_on", "made_by")
    list_select_related = ("invoice", "made_by")
    search_fields = ("number", "invoice__number", "invoice__institution_name")
    institution_paths = ("invoice__institution",)
    workflow = [WorkflowButton("pdf", _("Credit note (PDF)"), "fees.view_creditnote", secondary=True, url=lambda c: reverse("fees:credit_pdf", args=[c.pk]))]


class CreditForm(ReasonForm):
    """How much, why."""

    amount = AmountField(label=_("Amount in yuan"))
    field_order = ("amount", "reason")


class CreditInvoice(WorkflowView):
    """Take something off a notice."""

    model = Invoice
    permission = "fees.credit_invoice"
    title = _("Issue a credit note")
    lead = _("The notice stays as it is; the credit note with its own number takes the amount off what is owed.")
    button = _("Issue the credit note")
    done = _("The credit note is issued.")
    form_class = CreditForm

    def get_initial(self) -> dict[str, Any]:
        """All that is owed."""
        return {"amount": self.record.owed}

    def perform_step(self, form: Any) -> None:
        """Credit."""
        credit_invoice(self.record, amount=form.cleaned_data["amount"], reason=form.cleaned_data["reason"], actor=self.request.user, on=today())
