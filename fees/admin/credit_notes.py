"""Direct credit notes in the admin: issued, or asked for and approved by another."""

from typing import Any

from django.contrib import admin, messages
from django.urls import URLPattern
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.columns import yuan
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.enums import CreditProposalState
from fees.forms.dues import CreditForm
from fees.models import CreditNote, CreditProposal, Invoice
from fees.selectors.fapiaos import issued_over
from fees.selectors.schedules import schedule_for
from fees.services.credits import approve_credit, propose_credit, refuse_credit
from members.admin.searching import InstitutionSearch


class CreditInvoice(WorkflowView):
    """Take something off a notice."""

    model = Invoice
    permission = "fees.credit_invoice"
    title = _("Issue a credit note")
    lead = _("The notice stays as it is; the credit note with its own number takes the amount off what is owed.")
    button = _("Issue the credit note")
    form_class = CreditForm
    panel_template = "fees/admin_credit_warning.html"

    def get_initial(self) -> dict[str, Any]:
        """All that is owed."""
        return {"amount": self.record.owed}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether a fapiao is out, and from what amount on a second person is needed."""
        schedule = schedule_for(today().year)
        second = schedule.credit_approval_above if schedule else None
        return super().get_context_data(issued=issued_over(self.record), second=second, **kwargs)

    def perform_step(self, form: Any) -> None:
        """Issue, or ask."""
        data = form.cleaned_data
        made = propose_credit(self.record, amount=data["amount"], reason=data["reason"], actor=self.request.user)
        if isinstance(made, CreditNote):
            messages.success(self.request, gettext("The credit note is issued."))
        else:
            messages.success(self.request, gettext("The credit note waits for approval by another person."))


class ApproveCredit(WorkflowView):
    """Approve, which issues it."""

    model = CreditProposal
    permission = "fees.adjust"
    title = _("Approve the credit note")
    lead = _("It is issued at once, with its own number.")
    button = _("Approve and issue")
    done = _("The credit note is issued.")
    panel_template = "fees/admin_credit_warning.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether a fapiao is out."""
        return super().get_context_data(issued=issued_over(self.record.invoice), **kwargs)

    def perform_step(self, form: Any) -> None:
        """Approve."""
        approve_credit(self.record, actor=self.request.user)


class RefuseCredit(WorkflowView):
    """Refuse."""

    model = CreditProposal
    permission = "fees.adjust"
    title = _("Refuse the credit note")
    button = _("Refuse")
    done = _("The credit note is refused.")
    danger = True

    def perform_step(self, form: Any) -> None:
        """Refuse."""
        refuse_credit(self.record, actor=self.request.user)


@admin.register(CreditProposal)
class CreditProposalAdmin(InstitutionSearch, AllianceModelAdmin):
    """Large credit notes that wait for a second person, and what became of them."""

    amount_shown = yuan("amount", _("amount"))
    list_display = ("invoice", "amount_shown", "reason", "state", "proposed_by", "decided_by")
    list_filter = ("state",)
    list_select_related = ("invoice", "proposed_by", "decided_by")
    search_fields = ("invoice__number", "invoice__institution_name", "reason")
    institution_paths = ("invoice__institution",)
    workflow = [
        WorkflowButton("approve", _("Approve"), "fees.adjust", show=lambda p: p.state == CreditProposalState.PROPOSED),
        WorkflowButton("refuse", _("Refuse"), "fees.adjust", show=lambda p: p.state == CreditProposalState.PROPOSED, danger=True),
    ]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(ApproveCredit, "approve"), workflow_path(RefuseCredit, "refuse"), *super().get_urls()]
