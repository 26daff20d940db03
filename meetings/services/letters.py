"""Letters of staff to a selection of a meeting's participants."""

import hashlib
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
    digest = hashlib.sha256(f"{subject}\n{text}".encode()).hexdigest()[:16]
    chosen = list(rows.order_by("pk"))
    if not chosen:
        raise NobodyChosen
    for registration in chosen:
        place_mails.to_participants(registration, subject=subject, text=text, key=f"letter:{registration.pk}:{digest}")
    record("meeting.letter_sent", meeting, actor=actor, subject=subject, count=len(chosen))
    return len(chosen)
