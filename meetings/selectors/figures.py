"""A meeting in numbers."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from meetings.enums import PLACED, PrintOrder, RegistrationStatus
from meetings.models import Meeting, Registration
from members.names import pinyin


def placed(meeting: Meeting) -> QuerySet[Registration]:
    """Everybody who has a place for certain."""
    return meeting.registrations.filter(status__in=PLACED).select_related("person", "institution", "meeting")


def figures(meeting: Meeting) -> dict[str, Any]:
    """Places, attended, absent, units; and by province, largest first."""
    rows = placed(meeting)
    there = Count("pk", filter=Q(status=RegistrationStatus.ATTENDED))
    numbers = rows.aggregate(
        places=Count("pk"),
        attended=there,
        absent=Count("pk", filter=Q(status=RegistrationStatus.ABSENT)),
        units=Count("institution", distinct=True, filter=Q(status=RegistrationStatus.ATTENDED)),
    )
    provinces = rows.values("institution__province").annotate(places=Count("pk"), attended=there).order_by("-attended", "institution__province")
    return numbers | {"provinces": list(provinces)}


def in_order(registrations: Iterable[Registration], order: str) -> list[Registration]:
    """By the sound of the unit's name and then of the person's, or of the person's alone."""
    if order == PrintOrder.NAME:
        return sorted(registrations, key=lambda r: (pinyin(r.person.name), pinyin(r.institution.name), r.pk))
    return sorted(registrations, key=lambda r: (pinyin(r.institution.name), pinyin(r.person.name), r.pk))
