"""Background jobs: a registry of kinds, a row for each run, one worker at a time for each row."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

import pghistory
from django.db import connections, transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.models import Job, StoredFile
from alliance.common.models.jobs import JobState
from alliance.common.transitions import move

logger = logging.getLogger(__name__)

Runner = Callable[[Job], None]
_kinds: dict[str, tuple[Runner, str | Promise]] = {}
STALE = dt.timedelta(minutes=6)
MAX_ATTEMPTS = 3


def job_kind(kind: str, *, label: str | Promise) -> Callable[[Runner], Runner]:
    """Register a kind of work. The function gets the job, works in one transaction, and must be safe to run again after a crash."""

    def register(function: Runner) -> Runner:
        _kinds[kind] = (function, label)
        return function

    return register


_summary_labels: dict[str, str | Promise] = {}


def label_summary(labels: dict[str, str | Promise]) -> None:
    """Say what the keys of a job's summary mean to a reader."""
    _summary_labels.update(labels)


def summary_in_words(job: Job) -> list[tuple[str, Any]]:
    """The summary with labels in the active language."""
    return [(str(_summary_labels.get(name, name)), value) for name, value in job.summary.items()]


def label_of(kind: str) -> str:
    """The label of a kind in the active language."""
    return str(_kinds[kind][1]) if kind in _kinds else kind


@transaction.atomic
def start_job(kind: str, *, actor: Any, source: str = "", params: dict[str, Any] | None = None, file: StoredFile | None = None) -> Job:
    """Write a job's row and wake a worker after the commit. `source` names the task that starts it when no person does. Raises KeyError for an unknown kind."""
    if kind not in _kinds:
        raise KeyError(f"No kind of job {kind!r} is registered.")
    job = Job.objects.create(kind=kind, params=params or {}, file=file, started_by=actor)
    record("job.started", job, actor=actor, source=source, kind=kind)
    from alliance.common.tasks import run_jobs, wake

    transaction.on_commit(lambda: wake(run_jobs))
    return job


def run_due() -> int:
    """Run the jobs that wait, and those whose worker died. Returns how many were run."""
    count = 0
    while (job := claim()) is not None:
        run(job)
        count += 1
    return count


@transaction.atomic
def claim() -> Job | None:
    """Claim the oldest job that waits or whose worker gave no sign of life for six minutes."""
    now = clock.now()
    stale = Q(state=JobState.RUNNING, heartbeat_at__lt=now - STALE)
    job = Job.objects.select_for_update(skip_locked=True).filter(Q(state=JobState.WAITING) | stale).order_by("id").first()
    if job is None:
        return None
    if job.state == JobState.RUNNING:
        move(job, to=JobState.WAITING, field="state")
    if job.attempts >= MAX_ATTEMPTS:
        move(job, to=JobState.RUNNING, field="state")
        move(job, to=JobState.FAILED, field="state", finished_at=now, message=gettext("The worker stopped three times during this job."))
        return claim()
    move(job, to=JobState.RUNNING, field="state", started_at=now, heartbeat_at=now, attempts=job.attempts + 1)
    return job


def run(job: Job) -> None:
    """Run a claimed job: all its changes or none, then its result."""
    try:
        # The versions of what the job changes name who started it, as those of a request do.
        with pghistory.context(user=job.started_by_id, job=job.kind), transaction.atomic():
            _kinds[job.kind][0](job)
            finished = {"done": job.done, "total": job.total, "message": job.message, "summary": job.summary, "finished_at": clock.now()}
            job.refresh_from_db(fields=["state"])
            move(job, to=JobState.DONE, field="state", **finished)
            record("job.finished", job, source="task:jobs", kind=job.kind)
    except DomainError as error:
        _fail(job, str(error))
    except Exception:
        logger.exception("Job %s failed", job.pk)
        _fail(job, gettext("The job stopped on an unexpected error. Nothing was changed; the operators' log has the details."))


@transaction.atomic
def _fail(job: Job, message: str) -> None:
    job.refresh_from_db()
    move(job, to=JobState.FAILED, field="state", message=message, finished_at=clock.now())
    record("job.failed", job, source="task:jobs", kind=job.kind)


def report_progress(job: Job, done: int, total: int) -> None:
    """Write `done` of `total` on a second connection, so that readers see it before the job's transaction ends.

    The job's own transaction must not have changed the job's row, or it would wait for itself: runners set attributes, `run` saves them.
    """
    job.done, job.total = done, total
    progress = connections["default"].copy()
    try:
        with progress.cursor() as cursor:
            cursor.execute("UPDATE common_job SET done = %s, total = %s, heartbeat_at = now() WHERE id = %s", [done, total, job.pk])
    finally:
        progress.close()
