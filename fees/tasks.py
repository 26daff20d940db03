"""Background tasks of fees."""

from celery import shared_task


@shared_task(name="fees.tasks.announce_runs", ignore_result=True)
def announce_runs() -> int:
    """Queue the mails of issued dues runs."""
    from fees.services import dues

    return dues.announce_runs()
