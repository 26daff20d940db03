"""Long work in the background, with progress and a result a person can read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models.base import TimestampedModel
from alliance.common.transitions import transitions_trigger


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


S = JobState
TRANSITIONS = {
    S.WAITING: {S.RUNNING},
    S.RUNNING: {S.DONE, S.FAILED, S.WAITING},
    S.DONE: set(),
    S.FAILED: {S.WAITING},
}


class Outcome(models.TextChoices):
    """What became of one row of a job."""

    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Skipped")
    FAILED = "failed", _("Failed")


class Job(TimestampedModel):
    """One run of a registered kind of work. A worker that dies leaves it RUNNING with an old heartbeat; the sweep takes it up again."""

    TRANSITIONS = TRANSITIONS

    kind = models.CharField(_("kind"), max_length=80)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    file = models.ForeignKey("common.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file"))
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    message = models.TextField(_("message"), blank=True)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        ordering = ("-id",)
        triggers = [transitions_trigger("state", TRANSITIONS, initial={S.WAITING})]

    def __str__(self) -> str:
        return f"{self.label} #{self.pk}"

    @property
    def label(self) -> str:
        """The kind of work in the reader's language."""
        from alliance.common.jobs import label_of

        return label_of(self.kind)

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        if self.state == JobState.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    def progress(self, done: int, total: int) -> None:
        """Say how far the work is. Written on a connection of its own, so that it shows while the work's transaction is still open."""
        from alliance.common.jobs import report_progress

        report_progress(self, done, total)

    def row(self, outcome: str, label: str, reason: str = "") -> None:
        """Keep the result of one row of the work."""
        JobRow.objects.create(job=self, outcome=outcome, label=label[:200], reason=reason[:1000])


class JobRow(models.Model):
    """What became of one row of a job, downloadable."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="rows")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    label = models.CharField(_("row"), max_length=200)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("result row")
        verbose_name_plural = _("result rows")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.label}: {self.get_outcome_display()}"
