"""The year's end in the admin."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.exports import as_csv, as_workbook
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.forms.reports import ReportForm
from fees.models import Invoice
from fees.selectors.periods import closed_until
from fees.selectors.reports import year_end


class Reports(WorkflowView):
    """The year's end: on the page, or as a workbook."""

    model: Any = Invoice
    permission = "fees.read_reports"
    title = _("Reports")
    lead = _("Receivables as of the last day, income, cash, reductions, all numbers issued, and the journal for the accounting system.")
    button = _("Show")
    form_class = ReportForm
    panel_template = "fees/admin_reports.html"
    panel_below = True

    def get_initial(self) -> dict[str, Any]:
        """This year so far."""
        return {"first": today().replace(month=1, day=1), "last": today()}

    def perform(self, form: Any) -> HttpResponse:
        """Tables on the page, or the workbook."""
        tables = year_end(form.cleaned_data["first"], form.cleaned_data["last"])
        if "csv" in self.request.POST:
            title, header, rows = tables[-1]
            return as_csv(f"{title} {form.cleaned_data['first']} {form.cleaned_data['last']}", header, rows)
        if "xlsx" in self.request.POST:
            return as_workbook(f"fees-{form.cleaned_data['last']}", tables)
        short = [(title, _columns(header, rows), rows[:50], len(rows)) for title, header, rows in tables]
        closed = closed_until()
        return self.render_to_response(self.get_context_data(form=form, tables=short, closed=closed))


def _columns(header: list[str], rows: Sequence[Sequence[Any]]) -> list[tuple[str, bool]]:
    """Each column's name, and whether it holds amounts."""
    return [(text, any(isinstance(row[number], Decimal) for row in rows)) for number, text in enumerate(header)]
