"""Money that came in, in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.base import AllianceInline
from alliance.common.admin.columns import yuan
from fees.admin import several, steps
from fees.admin.allocating import AllocatePayment
from fees.admin.refunds import AskRefund
from fees.models import Allocation, Payment, Reversal
from fees.selectors.refunds import overpaid
from members.admin.searching import InstitutionSearch


class PaymentAllocationInline(AllianceInline):
    """What it pays, each with its way back."""

    model = Allocation
    fields = ("invoice", "amount_shown", "released_at", "release_reason", "undo")
    readonly_fields = ("amount_shown", "undo")
    amount_shown = yuan("amount", _("amount"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Allocation]:
        """With their invoices, in one query."""
        return super().get_queryset(request).select_related("invoice", "payment")

    @admin.display(description=_("Undo"))
    def undo(self, allocation: Allocation) -> str:
        """A link while it is in force."""
        if allocation.released_at:
            return "—"
        return format_html('<a href="{}">{}</a>', reverse("admin:fees_allocation_release", args=[allocation.pk]), gettext("Undo"))


class ReversalInline(AllianceInline):
    """What went back."""

    model = Reversal
    fields = ("kind", "amount_shown", "reversed_on", "reason", "entered_by")
    readonly_fields = ("amount_shown",)
    amount_shown = yuan("amount", _("amount"))


class CreditFilter(admin.SimpleListFilter):
    """Payments of which something is left."""

    title = _("credit")
    parameter_name = "credit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """One choice."""
        return [("yes", _("Something left over")), ("overpaid", _("Overpaid: nothing is owed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        """Those."""
        if self.value() == "overpaid":
            return queryset.filter(pk__in=overpaid().values("pk"))
        return queryset.filter(left__gt=0) if self.value() == "yes" else queryset


@admin.register(Payment)
class PaymentAdmin(InstitutionSearch, AllianceModelAdmin):
    """Money that came in."""

    list_display = ("received_on", "payer_name", "institution", "amount_shown", "left_shown", "remark", "mistaken_shown")
    list_filter = (CreditFilter, "received_on")
    search_fields = ("payer_name", "remark", "bank_serial")
    list_select_related = ("institution",)
    list_before_template = "fees/admin_payment_list.html"
    fields = (
        "institution", "received_on", "amount_shown", "left_shown", "payer_name", "payer_account", "remark", "bank_serial", "entered_by", "mistaken_shown",
    )  # fmt: skip
    readonly_fields = ("amount_shown", "left_shown", "mistaken_shown")
    inlines = (PaymentAllocationInline, ReversalInline)
    workflow = [
        WorkflowButton("credit", _("Use the credit"), "fees.record_payment", show=lambda p: p.left > 0),
        WorkflowButton("allocate", _("Allocate by hand"), "fees.record_payment", show=lambda p: p.left > 0, secondary=True),
        WorkflowButton("refund", _("Ask for a refund"), "fees.record_payment", show=lambda p: p.left > 0 and not p.mistaken, secondary=True),
        WorkflowButton("reverse", _("Reverse"), "fees.reverse_payment", show=lambda p: not p.mistaken, danger=True),
    ]

    amount_shown = yuan("amount", _("amount"))
    left_shown = yuan("left", _("credit"))

    @admin.display(description=_("note"))
    def mistaken_shown(self, payment: Payment) -> str:
        """Said in words, since a cross would look like an error."""
        return gettext("Entered by mistake") if payment.mistaken else "—"

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        wrap = admin.site.admin_view
        return [
            path("record/", wrap(steps.RecordUnitPayment.as_view()), name="fees_payment_record"),
            path("allocations/<int:pk>/release/", wrap(steps.ReleaseAllocation.as_view()), name="fees_allocation_release"),
            path("several/", wrap(several.RecordForSeveral.as_view()), name="fees_payment_several"),
            workflow_path(AskRefund, "refund"),
            workflow_path(steps.UseCredit, "credit"),
            workflow_path(AllocatePayment, "allocate"),
            workflow_path(steps.ReversePayment, "reverse"),
            *super().get_urls(),
        ]
