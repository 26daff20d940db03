"""Transfers as units report them, in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.columns import yuan
from alliance.common.admin.workflow import WorkflowView
from fees.enums import VoucherState
from fees.forms.payments import ConfirmForm, ReasonForm
from fees.models import Voucher
from fees.selectors.standing import same_file
from fees.services.vouchers import confirm_voucher, dismiss_voucher
from members.admin.searching import InstitutionSearch


class ConfirmVoucher(WorkflowView):
    """The money is there."""

    model = Voucher
    permission = "fees.record_payment"
    title = _("Confirm the transfer")
    lead = _("Compare with the bank's statement. The payment is recorded and pays what the unit owes, oldest first.")
    button = _("Record the payment")
    done = _("The payment is recorded.")
    form_class = ConfirmForm
    panel_template = "fees/admin_voucher.html"

    def get_initial(self) -> dict[str, Any]:
        """As the unit says."""
        return {"received_on": self.record.paid_on, "amount": self.record.amount, "payer_name": self.record.payer_name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With other reports that came with the same file."""
        return super().get_context_data(twins=twins_of(self.record), **kwargs)

    def perform_step(self, form: Any) -> Any:
        """Confirm."""
        return confirm_voucher(self.record, actor=self.request.user, **form.cleaned_data)


class DismissVoucher(WorkflowView):
    """It belongs to nothing of ours."""

    model = Voucher
    permission = "fees.record_payment"
    title = _("Do not use the voucher")
    lead = _("The unit sees the reason on its page.")
    button = _("Do not use")
    done = _("Saved.")
    danger = True
    form_class = ReasonForm

    def perform_step(self, form: Any) -> None:
        """Dismiss."""
        dismiss_voucher(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


def twins_of(voucher: Voucher) -> list[Voucher]:
    """Other reports with the same photo or scan."""
    return list(same_file(voucher.file.sha256).exclude(pk=voucher.pk)) if voucher.file else []


@admin.register(Voucher)
class VoucherAdmin(InstitutionSearch, AllianceModelAdmin):
    """Transfers as units report them."""

    amount_shown = yuan("amount", _("amount"))
    list_display = ("institution", "paid_on", "amount_shown", "payer_name", "remark", "state")
    list_filter = ("state",)
    list_select_related = ("institution",)
    search_fields = ("payer_name", "remark")
    panels = ("fees/admin_voucher.html",)
    workflow = [
        WorkflowButton("confirm", _("Confirm the transfer"), "fees.record_payment", show=lambda v: v.state == VoucherState.NEW),
        WorkflowButton("dismiss", _("Do not use"), "fees.record_payment", show=lambda v: v.state == VoucherState.NEW, danger=True),
    ]

    def panel_context(self, request: HttpRequest, obj: Voucher) -> dict[str, Any]:
        """The picture."""
        return {"record": obj, "twins": twins_of(obj)}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(ConfirmVoucher, "confirm"), workflow_path(DismissVoucher, "dismiss"), *super().get_urls()]
