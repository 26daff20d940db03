"""Background tasks of the ground floor. Each finds its work in Postgres, so losing or repeating one changes nothing."""

import logging

from celery import Task, shared_task
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def wake(task: Task, *args: object) -> None:
    """Ask a worker to run `task` now. When Redis is away the sweep of the next minute does it instead."""
    try:
        task.apply_async(args=args, retry=False)
    except OperationalError:
        logger.warning("Redis did not answer; %s waits for the next sweep.", task.name)


@shared_task(name="alliance.common.tasks.send_outbox", ignore_result=True)
def send_outbox() -> int:
    """Send the mails that are due."""
    from alliance.common.delivery import deliver_due

    return deliver_due()


@shared_task(name="alliance.common.tasks.run_jobs", ignore_result=True)
def run_jobs() -> int:
    """Run the background jobs that wait."""
    from alliance.common.jobs import run_due

    return run_due()


@shared_task(name="alliance.common.tasks.run_scheduled", ignore_result=True)
def run_scheduled(pk: int) -> str:
    """Carry out a planned run of the timetable."""
    from alliance.common.schedule import carry_out

    return carry_out(pk)


@shared_task(name="alliance.common.tasks.tidy_runs", ignore_result=True)
def tidy_runs() -> int:
    """Remove old runs of the timetable."""
    from alliance.common.schedule import tidy_runs as tidy

    return tidy()


@shared_task(name="alliance.common.tasks.read_bounces", ignore_result=True)
def read_bounces() -> int:
    """Read the mailbox of returned mail, if there is one."""
    from alliance.common.bounce_mailbox import read_bounces as read

    return read()


@shared_task(name="alliance.common.tasks.post_to_robots", ignore_result=True)
def post_to_robots() -> int:
    """Post what waits for group robots."""
    from alliance.common.robots import post_due

    return post_due()
