"""The timetable of background tasks in the admin: last run, next run, failures; and the runs that failed."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common import clock, schedule
from alliance.common.admin.base import AllianceModelAdmin, WorkflowButton
from alliance.common.admin.mail import versions
from alliance.common.admin.workflow import WorkflowView, workflow_path
from alliance.common.models import Heartbeat, OutboxMessage, ScheduleEntry, TaskRun
from alliance.common.models.outbox import OutboxState
from alliance.common.models.schedule import RunState
from alliance.common.templatetags.alliance import moment

EDITABLE = ("every_seconds", "daily_at", "is_on")
# Beat looks every two seconds; a minute without it is worth a word.
SILENT = dt.timedelta(minutes=1)


class ScheduleEntryForm(forms.ModelForm):
    """One rhythm, not two."""

    class Meta:
        model = ScheduleEntry
        fields = EDITABLE

    def clean(self) -> dict[str, Any]:
        """Say it before the database does."""
        values = super().clean() or {}
        if (values.get("every_seconds") is None) == (values.get("daily_at") is None):
            self.add_error(None, gettext("Give either “every … seconds” or “daily at”."))
        return values

    def save(self, commit: bool = True) -> Any:
        """The next run follows the new rhythm."""
        self.instance.next_run_at = schedule.next_slot(self.instance, clock.now())
        return super().save(commit)


class RunNow(WorkflowView):
    """Start a task by hand."""

    model = ScheduleEntry
    permission = "common.run_task"
    title = _("Run this task now")
    lead = _("It runs once more, beside its timetable. Every task may be run at any time: it does what is due, and nothing twice.")
    button = _("Run now")
    done = _("The task has been started.")

    def perform_step(self, form: forms.BaseForm) -> Any:
        """Plan a run."""
        return schedule.run_now(self.record, actor=self.request.user)


@admin.register(ScheduleEntry)
class ScheduleEntryAdmin(AllianceModelAdmin):
    """What runs by itself: when it last ran, when it runs next, how often it failed."""

    form = ScheduleEntryForm
    list_display = ("name", "rhythm", "is_on", "last_run", "last_result", "next_run", "failures")
    list_before_template = "admin/schedule_state.html"
    fields = ("code", "task", *EDITABLE, "next_run_at")
    readonly_fields = ("code", "task", "next_run_at")
    editable_fields = EDITABLE
    panels = ("admin/panel_runs.html", "admin/panel_versions.html")
    workflow = [WorkflowButton("run", _("Run now"), "common.run_task", secondary=True)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScheduleEntry]:
        """With the last run and the failures of a day, in one query."""
        ended = TaskRun.objects.filter(entry=OuterRef("pk")).exclude(ended_at=None).order_by("-ended_at")
        recent = Q(runs__state=RunState.FAILED, runs__ended_at__gte=clock.now() - dt.timedelta(days=1))
        return super().get_queryset(request).annotate(
            ran_at=Subquery(ended.values("ended_at")[:1]),
            ran_state=Subquery(ended.values("state")[:1]),
            ran_result=Subquery(ended.values("result")[:1]),
            failed=Count("runs", filter=recent),
        )  # fmt: skip

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With how the system is."""
        schedule.sync_entries()
        return super().changelist_view(request, {**(extra_context or {}), **state_of_system()})

    @admin.display(description=_("task"), ordering="code")
    def name(self, entry: ScheduleEntry) -> str:
        """In words."""
        return entry.label

    @admin.display(description=_("how often"))
    def rhythm(self, entry: ScheduleEntry) -> str:
        """In words."""
        return entry.rhythm

    @admin.display(description=_("last run"))
    def last_run(self, entry: Any) -> str:
        """When."""
        return moment(entry.ran_at) or "—"

    @admin.display(description=_("last result"))
    def last_result(self, entry: Any) -> str:
        """State, and what the task said."""
        state = str(RunState(entry.ran_state).label) if entry.ran_state else "—"
        return f"{state} {entry.ran_result}" if entry.ran_result not in {None, "", "0", "{}"} else state

    @admin.display(description=_("next run"), ordering="next_run_at")
    def next_run(self, entry: ScheduleEntry) -> str:
        """When."""
        return moment(entry.next_run_at) if entry.is_on else gettext("off")

    @admin.display(description=_("failures in 24 h"))
    def failures(self, entry: Any) -> int:
        """How many."""
        return entry.failed

    def panel_context(self, request: HttpRequest, obj: ScheduleEntry) -> dict[str, Any]:
        """The last runs, and the versions."""
        return {"runs": obj.runs.all()[:20], "versions": versions(obj, EDITABLE)}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(RunNow, "run"), *super().get_urls()]


def state_of_system() -> dict[str, Any]:
    """Whether beat lives, and what waits."""
    beat = Heartbeat.objects.filter(name=schedule.BEAT).first()
    counts = dict(OutboxMessage.objects.exclude(state=OutboxState.SENT).values_list("state").annotate(Count("pk")))
    return {
        "beat_at": beat.at if beat else None,
        "beat_is_silent": beat is None or beat.at < clock.now() - SILENT,
        "mails": [(label, counts[state]) for state, label in OutboxState.choices if counts.get(state)],
        "failed_runs": TaskRun.objects.filter(state=RunState.FAILED).count(),
        "oldest_waiting": TaskRun.objects.filter(state=RunState.WAITING).order_by("slot").values_list("slot", flat=True).first(),
    }


class Retry(WorkflowView):
    """Run a failed task again."""

    model = TaskRun
    permission = "common.run_task"
    title = _("Run this task again")
    button = _("Run again")
    done = _("The task waits for a worker.")

    def perform_step(self, form: forms.BaseForm) -> Any:
        """Again."""
        return schedule.retry(self.record, actor=self.request.user)


class Dismiss(WorkflowView):
    """Set a failed task aside."""

    model = TaskRun
    permission = "common.run_task"
    title = _("Set this failure aside")
    lead = _("It leaves the list of what waits for somebody; the record stays.")
    button = _("Set aside")
    done = _("The failure is set aside.")

    def perform_step(self, form: forms.BaseForm) -> Any:
        """Aside."""
        return schedule.dismiss(self.record, actor=self.request.user)


@admin.register(TaskRun)
class TaskRunAdmin(AllianceModelAdmin):
    """Every run; those that failed can be run again."""

    list_display = ("slot", "entry", "task", "state", "attempts", "result", "ended_at")
    list_filter = ("state", "entry")
    list_select_related = ("entry",)
    search_fields = ("task", "error")
    fields = ("entry", "task", "slot", "state", "attempts", "begun_at", "ended_at", "result", "error")
    workflow = [
        WorkflowButton("retry", _("Run again"), "common.run_task", show=lambda run: run.state == RunState.FAILED),
        WorkflowButton("dismiss", _("Set aside"), "common.run_task", show=lambda run: run.state == RunState.FAILED, secondary=True),
    ]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(Retry, "retry"), workflow_path(Dismiss, "dismiss"), *super().get_urls()]
