"""The timetable: planning runs, carrying them out, and what becomes of those that fail.

Two beats, or a beat that stood still, do no harm: the row of an entry is locked while its slot is planned, and a slot is unique. A worker claims
a run before it begins. What a lost message or a dead worker left is found by the next tick.
"""

import datetime as dt
import logging
import traceback
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.clock import BEIJING
from alliance.common.locking import lock
from alliance.common.models import Heartbeat, ScheduleEntry, TaskRun
from alliance.common.models.schedule import RunState
from alliance.common.transitions import move

logger = logging.getLogger(__name__)

BEAT = "beat"
MAX_ATTEMPTS = 3
# A message that Redis lost is sent again after this time; the worker that took a run is gone after the other.
WAKE_AGAIN = dt.timedelta(minutes=1)
STUCK = dt.timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 30)
KEEP_DONE = dt.timedelta(days=2)
KEEP_FAILED = dt.timedelta(days=180)

LABELS: dict[str, str | Promise] = {
    "send-outbox": _("Send mails"),
    "run-jobs": _("Run background jobs"),
    "open-ballots": _("Open ballots"),
    "close-ballots": _("Close ballots"),
    "announce-notices": _("Mail official notices"),
    "announce-dues": _("Mail payment notices of dues runs"),
    "discard-kept": _("Take away papers of entries left half way"),
    "sweep-drafts": _("Close drafts that nobody touches"),
    "apply-retention": _("Erase personal data whose time is over"),
    "send-reminders": _("Send reminders"),
    "tidy-runs": _("Tidy up old runs"),
    "read-bounces": _("Read returned mail"),
    "post-to-robots": _("Post to group robots"),
    "sweep-places": _("Give free places on in turn"),
    "forget-answers": _("Forget answers whose time is over"),
}


def label_of(code: str) -> str:
    """What an entry does."""
    return str(LABELS.get(code, code))


def sync_entries() -> int:
    """Make an entry for everything in CELERY_BEAT_SCHEDULE that has none; what staff have changed stays, what is no longer shipped is off. Returns how many are new."""
    new = 0
    ScheduleEntry.objects.filter(is_on=True).exclude(code__in=settings.CELERY_BEAT_SCHEDULE).update(is_on=False)
    for code, shipped in settings.CELERY_BEAT_SCHEDULE.items():
        rhythm = shipped["schedule"]
        values: dict[str, Any] = {"task": shipped["task"], "next_run_at": clock.now()}
        values |= {"daily_at": rhythm} if isinstance(rhythm, dt.time) else {"every_seconds": int(rhythm)}
        entry, made = ScheduleEntry.objects.get_or_create(code=code, defaults=values)
        if not made and entry.task != shipped["task"]:
            ScheduleEntry.objects.filter(pk=entry.pk).update(task=shipped["task"])
        new += made
    return new


