"""Meetings as people may see them: members first, the public later (R12)."""

from django.db.models import Q, QuerySet

from alliance.common.clock import now
from meetings.enums import MeetingStatus
from meetings.models import Meeting

SHOWN = (MeetingStatus.PUBLISHED, MeetingStatus.HELD)


def public_meetings() -> QuerySet[Meeting]:
    """Those that the public may know of by now."""
    return Meeting.objects.filter(status__in=SHOWN, public_from__lte=now())


def member_meetings() -> QuerySet[Meeting]:
    """Those that member units may know of by now."""
    return Meeting.objects.filter(Q(members_from__lte=now()) | Q(public_from__lte=now()), status__in=SHOWN)


def meetings_visible_to(user: object) -> QuerySet[Meeting]:
    """For liaisons and staff the members' view, for everybody else the public's."""
    inside = user.has_perm("members.enter_portal") or user.has_perm("meetings.view_meeting")  # type: ignore[attr-defined]
    return member_meetings() if inside else public_meetings()


def upcoming_public(limit: int) -> list[Meeting]:
    """The next meetings that the public may know of."""
    return list(public_meetings().filter(starts_at__gte=now(), status=MeetingStatus.PUBLISHED).order_by("starts_at")[:limit])


def upcoming_for_members() -> QuerySet[Meeting]:
    """The next meetings that member units may know of."""
    return member_meetings().filter(starts_at__gte=now(), status=MeetingStatus.PUBLISHED).order_by("starts_at")
