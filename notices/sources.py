"""Who is to be reminded of what today. Each source asks for what is still open now, so nothing is sent for what has been settled."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from alliance.common.clock import BEIJING, local_date
from alliance.common.outbox import made
from alliance.common.templatetags.alliance import addressed
from council.enums import BallotStatus
from council.mails import ballot_link
from council.models import Ballot
from council.selectors.electorate import undecided_electors
from fees.selectors.dunning import READERS, letters_on
from meetings.enums import MeetingStatus, RegistrationStatus
from meetings.mails import ticket_link
from meetings.models import Registration
from members.enums import ApplicationStatus
from members.models import Application
from members.selectors.memberships import contacts
from notices.enums import ReminderKind
from notices.selectors.reminders import dunning_ladder


@dataclass(frozen=True)
class Due:
    """One reminder to one person."""

    cause: models.Model
    to: str
    context: dict[str, Any]
    subjects: tuple[models.Model, ...] = ()
    attachments: tuple[Any, ...] = field(default=())


def invoices_due(day: dt.date, offset: int) -> Iterator[Due]:
    """The letters about dues whose step is `offset`: fees say who gets one, on which working day, and in which words (fees/selectors/dunning.py)."""
    ladder = {offset, *dunning_ladder()}
    for letter in letters_on(day, ladder):
        if letter.step != offset or letter.skipped:
            continue
        subjects = (letter.institution, *{i.membership_id: i.membership for i in letter.invoices if i.membership is not None}.values())
        for person in contacts(letter.institution, *READERS):
            notices = tuple(made(f"缴费通知单-{invoice.number}.pdf", "application/pdf", "fees.payment_notice", invoice.pk) for invoice in letter.invoices)
            context = {
                "invoice": letter.due[0],
                "invoices": list(letter.invoices),
                "total": letter.total,
                "person": person,
                "days": offset,
                "opening": letter.opening(addressed(person.name)),
                "link": settings.SITE_URL + reverse("fees:dues"),
            }
            yield Due(letter.due[0], person.email, context, subjects, notices)


def ballots_closing(day: dt.date, offset: int) -> Iterator[Due]:
    """Open ballots that close then, to the electors with a vote left."""
    wanted = day - dt.timedelta(days=offset)
    # Bodies whose own rules of procedure name the days are reminded by the council itself.
    ruled_here = Ballot.objects.filter(status=BallotStatus.OPEN, procedure__reminder_days=[])
    for ballot in ruled_here.filter(closes_at__range=_bounds(wanted)):
        for elector in undecided_electors(ballot):
            if elector.person.email:
                yield Due(ballot, elector.person.email, {"ballot": ballot, "person": elector.person, "link": ballot_link(ballot)})


def applications_returned(day: dt.date, offset: int) -> Iterator[Due]:
    """Applications that went back to the applicant so many days ago and are still there."""
    for application in Application.objects.filter(status=ApplicationStatus.RETURNED).select_related("applicant", "institution"):
        if local_date(application.updated_at) == day - dt.timedelta(days=offset):
            link = settings.SITE_URL + reverse("apply:tasks", args=[application.reference])
            yield Due(application, application.liaison_email or application.applicant.email, {"application": application, "link": link})


def meetings_soon(day: dt.date, offset: int) -> Iterator[Due]:
    """Meetings on that day, to everybody with a place."""
    wanted = _bounds(day - dt.timedelta(days=offset))
    places = Registration.objects.filter(status=RegistrationStatus.CONFIRMED, meeting__status=MeetingStatus.PUBLISHED, meeting__starts_at__range=wanted)
    for place in places.select_related("meeting", "person", "institution"):
        if place.person.email:
            context = {"meeting": place.meeting, "person": place.person, "link": ticket_link(place)}
            yield Due(place, place.person.email, context, (place.meeting,))


def _bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first and last moment of a Beijing day."""
    begin = dt.datetime.combine(day, dt.time.min, BEIJING)
    return begin, begin + dt.timedelta(days=1) - dt.timedelta(microseconds=1)


SOURCES: dict[str, Callable[[dt.date, int], Iterator[Due]]] = {
    ReminderKind.INVOICE_DUE: invoices_due,
    ReminderKind.BALLOT_CLOSING: ballots_closing,
    ReminderKind.APPLICATION_RETURNED: applications_returned,
    ReminderKind.MEETING_SOON: meetings_soon,
}
