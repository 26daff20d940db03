"""Payment notices in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.base import AllianceInline
from alliance.common.admin.columns import yuan
from alliance.common.clock import today
from fees.admin import billing, credit_notes, dunning, papers, reports, steps
from fees.admin.finance import Finance
from fees.enums import UNSETTLED, InvoiceState
from fees.models import Allocation, Invoice, InvoiceLine
from members.admin.searching import InstitutionSearch


class StateFilter(admin.SimpleListFilter):
    """By the state that follows from money."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What can be chosen."""
        return [("open", InvoiceState.OPEN.label), ("overdue", _("Overdue")), ("settled", InvoiceState.SETTLED.label), ("void", InvoiceState.VOID.label)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> QuerySet[Invoice]:
        """The chosen ones."""
        chosen: dict[str, dict[str, Any]] = {
            "open": {"state__in": UNSETTLED},
            "overdue": {"state__in": UNSETTLED, "due_on__lt": today()},
            "settled": {"state": InvoiceState.SETTLED},
            "void": {"state": InvoiceState.VOID},
        }
        return queryset.filter(**chosen.get(self.value() or "", {}))


class LineInline(AllianceInline):
    """Lines."""

    model = InvoiceLine
    fields = ("description", "kind", "year", "amount_shown")
    readonly_fields = ("amount_shown",)
    amount_shown = yuan("amount", _("amount"))


class InvoiceAllocationInline(AllianceInline):
    """What paid it."""

    model = Allocation
    fields = ("payment", "amount_shown", "released_at", "release_reason")
    readonly_fields = ("amount_shown",)
    amount_shown = yuan("amount", _("amount"))


@admin.register(Invoice)
class InvoiceAdmin(InstitutionSearch, AllianceModelAdmin):
    """Payment notices."""

    list_display = ("number", "institution_name", "purpose", "issued_on", "due_on", "total_shown", "owed_shown", "state_shown")
    list_filter = (StateFilter, "purpose", "year", "run", ("disputed_since", admin.EmptyFieldListFilter))
    list_before_template = "fees/admin_invoice_list.html"
    search_fields = ("number", "institution_name", "remark")
    date_hierarchy = "issued_on"
    fields = (
        "number", "institution_name", "membership", "purpose", "schedule", "total_shown", "paid_shown", "owed_shown", "state_shown",
        "remark", "issued_on", "due_on", "grace_until", "credited_shown", "run", "disputed_since", "dispute", "voided_at", "voided_by", "void_reason",
    )  # fmt: skip
    readonly_fields = ("total_shown", "paid_shown", "credited_shown", "owed_shown", "state_shown")
    inlines = (LineInline, InvoiceAllocationInline)
    workflow = [
        WorkflowButton("payment", _("Record a payment"), "fees.record_payment", show=lambda i: i.state in UNSETTLED),
        WorkflowButton("pdf", _("Payment notice (PDF)"), "fees.view_invoice", secondary=True, url=lambda i: reverse("fees:invoice_pdf", args=[i.pk])),
        WorkflowButton(
            "receipt",
            _("Receipt (PDF)"),
            "fees.view_invoice",
            secondary=True,
            show=lambda i: i.state == InvoiceState.SETTLED,
            url=lambda i: reverse("fees:receipt_pdf", args=[i.pk]),
        ),
        WorkflowButton(
            "account",
            _("Statement of account (PDF)"),
            "fees.view_invoice",
            secondary=True,
            url=lambda i: reverse("fees:account_pdf", args=[i.institution_id]),
        ),
        WorkflowButton("resend", _("Send again"), "fees.resend_invoice", secondary=True, show=lambda i: i.state in UNSETTLED),
        WorkflowButton("creditnote", _("Credit note"), "fees.credit_invoice", secondary=True, show=lambda i: i.state in UNSETTLED),
        WorkflowButton("dispute", _("Disputed"), "fees.resend_invoice", secondary=True, show=lambda i: i.state in UNSETTLED),
        WorkflowButton("void", _("Void"), "fees.void_invoice", show=lambda i: i.state == InvoiceState.OPEN, danger=True),
    ]

    total_shown = yuan("total", pgettext_lazy("amount", "total"))
    paid_shown = yuan("paid", _("paid"))
    credited_shown = yuan("credited", _("credited"))
    owed_shown = yuan("owed", _("owed"))

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, invoice: Invoice) -> str:
        """In words."""
        overdue = invoice.state in UNSETTLED and invoice.due_on < today()
        return f"{invoice.state.label} · {gettext('Overdue')}" if overdue else str(invoice.state.label)

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        views: list[tuple[Any, str]] = [
            (steps.RecordPayment, "payment"),
            (steps.ResendInvoice, "resend"),
            (steps.VoidInvoice, "void"),
            (credit_notes.CreditInvoice, "creditnote"),
            (billing.DisputeInvoice, "dispute"),
        ]
        wrap = admin.site.admin_view
        pages = [
            path("years/", wrap(billing.IssueYears.as_view()), name="fees_invoice_years"),
            path("explain/", wrap(billing.Explain.as_view()), name="fees_invoice_explain"),
            path("finance/", wrap(Finance.as_view()), name="fees_invoice_finance"),
            path("dunning/", wrap(dunning.Dunning.as_view()), name="fees_invoice_dunning"),
            path("dunning/<int:pk>/suspend/", wrap(dunning.SuspendOverdue.as_view()), name="fees_invoice_suspend"),
            path("dunning/<int:pk>/remove/", wrap(dunning.RemoveOverdue.as_view()), name="fees_invoice_remove"),
            path("papers/", wrap(papers.MakePapers.as_view()), name="fees_invoice_papers"),
            path("reports/", wrap(reports.Reports.as_view()), name="fees_invoice_reports"),
        ]
        return [*pages, *[workflow_path(view, name) for view, name in views], *super().get_urls()]
