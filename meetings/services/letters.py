"""Letters of staff to a selection of a meeting's participants."""

import hashlib
from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from meetings import place_mails
from meetings.models import Meeting, Registration
from members.models import User


class NobodyChosen(DomainError):
    """The selection is empty."""

    message = _("Nobody fits this selection, or nobody of it has an e-mail address.")


def selection(meeting: Meeting, *, statuses: list[str], offers: list[Any], provinces: list[str], unanswered: bool) -> QuerySet[Registration]:
    """The registrations that a letter would go to: any of each list (an empty list means all), and only those without answers if so wanted."""
    rows = Registration.objects.filter(meeting=meeting, status__in=statuses).exclude(person__email="").select_related("person", "meeting", "institution")
    if offers:
        rows = rows.filter(offer__in=offers)
    if provinces:
        rows = rows.filter(institution__province__in=provinces)
    return rows.filter(answers__isnull=True) if unanswered else rows


@transaction.atomic
def write_to_participants(meeting: Meeting, rows: QuerySet[Registration], *, subject: str, text: str, actor: User) -> int:
    """Queue one letter for each, once: the same letter to the same person is not sent twice. Returns how many. Raises NobodyChosen."""
    return write_to_rows(rows.filter(meeting=meeting), subject=subject, text=text, actor=actor)


@transaction.atomic
def write_to_rows(rows: QuerySet[Registration], *, subject: str, text: str, actor: User) -> int:
    """The same for any rows, of several meetings too; those without an address are left out. Each meeting's record says how many. Raises NobodyChosen."""
    digest = hashlib.sha256(f"{subject}\n{text}".encode()).hexdigest()[:16]
    chosen = list(rows.exclude(person__email="").order_by("pk"))
    if not chosen:
        raise NobodyChosen
    for registration in chosen:
        place_mails.to_participants(registration, subject=subject, text=text, key=f"letter:{registration.pk}:{digest}")
    meetings = {registration.meeting_id: registration.meeting for registration in chosen}
    for pk, count in Counter(registration.meeting_id for registration in chosen).items():
        record("meeting.letter_sent", meetings[pk], actor=actor, subject=subject, count=count)
    return len(chosen)
