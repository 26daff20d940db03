"""What somebody typed into the registration page of a meeting and has not sent yet."""

from typing import Any

from meetings.models import Meeting, RegistrationDraft
from members.models import Institution, User


def draft_of(user: User, institution: Institution, meeting: Meeting) -> dict[str, Any]:
    """What was typed the last time and not sent, by field; empty when there is nothing."""
    draft = RegistrationDraft.objects.filter(user=user, institution=institution, meeting=meeting).first()
    return draft.data if draft else {}


def keep_draft(user: User, institution: Institution, meeting: Meeting, data: dict[str, Any]) -> None:
    """Keep what is typed so far, in place of what was kept before."""
    RegistrationDraft.objects.update_or_create(user=user, institution=institution, meeting=meeting, defaults={"data": data})


def drop_draft(user: User, institution: Institution, meeting: Meeting) -> None:
    """It was sent: the next visit begins with empty fields."""
    RegistrationDraft.objects.filter(user=user, institution=institution, meeting=meeting).delete()
