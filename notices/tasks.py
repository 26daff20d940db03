"""Background tasks of notices."""

from celery import shared_task


@shared_task(name="notices.tasks.send_due_reminders", ignore_result=True)
def send_due_reminders() -> int:
    """Queue the reminders that are due today."""
    from alliance.common.clock import now
    from notices.services import reminders

    return reminders.send_due_reminders(now()).total()


@shared_task(name="notices.tasks.announce_notices", ignore_result=True)
def announce_notices() -> int:
    """Mail the notices whose time has come, and close consultations whose time has passed."""
    from notices.services import consulting, releasing

    consulting.close_due_consultations()
    return releasing.announce_notices()
