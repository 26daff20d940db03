"""Bank statements, what their lines taught and which layouts were named: the records."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.columns import yuan
from alliance.common.admin.workflow import WorkflowView
from fees.admin.statement_work import Work
from fees.admin.statements import FIELDS, Columns, ImportStatement, Paper, Preview
from fees.models import BankStatement, Learnt, StatementLayout
from fees.services.statement_lines import forget, summary
from fees.services.statements import forget_layout
from members.admin.searching import InstitutionSearch


@admin.register(BankStatement)
class BankStatementAdmin(AllianceModelAdmin):
    """Statements that were taken in."""

    list_display = ("name", "bank", "account", "period_shown", "credits", "new_lines", "balance_shown", "created_at")
    list_filter = ("bank",)
    search_fields = ("name", "account")
    list_before_template = "fees/admin_statement_list.html"
    fields = (
        "file", "bank", "account", "period_shown", "credits", "debits", "new_lines", "known_lines", "balance_shown", "opening_shown", "closing_shown",
        "imported_by", "sha256_shown",
    )  # fmt: skip
    readonly_fields = ("period_shown", "balance_shown", "opening_shown", "closing_shown", "sha256_shown")
    opening_shown = yuan("opening", _("balance before"))
    closing_shown = yuan("closing", _("balance after"))
    workflow = [
        WorkflowButton("work", _("Decide the lines"), "fees.import_statement", url=lambda s: reverse("admin:fees_bankstatement_work", args=[s.pk])),
        WorkflowButton(
            "paper", _("Summary (PDF)"), "fees.import_statement", secondary=True, url=lambda s: reverse("admin:fees_bankstatement_paper", args=[s.pk])
        ),
    ]
    panels = ("fees/admin_statement.html",)

    @admin.display(description=_("period"), ordering="first_day")
    def period_shown(self, statement: BankStatement) -> str:
        """From its first line to its last."""
        return f"{statement.first_day} – {statement.last_day}"

    @admin.display(description=_("balances"), ordering="balance_check")
    def balance_shown(self, statement: BankStatement) -> str:
        """Whether they prove that no row is missing, in words."""
        words = {"proved": gettext("each follows from the one before: no row is missing"), "broken": gettext("do not follow: rows may be missing")}
        return words.get(statement.balance_check, gettext("cannot be checked (no balance column, or a single line)"))

    @admin.display(description="SHA-256")
    def sha256_shown(self, statement: BankStatement) -> str:
        """In groups, so that it fits a phone and can be compared by eye."""
        return " ".join(statement.sha256[start : start + 8] for start in range(0, len(statement.sha256), 8))

    def panel_context(self, request: HttpRequest, obj: BankStatement) -> dict[str, Any]:
        """What was left out of the file and why."""
        return {"statement": obj, "totals": summary(obj)}

    def get_urls(self) -> list[URLPattern]:
        """The pages."""
        wrap = admin.site.admin_view
        return [
            path("import/", wrap(ImportStatement.as_view()), name="fees_bankstatement_import"),
            path("columns/<uuid:pk>/", wrap(Columns.as_view()), name="fees_bankstatement_columns"),
            path("preview/<uuid:pk>/", wrap(Preview.as_view()), name="fees_bankstatement_preview"),
            path("<int:pk>/work/", wrap(Work.as_view()), name="fees_bankstatement_work"),
            path("<int:pk>/summary.pdf", wrap(Paper.as_view()), name="fees_bankstatement_paper"),
            *super().get_urls(),
        ]


class Forget(WorkflowView):
    """Take back what a decision taught."""

    model = Learnt
    permission = "fees.import_statement"
    title = _("Forget this habit")
    lead = _("Transfers of this account or payer are no longer taken to be for the unit. What was booked stays.")
    button = _("Forget")
    done = _("Forgotten.")
    danger = True

    def perform_step(self, form: Any) -> None:
        """Forget."""
        forget(self.record, actor=self.request.user)


@admin.register(Learnt)
class LearntAdmin(InstitutionSearch, AllianceModelAdmin):
    """What decisions taught."""

    list_display = ("key", "kind", "institution", "line", "learnt_by", "created_at", "removed_at")
    list_filter = ("kind", ("removed_at", admin.EmptyFieldListFilter))
    list_select_related = ("institution", "learnt_by", "line")
    search_fields = ("key",)
    workflow = [WorkflowButton("forget", _("Forget"), "fees.import_statement", show=lambda learnt: learnt.removed_at is None, danger=True)]

    def get_urls(self) -> list[URLPattern]:
        """The step."""
        return [workflow_path(Forget, "forget"), *super().get_urls()]


class ForgetLayout(WorkflowView):
    """Take back what was said of a header."""

    model = StatementLayout
    permission = "fees.import_statement"
    title = _("Forget these columns")
    lead = _("The next statement with this header asks again. What was imported stays.")
    button = _("Forget")
    danger = True

    def perform(self, form: Any) -> HttpResponse:
        """Forget; the record is gone, so on to the list."""
        forget_layout(self.record, actor=self.request.user)
        messages.success(self.request, gettext("Forgotten."))
        return redirect(self.list_url())


@admin.register(StatementLayout)
class StatementLayoutAdmin(AllianceModelAdmin):
    """Columns that people named."""

    list_display = ("header_shown", "made_by", "updated_at")
    list_select_related = ("made_by",)
    fields = ("header_shown", "mapping_shown", "made_by", "created_at", "updated_at")
    readonly_fields = ("header_shown", "mapping_shown")
    workflow = [WorkflowButton("forget", _("Forget"), "fees.import_statement", danger=True)]

    @admin.display(description=_("header"))
    def header_shown(self, layout: StatementLayout) -> str:
        """The columns' names."""
        return "、".join(cell for cell in layout.header if cell)[:200]

    @admin.display(description=_("columns"))
    def mapping_shown(self, layout: StatementLayout) -> str:
        """What each of our fields is called in the file."""
        named = ((FIELDS[name], layout.header[column]) for name, column in layout.mapping.items() if name in FIELDS and column < len(layout.header))
        return "；".join(f"{field} = {cell}" for field, cell in named)

    def get_urls(self) -> list[URLPattern]:
        """The step."""
        return [workflow_path(ForgetLayout, "forget"), *super().get_urls()]
