"""Messages about meetings."""

from django.conf import settings
from django.urls import reverse

from alliance.common.outbox import queue
from meetings.calendars import calendar_entry
from meetings.enums import RegistrationStatus
from meetings.models import Registration


def ticket_link(registration: Registration) -> str:
    """The participant's own page; the link is the key."""
    return settings.SITE_URL + reverse("tickets:ticket", args=[registration.ticket])


def registered(registration: Registration, *, promoted: bool = False) -> None:
    """You have a place (with calendar entry and ticket), or you are on the waiting list."""
    person = registration.person
    if not person.email:
        return
    confirmed = registration.status == RegistrationStatus.CONFIRMED
    attachments = [("meeting.ics", calendar_entry(registration.meeting, confirmed=True), "text/calendar")] if confirmed else []
    queue(
        "meetings/mail/registered" if confirmed else "meetings/mail/waitlisted",
        to=person.email,
        cause=registration,
        key=f"registered:{registration.pk}:{registration.status}",
        subjects=[registration.meeting, registration.institution],
        context={"registration": registration, "meeting": registration.meeting, "person": person, "link": ticket_link(registration), "promoted": promoted},
        attachments=attachments,
    )


def cancelled(registration: Registration) -> None:
    """The place is gone; the calendar entry takes itself out."""
    person = registration.person
    if person.email:
        queue(
            "meetings/mail/cancelled",
            to=person.email,
            cause=registration,
            subjects=[registration.meeting, registration.institution],
            context={"registration": registration, "meeting": registration.meeting, "person": person},
            attachments=[("meeting.ics", calendar_entry(registration.meeting, cancelled=True), "text/calendar")],
        )


def moved(registration: Registration) -> None:
    """Time or place has changed; the calendar entry updates itself."""
    person, meeting = registration.person, registration.meeting
    if person.email:
        queue(
            "meetings/mail/moved",
            to=person.email,
            cause=registration,
            key=f"moved:{registration.pk}:{meeting.sequence}",
            subjects=[meeting, registration.institution],
            context={"registration": registration, "meeting": meeting, "person": person, "link": ticket_link(registration)},
            attachments=[("meeting.ics", calendar_entry(meeting, confirmed=True), "text/calendar")],
        )
