"""Meetings as people may see them: members first, the public later, internal ones never (R12)."""

from typing import Any

from django.db.models import Q, QuerySet

from alliance.common.clock import now
from meetings.enums import MeetingStatus
from meetings.models import Meeting
from members.enums import MembershipStatus
from members.models import Institution, Membership
from members.rules import liaison_institution_ids

SHOWN = (MeetingStatus.PUBLISHED, MeetingStatus.HELD)
MEMBERS = (MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED)


def public_meetings() -> QuerySet[Meeting]:
    """Those that the public may know of by now."""
    return Meeting.objects.filter(status__in=SHOWN, public_from__lte=now(), is_internal=False)


def member_meetings() -> QuerySet[Meeting]:
    """Those that member units may know of by now."""
    return Meeting.objects.filter(Q(members_from__lte=now()) | Q(public_from__lte=now()), status__in=SHOWN, is_internal=False)


def meetings_for_unit(institution: Institution) -> QuerySet[Meeting]:
    """Those that this unit may know of by now: the members' view for a member, the public's for one that is not or no longer."""
    is_member = Membership.objects.filter(institution=institution, status__in=MEMBERS).exists()
    return member_meetings() if is_member else public_meetings()


def meetings_visible_to(user: Any) -> QuerySet[Meeting]:
    """For staff all, for liaisons of members the members' view, for everybody else the public's."""
    if user.has_perm("meetings.view_meeting"):
        return Meeting.objects.filter(status__in=SHOWN)
    units = liaison_institution_ids(user)
    inside = bool(units) and Membership.objects.filter(institution__in=units, status__in=MEMBERS).exists()
    return member_meetings() if inside else public_meetings()


def upcoming_public(limit: int) -> list[Meeting]:
    """The next meetings that the public may know of."""
    return list(public_meetings().filter(starts_at__gte=now(), status=MeetingStatus.PUBLISHED).order_by("starts_at")[:limit])


def upcoming_for_unit(institution: Institution) -> QuerySet[Meeting]:
    """The next meetings that the unit may know of."""
    return meetings_for_unit(institution).filter(starts_at__gte=now(), status=MeetingStatus.PUBLISHED).order_by("starts_at")
