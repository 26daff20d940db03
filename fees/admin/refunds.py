"""Money to be given back, in the admin: asked for on a payment, approved by another, transferred."""

from typing import Any

from django.contrib import admin
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.columns import yuan
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.enums import REFUND_WAITS, RefundState
from fees.forms.payments import PayRefundForm, ReasonForm, RefundForm
from fees.models import Payment, Refund
from fees.selectors.refunds import free_credit
from fees.services.refunds import approve_refund, ask_refund, pay_refund, refuse_refund
from members.admin.searching import InstitutionSearch


class AskRefund(WorkflowView):
    """Ask that credit goes back."""

    model = Payment
    permission = "fees.record_payment"
    title = _("Ask for a refund")
    lead = _("Another person approves it, then finance transfers the money. Until then nothing else uses this part of the credit.")
    button = _("Ask for the refund")
    done = _("The refund waits for approval by another person.")
    form_class = RefundForm

    def get_initial(self) -> dict[str, Any]:
        """All that is free, back to where it came from."""
        return {"amount": free_credit(self.record), "payee_name": self.record.payer_name, "payee_account": self.record.payer_account}

    def perform_step(self, form: Any) -> Refund:
        """Ask."""
        return ask_refund(self.record, actor=self.request.user, **form.cleaned_data)


class ApproveRefund(WorkflowView):
    """Approve."""

    model = Refund
    permission = "fees.record_payment"
    title = _("Approve the refund")
    lead = _("Somebody else than who asked for it approves. Finance then transfers the money and enters the bank's reference.")
    button = _("Approve")
    done = _("The refund is approved and waits to be transferred.")
    panel_template = "fees/admin_refund.html"

    def perform_step(self, form: Any) -> None:
        """Approve."""
        approve_refund(self.record, actor=self.request.user)


class RefuseRefund(WorkflowView):
    """Refuse, or take back."""

    model = Refund
    permission = "fees.record_payment"
    title = _("Refuse the refund")
    lead = _("The credit is free again.")
    button = _("Refuse")
    done = _("The refund is refused.")
    danger = True
    form_class = ReasonForm
    panel_template = "fees/admin_refund.html"

    def perform_step(self, form: Any) -> None:
        """Refuse."""
        refuse_refund(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class PayRefund(WorkflowView):
    """The bank has transferred it."""

    model = Refund
    permission = "fees.reverse_payment"
    title = _("Enter the transfer")
    lead = _("The payment gets its reversal on this day. A notice that it had paid gets a credit note over the same amount.")
    button = _("Enter the transfer")
    done = _("The refund is transferred.")
    form_class = PayRefundForm
    panel_template = "fees/admin_refund.html"

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": today()}

    def perform_step(self, form: Any) -> None:
        """Enter."""
        pay_refund(self.record, actor=self.request.user, **form.cleaned_data)


class WaitingFilter(admin.SimpleListFilter):
    """Refunds that somebody has to go on with."""

    title = _("to do")
    parameter_name = "waiting"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        """One choice."""
        return [("yes", _("Not transferred yet"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Those."""
        return queryset.filter(state__in=REFUND_WAITS) if self.value() == "yes" else queryset


@admin.register(Refund)
class RefundAdmin(InstitutionSearch, AllianceModelAdmin):
    """Money that goes back."""

    list_display = ("institution_shown", "amount_shown", "payee_name", "reason", "state", "asked_by", "decided_by", "bank_reference")
    list_filter = (WaitingFilter, "state")
    list_select_related = ("payment__institution", "asked_by", "decided_by")
    search_fields = ("payee_name", "bank_reference", "reason")
    institution_paths = ("payment__institution",)
    fields = (
        "institution_shown", "payment", "invoice", "amount_shown", "reason", "payee_name", "payee_account", "state", "asked_by", "decided_by",
        "refusal", "bank_reference", "paid_on", "paid_by",
    )  # fmt: skip
    readonly_fields = ("institution_shown", "amount_shown")
    workflow = [
        WorkflowButton("approve", _("Approve"), "fees.record_payment", show=lambda r: r.state == RefundState.ASKED),
        WorkflowButton("pay", _("Enter the transfer"), "fees.reverse_payment", show=lambda r: r.state == RefundState.APPROVED),
        WorkflowButton("refuse", _("Refuse"), "fees.record_payment", show=lambda r: r.state in REFUND_WAITS, danger=True),
    ]

    @admin.display(description=_("institution"), ordering="payment__institution__name")
    def institution_shown(self, refund: Refund) -> str:
        """Whose payment it was."""
        return refund.payment.institution.name

    amount_shown = yuan("amount", _("amount"))

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(ApproveRefund, "approve"), workflow_path(PayRefund, "pay"), workflow_path(RefuseRefund, "refuse"), *super().get_urls()]
