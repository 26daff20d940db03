"""Messages about meetings."""

from django.conf import settings
from django.urls import reverse

from alliance.common.outbox import queue
from meetings.calendars import calendar_entry, invitation_type
from meetings.enums import RegistrationStatus
from meetings.links import feed_link
from meetings.models import CalendarFeed, Registration


def ticket_link(registration: Registration) -> str:
    """The participant's own page; the link is the key."""
    return settings.SITE_URL + reverse("tickets:ticket", args=[registration.ticket])


def registered(registration: Registration, *, promoted: bool = False) -> None:
    """You have a place (with calendar entry and ticket), or you are on the waiting list."""
    person = registration.person
    if not person.email:
        return
    confirmed = registration.status == RegistrationStatus.CONFIRMED
    attachments = [_entry(registration)] if confirmed else []
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
    """The place is gone; the calendar entry takes itself out. Who never had a place never had an entry."""
    person = registration.person
    if person.email:
        placed = registration.events.filter(status=RegistrationStatus.CONFIRMED).exists()
        queue(
            "meetings/mail/cancelled",
            to=person.email,
            cause=registration,
            subjects=[registration.meeting, registration.institution],
            context={"registration": registration, "meeting": registration.meeting, "person": person, "placed": placed},
            attachments=[_entry(registration, cancelled=True)] if placed else [],
        )


def moved(registration: Registration, *, note: str = "") -> None:
    """Time or place has changed; the calendar entry of a confirmed place updates itself. `note`: what the secretariat adds."""
    person, meeting = registration.person, registration.meeting
    if person.email:
        confirmed = registration.status == RegistrationStatus.CONFIRMED
        queue(
            "meetings/mail/moved",
            to=person.email,
            cause=registration,
            key=f"moved:{registration.pk}:{meeting.sequence}",
            subjects=[meeting, registration.institution],
            context={
                "registration": registration,
                "meeting": meeting,
                "person": person,
                "link": ticket_link(registration),
                "note": note,
                "confirmed": confirmed,
            },
            attachments=[_entry(registration)] if confirmed else [],
        )


def thanks(registration: Registration) -> None:
    """After the meeting: the certificate of attendance, the materials and the feedback form are on the participant's page."""
    person, meeting = registration.person, registration.meeting
    if person.email:
        link = ticket_link(registration)
        context = {"registration": registration, "meeting": meeting, "person": person, "link": link, "feedback": f"{link}feedback/"}
        queue("meetings/mail/thanks", to=person.email, cause=registration, subjects=[meeting, registration.institution], context=context)


def calendar_address(feed: CalendarFeed, registration: Registration) -> None:
    """The secret address of the person's own calendar."""
    if registration.person.email:
        context = {"person": registration.person, "url": feed_link(feed), "link": ticket_link(registration)}
        queue("meetings/mail/calendar", to=registration.person.email, cause=feed, subjects=[registration.person], context=context)


def _entry(registration: Registration, *, cancelled: bool = False) -> tuple[str, bytes, str]:
    """The calendar entry as an attachment that mail programs act on."""
    content = calendar_entry(registration.meeting, registration=registration, cancelled=cancelled)
    return ("meeting.ics", content, invitation_type(content))
