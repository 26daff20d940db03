"""Closing of the books in the admin."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.forms.payments import ReasonForm
from fees.forms.reports import CloseForm
from fees.models import ClosedPeriod
from fees.services.vouchers import close_period, reopen_period


class ClosePeriod(WorkflowView):
    """Close the books."""

    model: Any = ClosedPeriod
    permission = "fees.close_period"
    title = _("Close the books")
    lead = _("Nothing more is booked up to and including this day: no notice, no payment, no credit note, no reversal.")
    button = pgettext_lazy("period", "Close")
    done = _("The books are closed.")
    danger = True
    form_class = CloseForm

    def get_initial(self) -> dict[str, Any]:
        """The end of last year."""
        return {"until": dt.date(today().year - 1, 12, 31)}

    def perform_step(self, form: Any) -> Any:
        """Close."""
        return close_period(until=form.cleaned_data["until"], actor=self.request.user)


class ReopenPeriod(WorkflowView):
    """Open them again."""

    model = ClosedPeriod
    permission = "fees.close_period"
    title = _("Open the books again")
    button = _("Open again")
    done = _("The books are open again.")
    danger = True
    form_class = ReasonForm

    def perform_step(self, form: Any) -> None:
        """Open."""
        reopen_period(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


@admin.register(ClosedPeriod)
class ClosedPeriodAdmin(AllianceModelAdmin):
    """Closed periods."""

    list_display = ("until", "closed_by", "reopened_at", "reopen_reason")
    list_select_related = ("closed_by",)
    list_before_template = "fees/admin_period_list.html"
    workflow = [WorkflowButton("reopen", _("Open the books again"), "fees.close_period", show=lambda p: p.reopened_at is None, danger=True)]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        new = path("new/", admin.site.admin_view(ClosePeriod.as_view()), name="fees_closedperiod_new")
        return [new, workflow_path(ReopenPeriod, "reopen"), *super().get_urls()]
