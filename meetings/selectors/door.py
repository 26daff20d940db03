"""What the door needs: who is expected, who is in, and finding somebody by any part of the name."""

import datetime as dt
import re
from collections.abc import Sequence

from django.db.models import Count, Prefetch, Q, QuerySet

from alliance.common.clock import now
from meetings.enums import LIVE, SEATED, MeetingStatus, RegistrationStatus
from meetings.models import CheckIn, Meeting, Registration
from members.names import initials, normalise, pinyin

SHOWN = 40
# As `secrets.token_urlsafe(12)` makes it, alone or at the end of an address.
TICKET = re.compile(r"(?:^|/)([A-Za-z0-9_-]{16})/?$")
BEFORE = dt.timedelta(days=1)
AFTER = dt.timedelta(days=2)


def open_doors() -> QuerySet[Meeting]:
    """Meetings whose door is open: published, from a day before the beginning to two days after the end."""
    return Meeting.objects.filter(status=MeetingStatus.PUBLISHED, starts_at__lte=now() + BEFORE, ends_at__gte=now() - AFTER).order_by("starts_at")


def expected(meeting: Meeting) -> QuerySet[Registration]:
    """All live registrations with the check-in that counts (as `standing`), by unit and person."""
    standing = Prefetch("checkins", CheckIn.objects.filter(undone_at=None).select_related("by"), to_attr="standing")
    return meeting.registrations.filter(status__in=LIVE).select_related("person", "institution", "meeting").prefetch_related(standing).order_by("pk")


def scanned(meeting: Meeting, text: str) -> Registration | None:
    """The registration whose ticket `text` is: a hand scanner types the code's link, or somebody pastes the ticket's address."""
    ticket = TICKET.search(text)
    return meeting.registrations.filter(ticket=ticket.group(1)).first() if ticket else None


def find(registrations: Sequence[Registration], text: str) -> list[Registration]:
    """Those whose name or unit matches `text`: any part, pinyin or initials; names before units."""
    wanted = normalise(text)
    if not wanted:
        return []
    by_name = [r for r in registrations if _matches(r.person.name, wanted)]
    by_unit = [r for r in registrations if r not in by_name and _matches(r.institution.name, wanted)]
    return (by_name + by_unit)[:SHOWN]


def _matches(name: str, wanted: str) -> bool:
    if wanted in normalise(name):
        return True
    return wanted.isascii() and (wanted in pinyin(name) or initials(name).startswith(wanted))


def counter(meeting: Meeting) -> dict[str, int]:
    """How many are in, of how many places taken, and how many wait; one query."""
    return meeting.registrations.aggregate(
        inside=Count("pk", filter=Q(status=RegistrationStatus.ATTENDED)),
        expected=Count("pk", filter=Q(status__in=SEATED)),
        waiting=Count("pk", filter=Q(status=RegistrationStatus.WAITLISTED)),
    )


def recent(meeting: Meeting, limit: int = 8) -> QuerySet[CheckIn]:
    """The last ones let in, newest first."""
    return CheckIn.objects.filter(registration__meeting=meeting, undone_at=None).select_related("registration__person", "registration__institution", "by")[
        :limit
    ]
