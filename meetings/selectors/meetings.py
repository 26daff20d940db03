"""Meetings as people may see them: members first, the public later (R12)."""

from django.db.models import Q, QuerySet

from alliance.common.clock import now
from meetings.enums import MeetingStatus
from meetings.models import Meeting

SHOWN = (MeetingStatus.PUBLISHED, MeetingStatus.HELD)


def public_meetings() -> QuerySet[Meeting]:
    """Those that the public may know of by now."""
    return Meeting.objects.filter(status__in=SHOWN, public_from__lte=now(), is_internal=False)


def member_meetings() -> QuerySet[Meeting]:
    """Those that member units may know of by now."""
    return Meeting.objects.filter(Q(members_from__lte=now()) | Q(public_from__lte=now()), status__in=SHOWN, is_internal=False)


def meetings_visible_to(user: object) -> QuerySet[Meeting]:
    """For staff all, for liaisons the members' view, for everybody else the public's."""
    if user.has_perm("meetings.view_meeting"):  # type: ignore[attr-defined]
        return Meeting.objects.filter(status__in=SHOWN)
    return member_meetings() if user.has_perm("members.enter_portal") else public_meetings()  # type: ignore[attr-defined]


def upcoming_public(limit: int) -> list[Meeting]:
    """The next meetings that the public may know of."""
    return list(public_meetings().filter(starts_at__gte=now(), status=MeetingStatus.PUBLISHED).order_by("starts_at")[:limit])


def upcoming_for_members() -> QuerySet[Meeting]:
    """The next meetings that member units may know of."""
    return member_meetings().filter(starts_at__gte=now(), status=MeetingStatus.PUBLISHED).order_by("starts_at")
