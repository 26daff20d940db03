"""People whose e-mail address does not exist (any more)."""

from django.db.models import QuerySet

from members.models import Person


def people_with_dead_address() -> QuerySet[Person]:
    """Those who still count: not merged into somebody else, not erased."""
    return Person.objects.filter(email_dead_since__isnull=False, merged_into=None, erased_at=None)
