"""Background tasks of the council."""

from celery import shared_task


@shared_task(name="council.tasks.open_scheduled_ballots", ignore_result=True)
def open_scheduled_ballots() -> int:
    """Open the drafts whose time has come."""
    from council.services import opening

    return opening.open_scheduled_ballots()


@shared_task(name="council.tasks.close_due_ballots", ignore_result=True)
def close_due_ballots() -> int:
    """Close the ballots whose time has come."""
    from council.services import closing

    return closing.close_due_ballots()


@shared_task(name="council.tasks.discard_abandoned", ignore_result=True)
def discard_abandoned() -> int:
    """Take away the papers of entries that were left half way."""
    from council.services import keeping

    return keeping.discard_abandoned()
