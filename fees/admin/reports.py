"""The year's end in the admin."""

import datetime as dt
import io
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.styles import Font

from alliance.common.admin.exports import XLSX, as_csv, cell
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.admin.common import FutureDayField
from fees.models import Invoice
from fees.selectors.periods import closed_until
from fees.selectors.reports import year_end


class ReportForm(forms.Form):
    """From when to when."""

    first = FutureDayField(label=_("From"))
    last = FutureDayField(label=_("Until, and as of"))

    def clean(self) -> dict[str, Any]:
        """In order."""
        data = super().clean() or {}
        if not self.errors and data["last"] < data["first"]:
            raise forms.ValidationError(_("The end lies before the beginning."))
        return data


class Reports(WorkflowView):
    """The year's end: on the page, or as a workbook."""

    model: Any = Invoice
    permission = "fees.read_reports"
    title = _("Reports")
    lead = _("Receivables as of the last day, income, cash, reductions, all numbers issued, and the journal for the accounting system.")
    button = _("Show")
    form_class = ReportForm
    panel_template = "fees/admin_reports.html"

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
            return self.workbook(tables, form.cleaned_data["last"])
        short = [(title, header, rows[:50], len(rows)) for title, header, rows in tables]
        closed = closed_until()
        return self.render_to_response(self.get_context_data(form=form, tables=short, closed=closed))

    @staticmethod
    def workbook(tables: Any, last: dt.date) -> HttpResponse:
        """One sheet for each report."""
        book = Workbook()
        book.remove(book.active)
        for title, header, rows in tables:
            sheet = book.create_sheet(title[:31])
            sheet.append(header)
            for head in sheet[1]:
                head.font = Font(bold=True)
            sheet.freeze_panes = "A2"
            for row in rows:
                sheet.append([cell(value) for value in row])
        buffer = io.BytesIO()
        book.save(buffer)
        response = HttpResponse(buffer.getvalue(), content_type=XLSX)
        response.headers["Content-Disposition"] = f'attachment; filename="fees-{last}.xlsx"'
        return response
