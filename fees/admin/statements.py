"""Bank statements in the admin: taking one in, naming columns, deciding line by line."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.workflow import WorkflowView
from alliance.common.documents import render_pdf
from alliance.common.exceptions import DomainError
from alliance.common.models import StoredFile
from fees.enums import LineState
from fees.models import BankStatement, Invoice, Learnt, StatementLine
from fees.selectors.standing import open_invoices
from fees.services.statements import Part, accept_line, accept_sure, book_line, forget, import_statement, keep_upload, rematch, set_aside, summary, undo_line
from fees.statements.reading import StatementError, UnknownLayout, amount_of, header_guess
from members.models import Institution
from members.selectors.institutions import find_institution

MOST_PARTS = 6
ORDER = {"sure": 0, "likely": 1, "ask": 2, "other": 3}
FIELDS = {
    "date": _("Date"),
    "time": _("Time"),
    "credit": _("Money in"),
    "debit": _("Money out"),
    "amount": _("Amount (one column)"),
    "direction": _("Direction (in or out)"),
    "balance": _("Balance"),
    "payer_name": _("Payer"),
    "payer_account": _("Payer's account"),
    "payer_bank": _("Payer's bank"),
    "remark": _("Remark"),
    "serial": _("Serial number of the bank"),
}


class UploadForm(forms.Form):
    """The file of the bank."""

    file = forms.FileField(label=_("Statement of the bank"), help_text=_("CSV, XLS or XLSX as the bank exports it. Only money that came in is taken over."))


class ImportStatement(WorkflowView):
    """Take a statement in. A broken file changes nothing; the same file changes nothing."""

    model: Any = BankStatement
    permission = "fees.import_statement"
    title = _("Import a bank statement")
    lead = _("What is known from other statements is recognised. Nothing is booked before you decide.")
    button = _("Import")
    form_class = UploadForm

    def perform(self, form: Any) -> HttpResponse:
        """On to the lines, or to naming the columns."""
        upload = form.cleaned_data["file"]
        content = upload.read()
        try:
            statement = import_statement(upload.name, content, actor=self.request.user)
        except UnknownLayout:
            stored = keep_upload(upload.name, content, self.request.user)
            return redirect("admin:fees_bankstatement_columns", stored.pk)
        text = ngettext("%(count)s new line, %(known)s known.", "%(count)s new lines, %(known)s known.", statement.new_lines)
        messages.success(self.request, text % {"count": statement.new_lines, "known": statement.known_lines})
        if statement.balance_check == "broken":
            messages.warning(self.request, gettext("The balances do not follow from each other: rows may be missing from the file."))
        return redirect("admin:fees_bankstatement_work", statement.pk)


class StatementPage:
    """Pages about statements: a permission, and the admin's frame."""

    site: AdminSite | None = None
    permission = "fees.import_statement"
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check, then go on."""
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def frame(self) -> dict[str, Any]:
        """What the admin's base template needs."""
        return {**admin.site.each_context(self.request), "opts": BankStatement._meta}


