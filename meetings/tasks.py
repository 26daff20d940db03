"""Background tasks of meetings."""

from celery import shared_task


@shared_task(name="meetings.tasks.sweep_places", ignore_result=True)
def sweep_places() -> int:
    """Offers not accepted, places not paid, waiting lists that can move."""
    from meetings.services import sweeping

    return sweeping.sweep_places()


@shared_task(name="meetings.tasks.forget_answers", ignore_result=True)
def forget_answers() -> int:
    """Delete personal answers whose time has passed."""
    from meetings.services import sweeping

    return sweeping.forget_answers()
