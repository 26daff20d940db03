"""Planning in the admin: the year, the next meeting from a template or as last time, the list into the next meeting, numbers, the allowance of all units."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.common.admin.exports import as_csv, as_xlsx
from alliance.common.admin.workflow import WorkflowView
from alliance.common.audit import record
from alliance.common.clock import BEIJING, today
from alliance.common.models import Organisation
from meetings.forms.planning import CopyForm, PlanForm, RepeatForm
from meetings.models import AllowanceRule, Meeting
from meetings.selectors.numbers import allowance_use, answer_totals, answers_by_name, numbers_of, session_numbers
from meetings.selectors.planner import date_conflicts, year_plan
from meetings.services.registration import Outcome
from meetings.services.templates import copy_list, next_title, plan_from_template, repeat_meeting


class Page(WorkflowView):
    """A page of the admin that shows; its form, if any, is a filter by GET."""

    template_name = "admin/meetings_page.html"
    form_class = forms.Form


class Planner(Page):
    """The year: meetings by month, missing quarters, conflicts with holidays and with each other."""

    model: Any = Meeting
    permission = "meetings.view_meeting"
    title = gettext_lazy("Planner of the year")
    button = ""
    panel_template = "meetings/admin_planner.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The year asked for, this one by default."""
        wanted = self.request.GET.get("year", "")
        year = int(wanted) if wanted.isdecimal() and 2000 <= int(wanted) <= 2200 else today().year
        return super().get_context_data(plan=year_plan(year), before=year - 1, after=year + 1, **kwargs)


class Plan(WorkflowView):
    """A new meeting from a template."""

    model: Any = Meeting
    permission = "meetings.manage_meetings"
    title = gettext_lazy("New meeting from a template")
    lead = gettext_lazy("The draft gets title, times, deadlines and offers of the template. Look through it, enter prices that are open, and publish it.")
    button = gettext_lazy("Make the draft")
    form_class = PlanForm

    def perform_step(self, form: Any) -> Any:
        """Make it; a date in the way is said at once."""
        meeting = plan_from_template(form.cleaned_data["template"], day=form.cleaned_data["day"], actor=self.request.user)
        _warn(self.request, meeting)
        return meeting


class Repeat(WorkflowView):
    """The next one, as last time."""

    model: Any = Meeting
    permission = "meetings.manage_meetings"
    title = gettext_lazy("Next meeting as last time")
    lead = gettext_lazy("Terms, deadlines, questions and agenda are taken over; all times keep their distance from the beginning.")
    button = gettext_lazy("Make the draft")
    form_class = RepeatForm

    def get_initial(self) -> dict[str, Any]:
        """A quarter of a year later, at the same hour."""
        begin = self.record.starts_at.astimezone(BEIJING) + dt.timedelta(weeks=13)
        return {"starts_at": begin, "title": next_title(self.record, begin)}

    def perform_step(self, form: Any) -> Any:
        """Make it."""
        data = form.cleaned_data
        meeting = repeat_meeting(self.record, starts_at=data["starts_at"], title=data["title"], actor=self.request.user)
        _warn(self.request, meeting)
        return meeting


def _warn(request: HttpRequest, meeting: Meeting) -> None:
    conflicts = date_conflicts(meeting)
    messages.success(request, _("The draft “%(title)s” is made.") % {"title": meeting.title})
    if conflicts:
        messages.warning(request, _("Look at the date: %(conflicts)s") % {"conflicts": "；".join(conflicts)})


