"""Calendar entries (RFC 5545): one UID for a meeting for ever, a higher SEQUENCE with each change."""

from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, Timezone

from alliance.common.clock import BEIJING, now
from meetings.enums import MeetingStatus
from meetings.models import Meeting


@cache
def beijing_timezone() -> Timezone:
    """The VTIMEZONE of Asia/Shanghai, made once: walking its transitions takes longer than everything else in a registration."""
    return Timezone.from_tzinfo(BEIJING)


def calendar_entry(meeting: Meeting, *, confirmed: bool = False, cancelled: bool = False) -> bytes:
    """The meeting as an ICS file, times in Asia/Shanghai. The online link goes only to `confirmed` participants.

    `cancelled`: the entry that takes it out of the person's calendar again.
    """
    gone = cancelled or meeting.status == MeetingStatus.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", "-//Alliance//Meetings//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    event = Event()
    event.add("uid", f"meeting-{meeting.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now())
    event.add("dtstart", meeting.starts_at.astimezone(BEIJING))
    event.add("dtend", meeting.ends_at.astimezone(BEIJING))
    event.add("summary", meeting.title)
    event.add("location", meeting.place)
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    # Until the meeting is public its page does not exist for the people who get this entry.
    if meeting.public_from and meeting.public_from <= now():
        event.add("url", settings.SITE_URL + meeting.get_absolute_url())
    description = meeting.theme
    if confirmed and meeting.online_link:
        description = f"{description}\n{meeting.online_link}".strip()
    event.add("description", description)
    calendar.add_component(event)
    calendar.add_component(beijing_timezone())
    return calendar.to_ical()
