"""Money's records in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.base import AllianceInline
from alliance.common.clock import today
from alliance.common.money import format_money
from fees.admin import steps
from fees.enums import InvoiceState
from fees.models import Allocation, FeeSchedule, Invoice, InvoiceLine, Payment, TierAmount

UNPAID = {InvoiceState.OPEN, InvoiceState.PART_PAID}


class StateFilter(admin.SimpleListFilter):
    """By the state that follows from money."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What can be chosen."""
        return [("open", _("Open")), ("overdue", _("Overdue")), ("settled", _("Settled")), ("void", _("Void"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> QuerySet[Invoice]:
        """The chosen ones."""
        chosen = {
            "open": {"voided_at": None, "owed__gt": 0},
            "overdue": {"voided_at": None, "owed__gt": 0, "due_on__lt": today()},
            "settled": {"voided_at": None, "owed__lte": 0},
            "void": {"voided_at__isnull": False},
        }
        return queryset.filter(**chosen.get(self.value() or "", {}))


class LineInline(AllianceInline):
    """Lines."""

    model = InvoiceLine
    fields = ("description", "kind", "year", "amount")


class AllocationInline(AllianceInline):
    """What paid it."""

    model = Allocation
    fields = ("payment", "invoice", "amount", "released_at")


@admin.register(Invoice)
class InvoiceAdmin(AllianceModelAdmin):
    """Payment notices."""

    list_display = ("number", "institution_name", "issued_on", "due_on", "total_shown", "owed_shown", "state_shown")
    list_filter = (StateFilter, "year")
    search_fields = ("number", "institution_name", "institution__aliases__name")
    fields = ("number", "institution_name", "membership", "total", "remark", "issued_on", "due_on", "voided_at", "void_reason")
    inlines = (LineInline, AllocationInline)
    workflow = [
        WorkflowButton("payment", _("Record a payment"), "fees.record_payment", show=lambda i: i.state in UNPAID),
        WorkflowButton("pdf", _("Payment notice (PDF)"), "fees.view_invoice", secondary=True, url=lambda i: reverse("fees:invoice_pdf", args=[i.pk])),
        WorkflowButton(
            "receipt",
            _("Receipt (PDF)"),
            "fees.view_invoice",
            secondary=True,
            show=lambda i: i.state == InvoiceState.SETTLED,
            url=lambda i: reverse("fees:receipt_pdf", args=[i.pk]),
        ),
        WorkflowButton("void", _("Void"), "fees.void_invoice", show=lambda i: i.state == InvoiceState.OPEN, danger=True),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invoice]:
        """With what was paid."""
        return super().get_queryset(request).with_paid()

    @admin.display(description=_("total"), ordering="total")
    def total_shown(self, invoice: Invoice) -> str:
        """In yuan."""
        return format_money(invoice.total)

    @admin.display(description=_("owed"), ordering="owed")
    def owed_shown(self, invoice: Invoice) -> str:
        """In yuan."""
        return "—" if invoice.voided_at else format_money(invoice.owed)

    @admin.display(description=_("state"))
    def state_shown(self, invoice: Invoice) -> str:
        """In words."""
        return str(invoice.state.label)

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(steps.RecordPayment, "payment"), workflow_path(steps.VoidInvoice, "void"), *super().get_urls()]


@admin.register(Payment)
class PaymentAdmin(AllianceModelAdmin):
    """Money that came in."""

    list_display = ("received_on", "payer_name", "institution", "amount", "left_shown", "remark", "reversed_at")
    list_filter = ("received_on",)
    search_fields = ("payer_name", "remark", "bank_serial", "institution__name")
    list_select_related = ("institution",)
    fields = ("institution", "received_on", "amount", "payer_name", "remark", "bank_serial", "entered_by", "reversed_at", "reversal_reason")
    inlines = (AllocationInline,)
    workflow = [WorkflowButton("reverse", _("Reverse"), "fees.reverse_payment", show=lambda p: p.reversed_at is None, danger=True)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        """With what is left."""
        return super().get_queryset(request).with_left()

    @admin.display(description=_("credit"), ordering="left")
    def left_shown(self, payment: Payment) -> str:
        """In yuan."""
        return "—" if payment.reversed_at else format_money(payment.left)

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(steps.ReversePayment, "reverse"), *super().get_urls()]


class TierAmountInline(AllianceInline):
    """Amounts of the tiers."""

    model = TierAmount
    fields = ("tier", "amount")
    editable_fields = ("tier", "amount")
    extra = 1


@admin.register(FeeSchedule)
class FeeScheduleAdmin(AllianceModelAdmin):
    """What membership costs from a year on."""

    list_display = ("effective_from_year", "entry_fee", "due_days", "grace_days", "clause", "is_sample")
    editable_fields = ("entry_fee", "due_days", "grace_days", "annual_minimum", "annual_maximum", "clause", "note", "is_sample")
    inlines = (TierAmountInline,)
