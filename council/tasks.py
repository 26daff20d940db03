"""Background tasks of the council."""

from celery import shared_task


@shared_task(name="council.tasks.close_due_ballots", ignore_result=True)
def close_due_ballots() -> int:
    """Close the ballots whose time has come."""
    from council.services import balloting

    return balloting.close_due_ballots()
