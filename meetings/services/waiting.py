"""The waiting list: who moves up, until when an offered place can be accepted, and what runs out by itself."""

import datetime as dt

from django.db import IntegrityError, transaction

from alliance.common.audit import record
from alliance.common.clock import now
from alliance.common.locking import lock
from alliance.common.transitions import move
from meetings import place_mails
from meetings.enums import MeetingStatus, RegistrationStatus
from meetings.exceptions import TooLate
from meetings.models import Meeting, Registration
from meetings.selectors.offers import seats_taken
from meetings.services.paying import bill_places
from meetings.services.places import constraint_of, lock_places, lock_unit_at_once, seated_as
from members.models import User


def promote_waiting(meeting: Meeting, *, actor: User | None = None, source: str = "") -> list[Registration]:
    """Give free seats to those in line, in their order; whose unit has no place left keeps the turn. The caller holds the meeting's lock.

    The unit's locks come before the meeting's in everybody's order, so here they are only tried: who is being served elsewhere at this
    moment ends the walk, and the minute's sweep goes on from there. Nobody behind is preferred. Returns who moved up.
    """
    free = meeting.capacity - seats_taken(meeting)
    moved: list[Registration] = []
    if free <= 0 or meeting.status != MeetingStatus.PUBLISHED or now() >= meeting.starts_at:
        return moved
    line = meeting.registrations.filter(status=RegistrationStatus.WAITLISTED).select_related("person", "institution", "offer").order_by("queued_at", "pk")
    for waiting in line:
        if len(moved) >= free or not lock_unit_at_once(waiting):
            break
        try:
            with transaction.atomic():
                _move_up(meeting, waiting, actor=actor, source=source)
        except IntegrityError as error:
            if constraint_of(error) == "meeting_capacity":
                break
            continue
        moved.append(waiting)
    return moved


def _move_up(meeting: Meeting, waiting: Registration, *, actor: User | None, source: str) -> None:
    """Offer the place, or give it at once where the meeting sets no time to accept."""
    if meeting.accept_hours:
        until = min(now() + dt.timedelta(hours=meeting.accept_hours), meeting.starts_at)
        move(waiting, to=RegistrationStatus.OFFERED, accept_until=until)
    else:
        values = seated_as(meeting, waiting.price)
        move(waiting, to=values.pop("status"), **values)
        bill_places(meeting, waiting.institution, [waiting], actor=actor, source=source)
    record("registration.promoted", waiting, meeting, waiting.institution, actor=actor, source=source, person=waiting.person.name, until=waiting.accept_until)
    place_mails.tell(waiting, promoted=True)


@transaction.atomic
def accept_place(registration: Registration, *, actor: User | None = None, source: str = "") -> Registration:
    """Take an offered place. Accepting twice is once. Raises TooLate after the deadline or when it has gone to the next."""
    meeting = registration.meeting
    lock_places(meeting, registration.institution)
    lock(registration)
    if registration.status in {RegistrationStatus.CONFIRMED, RegistrationStatus.PENDING_PAYMENT}:
        return registration
    if registration.status != RegistrationStatus.OFFERED or registration.accept_until is None or now() > registration.accept_until:
        raise TooLate
    values = seated_as(meeting, registration.price)
    move(registration, to=values.pop("status"), **values)
    bill_places(meeting, registration.institution, [registration], actor=actor, source=source)
    record("registration.accepted", registration, meeting, registration.institution, actor=actor, source=source, person=registration.person.name)
    place_mails.tell(registration)
    return registration
