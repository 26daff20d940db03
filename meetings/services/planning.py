"""Publishing, moving and cancelling a meeting."""

from typing import Any

from django.db import transaction

from alliance.common.audit import record
from alliance.common.locking import lock
from alliance.common.transitions import move
from meetings import mails
from meetings.enums import LIVE, Audience, MeetingStatus, RegistrationStatus
from meetings.models import Meeting, Offer
from meetings.selectors.allowances import allowance_for
from members.models import User


@transaction.atomic
def publish_meeting(meeting: Meeting, *, actor: User) -> Meeting:
    """Open the meeting to those who may know of it. Without offers it gets the members' free places of the year's rule (R9). Raises InvalidTransition."""
    lock(meeting)
    move(meeting, to=MeetingStatus.PUBLISHED)
    if not meeting.offers.exists():
        seats = allowance_for(meeting.year).delegates_per_meeting
        Offer.objects.create(meeting=meeting, name="成员单位免费名额", audience=Audience.MEMBERS, seats_per_unit=seats, draws_on_allowance=True)
    record("meeting.published", meeting, actor=actor)
    return meeting


@transaction.atomic
def change_meeting(meeting: Meeting, *, actor: User, note: str = "", **values: Any) -> Meeting:
    """Change time, place or the like. When what a calendar shows has changed, everybody on the list is told (with `note`), and calendars update."""
    lock(meeting)
    changes = {name: [getattr(meeting, name), value] for name, value in values.items() if getattr(meeting, name) != value}
    if not changes:
        return meeting
    for name, value in values.items():
        setattr(meeting, name, value)
    moved = bool(changes.keys() & {"starts_at", "ends_at", "place", "title", "online_link"})
    if moved:
        meeting.sequence += 1
    meeting.save()
    record("meeting.changed", meeting, actor=actor, changes=changes)
    if moved and meeting.status == MeetingStatus.PUBLISHED:
        for registration in meeting.registrations.filter(status__in=LIVE - {RegistrationStatus.ATTENDED, RegistrationStatus.ABSENT}).select_related(
            "person", "institution"
        ):
            registration.meeting = meeting
            mails.moved(registration, note=note)
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, actor: User, reason: str) -> Meeting:
    """The meeting does not take place: everybody on the list is told, and the free allowance is given back. Raises InvalidTransition."""
    lock(meeting)
    move(meeting, to=MeetingStatus.CANCELLED, sequence=meeting.sequence + 1)
    record("meeting.cancelled", meeting, actor=actor, reason=reason)
    for registration in meeting.registrations.filter(status__in=LIVE).select_related("person", "institution"):
        move(registration, to=RegistrationStatus.CANCELLED, reason=reason)
        registration.meeting = meeting
        mails.cancelled(registration)
    return meeting