class Columns(StatementPage, TemplateView):
    """Say once which column is which."""

    template_name = "fees/admin_columns.html"

    def get_context_data(self, pk: str, **kwargs: Any) -> dict[str, Any]:
        """The first rows of the file."""
        from fees.statements.reading import table_of

        stored = get_object_or_404(StoredFile, pk=pk, purpose="statement")
        with stored.content.open("rb") as handle:
            rows = table_of(handle.read())[:30]
        head = header_guess(rows)
        width = max(len(row) for row in rows)
        options = [(n, f"{n + 1}. {rows[head][n] if n < len(rows[head]) else ''}") for n in range(width)]
        return {
            **self.frame(),
            **super().get_context_data(**kwargs),
            "rows": rows,
            "options": options,
            "fields": FIELDS.items(),
            "stored": stored,
            "title": gettext("Name the columns"),
        }

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Read with these columns; they are remembered."""
        stored = get_object_or_404(StoredFile, pk=pk, purpose="statement")
        mapping = {name: int(request.POST[name]) for name in FIELDS if request.POST.get(name, "").isdigit()}
        with stored.content.open("rb") as handle:
            content = handle.read()
        try:
            statement = import_statement(stored.name, content, actor=request.user, mapping=mapping)
        except StatementError as error:
            messages.error(request, str(error))
            return redirect("admin:fees_bankstatement_columns", pk)
        messages.success(request, gettext("The statement is imported, and its columns are remembered."))
        return redirect("admin:fees_bankstatement_work", statement.pk)


class Work(StatementPage, TemplateView):
    """The queue: one line in the middle with its evidence, the others beside it."""

    template_name = "fees/admin_work.html"

    def get_context_data(self, pk: int, **kwargs: Any) -> dict[str, Any]:
        """The line of `?line=`, else the first that is open, sure ones first."""
        statement = get_object_or_404(BankStatement, pk=pk)
        lines = list(statement.lines.all())
        lines.sort(key=lambda line: (line.state != LineState.OPEN, ORDER[line.verdict], line.booked_on, line.pk))
        wanted = self.request.GET.get("line", "")
        current = next((line for line in lines if str(line.pk) == wanted), None) or next((line for line in lines if line.state == LineState.OPEN), None)
        return {
            **self.frame(),
            **super().get_context_data(**kwargs),
            "title": str(statement),
            "statement": statement,
            "lines": lines,
            "current": current,
            "candidates": self._candidates(current) if current else [],
            "payments": list(current.payments.select_related("institution").prefetch_related("allocations__invoice")) if current else [],
            "parts": range(1, MOST_PARTS + 1),
            "totals": summary(statement),
            "members": Institution.objects.filter(memberships__isnull=False).distinct().order_by("name").values_list("name", flat=True),
        }

    def _candidates(self, line: StatementLine) -> list[dict[str, Any]]:
        units = line.proposal.get("units", [])
        found = Institution.objects.in_bulk([unit["institution"] for unit in units])
        rows = []
        for unit in units:
            institution = found.get(unit["institution"])
            if institution is not None:
                invoices = list(open_invoices(institution))
                rows.append({"unit": unit, "institution": institution, "open": invoices, "chosen": [i for i in invoices if i.pk in unit["invoices"]]})
        return rows

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One decision, or all sure ones."""
        statement = get_object_or_404(BankStatement, pk=pk)
        here = reverse("admin:fees_bankstatement_work", args=[pk])
        if "accept_sure" in request.POST:
            counts = accept_sure(statement.lines, actor=request.user)
            text = gettext("%(booked)s booked, %(left)s left to decide.") % {"booked": counts["booked"], "left": counts["left"]}
            messages.success(request, text)
            return redirect(here)
        if "rematch" in request.POST:
            rematch(statement.lines)
            return redirect(here)
        line = get_object_or_404(statement.lines, pk=request.POST.get("line") or 0)
        try:
            self._decide(line, request)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(f"{here}?line={line.pk}")
        return redirect(here)

    def _decide(self, line: StatementLine, request: HttpRequest) -> None:
        data = request.POST
        if "accept" in data:
            accept_line(line, actor=request.user)
        elif "aside" in data:
            set_aside(line, actor=request.user, note=data.get("note", "")[:200])
        elif "undo" in data:
            undo_line(line, actor=request.user, reason=data.get("note", "")[:200] or gettext("taken back"))
        elif data.get("candidate", "").isdigit():
            institution = get_object_or_404(Institution, pk=data["candidate"])
            chosen = [pk for pk in data.getlist("invoice") if pk.isdigit()]
            invoices = Invoice.objects.filter(pk__in=chosen, institution=institution).order_by("due_on", "pk")
            book_line(line, [Part(institution, line.amount, tuple(invoices))], actor=request.user)
        else:
            book_line(line, self._parts(line, data), actor=request.user)

    def _parts(self, line: StatementLine, data: Any) -> list[Part]:
        """What was typed: units by name, amounts; one unit without an amount gets the whole."""
        typed = [(data.get(f"unit_{n}", "").strip(), data.get(f"amount_{n}", "").strip()) for n in range(1, MOST_PARTS + 1)]
        named = [(unit, amount) for unit, amount in typed if unit]
        parts = []
        for unit, text in named:
            found, why = find_institution(unit)
            if found is None:
                raise DomainError(why)
            amount = amount_of(text) if text else (line.amount if len(named) == 1 else None)
            if amount is None:
                raise DomainError(gettext("Say how much of it is for %(name)s.") % {"name": unit})
            parts.append(Part(found, Decimal(amount)))
        return parts


class Paper(StatementPage, View):
    """The end of the work as PDF: what was booked for whom, what was set aside, what is left."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The PDF."""
        statement = get_object_or_404(BankStatement, pk=pk)
        lines = statement.lines.prefetch_related("payments__institution", "payments__allocations__invoice").select_related("decided_by")
        content = render_pdf("fees/pdf/statement.html", {"statement": statement, "lines": lines, "totals": summary(statement)})
        response = HttpResponse(content, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="statement-{pk}.pdf"'
        return response


@admin.register(BankStatement)
class BankStatementAdmin(AllianceModelAdmin):
    """Statements that were taken in."""

    list_display = ("name", "bank", "account", "first_day", "last_day", "credits", "new_lines", "balance_check", "created_at")
    list_filter = ("bank",)
    search_fields = ("name", "account")
    list_before_template = "fees/admin_statement_list.html"
    exclude = ("file", "sha256", "skipped", "warnings", "balance_breaks")
    workflow = [
        WorkflowButton("work", _("Decide the lines"), "fees.import_statement", url=lambda s: reverse("admin:fees_bankstatement_work", args=[s.pk])),
        WorkflowButton(
            "paper", _("Summary (PDF)"), "fees.import_statement", secondary=True, url=lambda s: reverse("admin:fees_bankstatement_paper", args=[s.pk])
        ),
    ]
    panels = ("fees/admin_statement.html",)

    def panel_context(self, request: HttpRequest, obj: BankStatement) -> dict[str, Any]:
        """What was left out of the file and why."""
        return {"statement": obj, "totals": summary(obj)}

    def get_urls(self) -> list[URLPattern]:
        """The pages."""
        wrap = admin.site.admin_view
        return [
            path("import/", wrap(ImportStatement.as_view()), name="fees_bankstatement_import"),
            path("columns/<uuid:pk>/", wrap(Columns.as_view()), name="fees_bankstatement_columns"),
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
class LearntAdmin(AllianceModelAdmin):
    """What decisions taught."""

    list_display = ("key", "kind", "institution", "learnt_by", "created_at", "removed_at")
    list_filter = ("kind", ("removed_at", admin.EmptyFieldListFilter))
    list_select_related = ("institution", "learnt_by")
    search_fields = ("key", "institution__name")
    workflow = [WorkflowButton("forget", _("Forget"), "fees.import_statement", show=lambda learnt: learnt.removed_at is None, danger=True)]

    def get_urls(self) -> list[URLPattern]:
        """The step."""
        return [workflow_path(Forget, "forget"), *super().get_urls()]
