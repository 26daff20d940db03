"""The timetable of background tasks, and every run of them. PostgreSQL holds both; Redis only wakes a worker."""

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alliance.common.models.base import TimestampedModel
from alliance.common.transitions import transitions_trigger


@pghistory.track(exclude=["next_run_at", "updated_at"])
class ScheduleEntry(TimestampedModel):
    """A task and when it runs: every so many seconds, or at a time of each day (Beijing)."""

    code = models.SlugField(_("code"), max_length=80, unique=True)
    task = models.CharField(_("task"), max_length=200)
    every_seconds = models.PositiveIntegerField(_("every … seconds"), null=True, blank=True, validators=[MinValueValidator(10)])
    daily_at = models.TimeField(_("daily at"), null=True, blank=True, help_text=_("Beijing time; instead of “every”."))
    is_on = models.BooleanField(_("on"), default=True)
    next_run_at = models.DateTimeField(_("next run"))

    class Meta:
        verbose_name = _("scheduled task")
        verbose_name_plural = _("scheduled tasks")
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every_seconds__gte=10, daily_at=None) | models.Q(every_seconds=None, daily_at__isnull=False), name="schedule_has_one_rhythm"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What it does, in the reader's language."""
        from alliance.common.schedule import label_of

        return label_of(self.code)

    @property
    def rhythm(self) -> str:
        """How often, in words."""
        if self.daily_at is not None:
            return gettext("daily at %s") % self.daily_at.strftime("%H:%M")
        seconds = self.every_seconds or 0
        if seconds % 3600 == 0:
            return gettext("every %d h") % (seconds // 3600)
        return gettext("every %d min") % (seconds // 60) if seconds % 60 == 0 else gettext("every %d s") % seconds


class RunState(models.TextChoices):
    """Where a run stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    DISMISSED = "dismissed", _("Set aside")


R = RunState
TRANSITIONS = {
    R.WAITING: {R.RUNNING},
    R.RUNNING: {R.DONE, R.FAILED, R.WAITING},
    R.FAILED: {R.WAITING, R.DISMISSED},
    R.DONE: set(),
    R.DISMISSED: set(),
}


class TaskRun(models.Model):
    """One run. `entry` and `slot` make a scheduled one unique, so that two beats plan it once; a failed one is kept until somebody has seen it."""

    TRANSITIONS = TRANSITIONS

    entry = models.ForeignKey(ScheduleEntry, models.CASCADE, null=True, blank=True, related_name="runs", verbose_name=_("scheduled task"))
    task = models.CharField(_("task"), max_length=200)
    arguments = models.JSONField(_("arguments"), default=list, blank=True)
    slot = models.DateTimeField(_("planned for"))
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("of a run", "ended"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=500, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("run of a task")
        verbose_name_plural = _("runs of tasks")
        ordering = ("-pk",)
        constraints = [models.UniqueConstraint(fields=["entry", "slot"], name="task_run_once_a_slot")]
        indexes = [
            models.Index(fields=["state"], condition=models.Q(state__in=["waiting", "running", "failed"]), name="task_runs_unfinished"),
            models.Index(fields=["ended_at"], name="task_runs_by_end"),
        ]
        triggers = [transitions_trigger("state", TRANSITIONS, initial={R.WAITING, R.FAILED})]

    def __str__(self) -> str:
        return f"{self.entry or self.task} {self.slot:%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When a process of the system was last alive."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