def next_slot(entry: ScheduleEntry, after: dt.datetime) -> dt.datetime:
    """The first slot later than `after`. Slots stand on a grid of their own, so every beat names the same ones."""
    if entry.daily_at is not None:
        local = after.astimezone(BEIJING)
        slot = dt.datetime.combine(local.date(), entry.daily_at, BEIJING)
        return slot if slot > local else slot + dt.timedelta(days=1)
    seconds = entry.every_seconds or 60
    return dt.datetime.fromtimestamp((int(after.timestamp()) // seconds + 1) * seconds, dt.UTC)


def tick() -> int:
    """Plan what is due, wake workers for it, and look after what got stuck. Returns how many runs were planned. Called by beat every few seconds."""
    now = clock.now()
    Heartbeat.objects.update_or_create(name=BEAT, defaults={"at": now})
    release_stuck(now)
    planned = [run for pk in ScheduleEntry.objects.filter(is_on=True, next_run_at__lte=now).values_list("pk", flat=True) if (run := plan(pk, now))]
    for run in TaskRun.objects.filter(state=RunState.WAITING, slot__lt=now - WAKE_AGAIN):
        wake_for(run)
    return len(planned)


@transaction.atomic
def plan(pk: int, now: dt.datetime) -> TaskRun | None:
    """Plan the slot of an entry that is due, once; None when another beat has done it, or the last run has not begun yet."""
    entry = ScheduleEntry.objects.select_for_update(skip_locked=True).filter(pk=pk, is_on=True, next_run_at__lte=now).first()
    if entry is None:
        return None
    slot, entry.next_run_at = entry.next_run_at, next_slot(entry, now)
    ScheduleEntry.objects.filter(pk=entry.pk).update(next_run_at=entry.next_run_at)
    # A sweep does all there is to do: a second one behind a first that waits would do nothing.
    if entry.runs.filter(state=RunState.WAITING).exists():
        return None
    run, made = TaskRun.objects.get_or_create(entry=entry, slot=slot, defaults={"task": entry.task})
    if not made:
        return None
    transaction.on_commit(lambda: wake_for(run))
    return run


def wake_for(run: TaskRun) -> None:
    """Ask a worker to carry it out."""
    from alliance.common.tasks import run_scheduled, wake

    wake(run_scheduled, run.pk)


def carry_out(pk: int) -> str:
    """Carry out a planned run, unless somebody has. Returns its state."""
    run = claim(pk)
    if run is None:
        return ""
    try:
        task = current_app.tasks[run.task]
        result = task.run(*run.arguments)
    except Exception:
        logger.exception("Task %s failed", run.task)
        return finish(run, RunState.FAILED, error=traceback.format_exc()[-8000:])
    return finish(run, RunState.DONE, result="" if result is None else str(result)[:500])


@transaction.atomic
def claim(pk: int) -> TaskRun | None:
    """Take a run that waits."""
    run = TaskRun.objects.select_for_update(skip_locked=True).filter(pk=pk, state=RunState.WAITING).first()
    if run is not None:
        move(run, to=RunState.RUNNING, field="state", begun_at=clock.now(), ended_at=None, attempts=run.attempts + 1)
    return run


@transaction.atomic
def finish(run: TaskRun, state: str, *, result: str = "", error: str = "") -> str:
    """Write how it went, unless it was taken away meanwhile."""
    lock(run)
    if run.state == RunState.RUNNING:
        move(run, to=state, field="state", ended_at=clock.now(), result=result, error=error)
    return run.state


@transaction.atomic
def release_stuck(now: dt.datetime) -> int:
    """Runs whose worker died wait again; after three times they have failed. Returns how many were found."""
    stuck = TaskRun.objects.select_for_update(skip_locked=True).filter(state=RunState.RUNNING, begun_at__lt=now - STUCK)
    found = 0
    for run in stuck:
        if run.attempts >= MAX_ATTEMPTS:
            move(run, to=RunState.FAILED, field="state", ended_at=now, error="The worker stopped three times during this task.")
        else:
            move(run, to=RunState.WAITING, field="state")
        found += 1
    return found


@transaction.atomic
def retry(run: TaskRun, *, actor: Any) -> TaskRun:
    """Run a failed one again. Raises InvalidTransition for any other."""
    lock(run)
    move(run, to=RunState.WAITING, field="state", attempts=0, error="")
    record("task.retried", run, actor=actor, task=run.task)
    transaction.on_commit(lambda: wake_for(run))
    return run


@transaction.atomic
def dismiss(run: TaskRun, *, actor: Any) -> TaskRun:
    """Set a failed one aside: seen, and nothing to do. Raises InvalidTransition for any other."""
    lock(run)
    move(run, to=RunState.DISMISSED, field="state")
    record("task.dismissed", run, actor=actor, task=run.task)
    return run


@transaction.atomic
def run_now(entry: ScheduleEntry, *, actor: Any) -> ScheduleEntry:
    """Run a task once more, now; its timetable stays."""
    run = TaskRun.objects.create(entry=entry, task=entry.task, slot=clock.now())
    record("task.started", entry, actor=actor, task=entry.task)
    transaction.on_commit(lambda: wake_for(run))
    return entry


def keep_failure(task: str, arguments: list[Any], error: str) -> None:
    """A task that was woken directly has failed: kept like a failed run, to be looked at and run again."""
    now = clock.now()
    TaskRun.objects.create(task=task, arguments=arguments, slot=now, state=RunState.FAILED, ended_at=now, error=error[-8000:])


def tidy_runs() -> int:
    """Remove old runs. Returns how many."""
    now = clock.now()
    old = Q(state=RunState.DONE, ended_at__lt=now - KEEP_DONE) | Q(state__in=[RunState.FAILED, RunState.DISMISSED], ended_at__lt=now - KEEP_FAILED)
    return TaskRun.objects.filter(old).delete()[0]
