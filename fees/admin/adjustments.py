"""Reductions and credit notes in the admin."""

from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.columns import yuan
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.enums import AdjustmentState, LineKind
from fees.forms.dues import AdjustmentForm
from fees.models import Adjustment, CreditNote, InvoiceLine
from fees.selectors.fapiaos import issued_over
from fees.services.adjustments import approve_adjustment, propose_adjustment, refuse_adjustment
from members.admin.searching import InstitutionSearch


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
    panel_template = "fees/admin_credit_warning.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether a fapiao over the year's notice is out."""
        line = InvoiceLine.objects.filter(membership=self.record.membership, kind=LineKind.ANNUAL, year=self.record.year, live=True).first()
        return super().get_context_data(issued=issued_over(line.invoice) if line else [], **kwargs)

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

    amount_shown = yuan("amount", _("reduction in yuan"))
    list_display = ("membership", "year", "amount_shown", "reason", "state", "proposed_by", "decided_by")
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

    amount_shown = yuan("amount", _("amount"))
    list_display = ("number", "invoice", "amount_shown", "reason", "credited_on", "made_by")
    list_select_related = ("invoice", "made_by")
    search_fields = ("number", "invoice__number", "invoice__institution_name")
    institution_paths = ("invoice__institution",)
    workflow = [WorkflowButton("pdf", _("Credit note (PDF)"), "fees.view_creditnote", secondary=True, url=lambda c: reverse("fees:credit_pdf", args=[c.pk]))]
