"""Calendar entries (RFC 5545, 5546): one UID for a meeting for ever, a higher SEQUENCE with each change that the reader's calendar must learn."""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, Timezone, vCalAddress, vDuration, vText

from alliance.common.clock import BEIJING, now
from alliance.common.models import Organisation
from meetings.enums import PLACED, MeetingStatus, RegistrationStatus
from meetings.models import Meeting, Registration

HOURLY = dt.timedelta(hours=1)
GONE = frozenset({RegistrationStatus.CANCELLED, RegistrationStatus.REPLACED})


@cache
def beijing_timezone() -> Timezone:
    """The VTIMEZONE of Asia/Shanghai, made once: walking its transitions takes longer than everything else in a registration."""
    return Timezone.from_tzinfo(BEIJING)


def calendar_entry(meeting: Meeting, *, registration: Registration | None = None, cancelled: bool = False) -> bytes:
    """The meeting as an ICS file, times in Asia/Shanghai.

    Without `registration`: for anybody who may see the meeting, to import (METHOD:PUBLISH), without the online link.
    With it: the participant's own invitation (METHOD:REQUEST, the online link and the ticket in it), or with `cancelled`, or when the
    meeting is cancelled, the message that takes it out again (METHOD:CANCEL). Mail programs update by these what they have.
    """
    gone = cancelled or meeting.status == MeetingStatus.CANCELLED
    event = _event(meeting, sequence=personal_sequences([registration])[meeting.pk] if registration else meeting.sequence, gone=gone)
    if registration is None:
        return _calendar("CANCEL" if gone else "PUBLISH", [event])
    _for_participant(event, registration, gone=gone)
    return _calendar("CANCEL" if gone else "REQUEST", [event])


def invitation_type(content: bytes) -> str:
    """The MIME type of an entry as a mail's attachment: it must name the method that the entry names (RFC 6047)."""
    method = next(line.split(b":")[1].strip().decode() for line in content.splitlines() if line.startswith(b"METHOD:"))
    return f"text/calendar; method={method}"


def person_calendar(name: str, registrations: Sequence[Registration]) -> bytes:
    """A person's meetings, to subscribe to; what was cancelled stays in it as cancelled, so that calendars take it out. Newest registration of a meeting first."""
    latest: dict[int, Registration] = {}
    for registration in registrations:
        latest.setdefault(registration.meeting_id, registration)
    sequences = personal_sequences(registrations)
    events = []
    for meeting_pk, registration in latest.items():
        gone = registration.status in GONE or registration.meeting.status == MeetingStatus.CANCELLED
        event = _event(registration.meeting, sequence=sequences[meeting_pk], gone=gone)
        _describe(event, registration, gone=gone)
        events.append(event)
    return _calendar("PUBLISH", events, name=name)


def unit_calendar(name: str, meetings: Sequence[Meeting], registrations: Sequence[Registration]) -> bytes:
    """The meetings that a member unit may know of, with the names of its participants; the online link only where it has one."""
    events = []
    for meeting in meetings:
        seated = [r for r in registrations if r.meeting_id == meeting.pk and r.status in PLACED]
        event = _event(meeting, sequence=meeting.sequence, gone=meeting.status == MeetingStatus.CANCELLED)
        lines = [meeting.theme, "、".join(r.person.name for r in seated), meeting.online_link if seated else ""]
        event.add("description", "\n".join(line for line in lines if line))
        events.append(event)
    return _calendar("PUBLISH", events, name=name)


def personal_sequences(registrations: Sequence[Registration]) -> dict[int, int]:
    """The SEQUENCE of each meeting's entry for a person: it rises when the meeting changes, when the place is given up, and when it is taken again.

    `registrations` are of one person; asks for all of this person's at these meetings.
    """
    meetings = {registration.meeting_id: registration.meeting for registration in registrations}
    person = registrations[0].person_id if registrations else None
    sequences = {pk: meeting.sequence - 1 for pk, meeting in meetings.items()}
    for meeting_pk, status in Registration.objects.filter(person_id=person, meeting__in=meetings).values_list("meeting_id", "status"):
        sequences[meeting_pk] += 2 if status in GONE else 1
    return sequences


def _calendar(method: str, events: Sequence[Event], *, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Alliance//Meetings//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", "Asia/Shanghai")
        calendar.add("refresh-interval", vDuration(HOURLY), parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(beijing_timezone())
    organizer = _organizer()
    for event in events:
        event.add("organizer", organizer)
        calendar.add_component(event)
    return calendar.to_ical()


def _event(meeting: Meeting, *, sequence: int, gone: bool) -> Event:
    event = Event()
    event.add("uid", f"meeting-{meeting.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", sequence)
    event.add("dtstamp", now())
    event.add("last-modified", meeting.updated_at)
    event.add("dtstart", meeting.starts_at.astimezone(BEIJING))
    event.add("dtend", meeting.ends_at.astimezone(BEIJING))
    event.add("summary", meeting.title)
    event.add("location", meeting.place)
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if gone else "OPAQUE")
    # Until the meeting is public its page does not exist for the people who get this entry.
    if meeting.public_from and meeting.public_from <= now():
        event.add("url", settings.SITE_URL + meeting.get_absolute_url())
    return event


def _organizer() -> vCalAddress:
    organisation = Organisation.load()
    organizer = vCalAddress(f"mailto:{organisation.secretariat_email}")
    organizer.params["cn"] = vText(f"{organisation.short_name}{organisation.secretariat}")
    return organizer


def _for_participant(event: Event, registration: Registration, *, gone: bool) -> None:
    """The person is asked nothing: the place is taken, and an answer to the secretariat would reach nobody."""
    person = registration.person
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["cn"] = vText(person.name)
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("DECLINED" if gone else "ACCEPTED")
    attendee.params["rsvp"] = vText("FALSE")
    event.add("attendee", attendee, encode=0)
    _describe(event, registration, gone=gone)


def _describe(event: Event, registration: Registration, *, gone: bool) -> None:
    meeting = registration.meeting
    lines = [meeting.theme]
    if not gone:
        lines += [meeting.online_link, settings.SITE_URL + reverse("tickets:ticket", args=[registration.ticket])]
    event.add("description", "\n".join(line for line in lines if line))
