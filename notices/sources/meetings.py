"""Meetings that are about to begin."""

import datetime as dt
from collections.abc import Iterator

from alliance.common.clock import local_date
from meetings.enums import MeetingStatus, RegistrationStatus
from meetings.mails import ticket_link
from meetings.models import Registration
from notices.enums import ReminderKind
from notices.sources.base import Item, addressed_to, bounds, source


@source(ReminderKind.MEETING_SOON, by_role=True)
def meetings_soon(first: dt.date, last: dt.date, offset: int) -> Iterator[Item]:
    """Everybody with a place."""
    places = Registration.objects.filter(
        status=RegistrationStatus.CONFIRMED, meeting__status=MeetingStatus.PUBLISHED, meeting__starts_at__range=bounds(first, last)
    )
    for place in places.select_related("meeting", "person", "institution").order_by("meeting__starts_at", "pk"):
        yield place_item(place)


def place_item(place: Registration) -> Item:
    """What is said to one person with a place."""
    context = {"meeting": place.meeting, "link": ticket_link(place)}
    day = local_date(place.meeting.starts_at)
    return Item(day, place, addressed_to(place.person), context, institution=place.institution, subjects=(place.meeting,))
