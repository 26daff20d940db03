"""Daily work of members. Each finds what it has to do in Postgres; running one twice changes nothing."""

from celery import shared_task


@shared_task(name="members.tasks.sweep_drafts", ignore_result=True)
def sweep_drafts() -> dict[str, int]:
    """Warn about drafts that nobody touches, and close those that are over."""
    from members.services.drafts import sweep_drafts as sweep

    return dict(sweep())


@shared_task(name="members.tasks.apply_retention", ignore_result=True)
def apply_retention() -> bool:
    """Start the job that erases personal data whose time is over, when there are any."""
    from django.db import transaction

    from members.services.personal import start_retention

    with transaction.atomic():
        return start_retention()
