"""Bank statements in the admin: looking at a file, naming columns, taking it in, the paper at the end."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from alliance.common.admin.workflow import WorkflowView
from alliance.common.documents import render_pdf
from alliance.common.jobs import start_job
from alliance.common.models import StoredFile
from fees.admin.statement_work import StatementPage
from fees.enums import MatchClass
from fees.forms.statements import UploadForm
from fees.matching.decide import match_all
from fees.matching.evidence import Credit
from fees.matching.register import load_register
from fees.models import BankStatement
from fees.services.statement_lines import summary
from fees.services.statements import KIND, MOST_AT_ONCE, import_kept, keep_upload, read, remember_layout
from fees.statements.reading import StatementError, UnknownLayout, header_guess, table_of

MOST_SHOWN = 300
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


class ImportStatement(WorkflowView):
    """Look at a statement before it is taken in. A broken file changes nothing; the same file changes nothing."""

    model: Any = BankStatement
    permission = "fees.import_statement"
    title = _("Import a bank statement")
    lead = _("You see first what is in it. What is known from other statements is recognised. Nothing is booked before you decide.")
    button = _("Look at the file")
    form_class = UploadForm

    def perform(self, form: Any) -> HttpResponse:
        """On to the preview, or to naming the columns; a file that was imported before leads to its lines."""
        upload = form.cleaned_data["file"]
        content = upload.read()
        try:
            reading = read(upload.name, content)
        except UnknownLayout:
            stored = keep_upload(upload.name, content, self.request.user)
            return redirect("admin:fees_bankstatement_columns", stored.pk)
        if reading.same_file is not None:
            messages.info(self.request, gettext("This very file was imported before; here are its lines."))
            return redirect("admin:fees_bankstatement_work", reading.same_file.pk)
        return redirect("admin:fees_bankstatement_preview", keep_upload(upload.name, content, self.request.user).pk)


class Columns(StatementPage, TemplateView):
    """Say once which column is which."""

    template_name = "fees/admin_columns.html"

    def get_context_data(self, pk: str, **kwargs: Any) -> dict[str, Any]:
        """The first rows of the file."""
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
            "fields": [(name, label, self.request.POST.get(name, "")) for name, label in FIELDS.items()],
            "stored": stored,
            "title": gettext("Name the columns"),
        }

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Remember these columns, then show the file as they read it."""
        stored = get_object_or_404(StoredFile, pk=pk, purpose="statement")
        mapping = {name: int(request.POST[name]) for name in FIELDS if request.POST.get(name, "").isdigit()}
        try:
            remember_layout(stored, mapping, actor=request.user)
        except UnknownLayout:
            return self._again(request, pk, gettext("Name at least the date and the money in (or the amount)."))
        except StatementError as error:
            return self._again(request, pk, str(error))
        messages.success(request, gettext("The columns are remembered for statements with this header."))
        return redirect("admin:fees_bankstatement_preview", pk)

    def _again(self, request: HttpRequest, pk: str, text: str) -> HttpResponse:
        """The same page with what was chosen, and what is wrong."""
        messages.error(request, text)
        return self.render_to_response(self.get_context_data(pk=pk))


class Preview(StatementPage, TemplateView):
    """What a file would bring: period, balances, warnings, each new line with whose it probably is. Nothing is written."""

    template_name = "fees/admin_statement_preview.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A layout that was forgotten meanwhile is asked again."""
        try:
            return super().get(request, *args, **kwargs)
        except UnknownLayout:
            return redirect("admin:fees_bankstatement_columns", kwargs["pk"])

    def get_context_data(self, pk: str, **kwargs: Any) -> dict[str, Any]:
        """The file read and matched."""
        stored = get_object_or_404(StoredFile, pk=pk, purpose="statement")
        with stored.content.open("rb") as handle:
            reading = read(stored.name, handle.read())
        register = load_register()
        came = [Credit(row.remark, row.payer_name, row.payer_account, row.amount, row.booked_on) for row in reading.fresh]
        rows = list(zip(reading.fresh, match_all(came, register), strict=True))
        days = [row.booked_on for row in reading.statement.rows]
        return {
            **self.frame(),
            **super().get_context_data(**kwargs),
            "title": gettext("Preview of the statement"),
            "stored": stored,
            "reading": reading,
            "first": min(days),
            "last": max(days),
            "rows": rows[:MOST_SHOWN],
            "more": max(0, len(rows) - MOST_SHOWN),
            "sum": sum((row.amount for row in reading.fresh), Decimal(0)),
            "counts": [(MatchClass(name).label, sum(found.verdict == name for _row, found in rows)) for name in MatchClass.values],
        }

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Take it in: at once, or in the background when it is long."""
        stored = get_object_or_404(StoredFile, pk=pk, purpose="statement")
        with stored.content.open("rb") as handle:
            reading = read(stored.name, handle.read())
        if len(reading.statement.rows) > MOST_AT_ONCE:
            return redirect("admin:common_job_change", start_job(KIND, actor=request.user, file=stored).pk)
        statement = import_kept(stored, actor=request.user)
        text = ngettext("%(count)s new line, %(known)s known.", "%(count)s new lines, %(known)s known.", statement.new_lines)
        messages.success(request, text % {"count": statement.new_lines, "known": statement.known_lines})
        return redirect("admin:fees_bankstatement_work", statement.pk)


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