class CopyList(WorkflowView):
    """The people of this meeting into the next."""

    model: Any = Meeting
    permission = "meetings.manage_meetings"
    title = gettext_lazy("Copy the list into the next meeting")
    lead = gettext_lazy(
        "Everybody chosen is registered for the next meeting by its own rules and gets its mail. Who cannot be registered is listed with the reason."
    )
    button = gettext_lazy("Copy the list")
    form_class = CopyForm
    previews_mail = True
    panel_template = "meetings/admin_outcomes.html"
    outcomes: list[Outcome]

    def get_form_kwargs(self) -> dict[str, Any]:
        """The meetings after this one."""
        return super().get_form_kwargs() | {"source": self.record}

    def perform_step(self, form: Any) -> Any:
        """Copy."""
        data = form.cleaned_data
        self.outcomes = copy_list(self.record, data["target"], statuses=data["statuses"], actor=self.request.user)
        return data["target"]

    def perform(self, form: Any) -> HttpResponse:
        """The result page says who was registered and who was not, and why; the preview the same before."""
        answer = super().perform(form)
        if answer.status_code == 302:
            skipped = [outcome for outcome in self.outcomes if outcome.error]
            messages.success(self.request, _("%(count)s people registered.") % {"count": len(self.outcomes) - len(skipped)})
            for outcome in skipped[:30]:
                messages.warning(self.request, _("%(name)s: %(reason)s") % {"name": outcome.name, "reason": outcome.error})
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In the preview: what would become of each."""
        return super().get_context_data(outcomes=getattr(self, "outcomes", []), **kwargs)


class Numbers(Page):
    """By state, unit, province, tier; sessions; answers as totals."""

    model: Any = Meeting
    permission = "meetings.view_registration"
    title = gettext_lazy("Numbers of the meeting")
    button = ""
    panel_template = "meetings/admin_numbers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everything counted."""
        numbers = numbers_of(self.record)
        return super().get_context_data(numbers=numbers, totals=answer_totals(self.record), sessions=session_numbers(self.record), **kwargs)


class Answers(WorkflowView):
    """The answers by name, for who books rooms and writes invoices; caterers get the numbers."""

    model: Any = Meeting
    permission = "meetings.view_registration"
    title = gettext_lazy("Answers by name")
    button = ""
    http_method_names: Sequence[str] = ("get", "head")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A workbook: unit, name, a column for each question; who took it stands in the log."""
        questions, answered = answers_by_name(self.record)
        cells = [[row.institution.name, row.person.name, *values] for row, values in answered]
        record("export.made", self.record, actor=request.user, list="answers", rows=len(cells), kind="xlsx")
        return as_xlsx(_("Answers by name"), [_("unit"), _("name"), *(question.text for question in questions)], cells)


class AllowanceUse(Page):
    """How much of the year's free meetings each unit has used."""

    model: Any = AllowanceRule
    permission = "meetings.view_registration"
    title = gettext_lazy("Use of the free meetings")
    button = ""
    panel_template = "meetings/admin_allowance_use.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or a file of exactly its rows."""
        kind = request.GET.get("export", "")
        if kind not in {"xlsx", "csv"}:
            return super().get(request, *args, **kwargs)
        year, rows = self._rows()
        header = [_("member number"), _("unit"), _("used"), _("free"), _("people"), _("meetings")]
        cells = [[u.membership.number, u.membership.institution.name, u.used, u.free, u.people, "；".join(u.meetings)] for u in rows]
        record("export.made", Organisation.load(), actor=request.user, list="meetings.allowance_use", rows=len(cells), kind=kind)
        return (as_xlsx if kind == "xlsx" else as_csv)(f"{year}", header, cells)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows, filtered and sorted as the address says."""
        year, rows = self._rows()
        spread = [(n, sum(1 for use in rows if use.used == n)) for n in range((rows[0].free if rows else 3) + 1)]
        return super().get_context_data(rows=rows, year=year, before=year - 1, after=year + 1, spread=spread, show=self.request.GET.get("show", ""), **kwargs)

    def _rows(self) -> tuple[int, list[Any]]:
        wanted = self.request.GET.get("year", "")
        year = int(wanted) if wanted.isdecimal() and 2000 <= int(wanted) <= 2200 else today().year
        rows = allowance_use(year)
        keep = {"none": lambda use: use.used == 0, "all": lambda use: use.used >= use.free}.get(self.request.GET.get("show", ""))
        return year, sorted([use for use in rows if keep is None or keep(use)], key=lambda use: (-use.used, use.membership.number or ""))
