"""Letting people in: one press a person, the first scan counts, a second one learns of it."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import now
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.transitions import move
from meetings.enums import PLACED, CheckInWay, MeetingStatus, RegistrationStatus
from meetings.models import CheckIn, Registration
from meetings.services.certificates import issue_certificate, revoke_certificate
from members.models import User

# Tickets are tried out the day before; earlier a scan is a mistake.
OPENS_BEFORE = dt.timedelta(days=1)
HELD_OR_TO_COME = frozenset({MeetingStatus.PUBLISHED, MeetingStatus.HELD})


class NoPlace(DomainError):
    """The ticket holds no place (any more)."""


class TooEarly(DomainError):
    """The day has not come."""

    message = _("Check-in opens one day before the meeting.")


@dataclass(frozen=True)
class Entrance:
    """What a scan found: the check-in that counts, and whether this scan made it."""

    checkin: CheckIn
    first: bool


WHY_NOT = {
    RegistrationStatus.WAITLISTED: _("%(name)s is on the waiting list and has no place."),
    RegistrationStatus.CANCELLED: _("The place of %(name)s was cancelled."),
    RegistrationStatus.REPLACED: _("A colleague comes instead of %(name)s: this ticket is no longer valid."),
}


def why_not(registration: Registration) -> str:
    """Why this registration cannot be let in, in words; empty for one that can."""
    if registration.status in PLACED and registration.meeting.status in HELD_OR_TO_COME:
        return ""
    if registration.status in PLACED:
        return str(_("The meeting has been cancelled or is not published."))
    return str(WHY_NOT.get(RegistrationStatus(registration.status), _("%(name)s has no confirmed place."))) % {"name": registration.person.name}


@transaction.atomic
def check_in(registration: Registration, *, actor: User, way: str = CheckInWay.QR, nonce: uuid.UUID | None = None, at: dt.datetime | None = None) -> Entrance:
    """Let a participant in. `at` (aware) is the time of a scan that is sent later; `nonce` makes the same press sent twice one check-in.

    A second scan changes nothing and returns the first, with `first` False. Raises NoPlace with the reason, TooEarly.
    """
    lock(registration)
    before = CheckIn.objects.filter(nonce=nonce).select_related("by").first() if nonce else None
    if before is not None and before.registration_id == registration.pk:
        return Entrance(before, True)
    standing = registration.checkins.filter(undone_at=None).select_related("by").first()
    if standing is not None:
        record("registration.scanned_again", registration, registration.meeting, actor=actor, person=registration.person.name, way=way)
        return Entrance(standing, False)
    reason = why_not(registration)
    if reason:
        raise NoPlace(reason)
    moment = min(at or now(), now())
    if moment < registration.meeting.starts_at - OPENS_BEFORE:
        raise TooEarly
    if registration.status != RegistrationStatus.ATTENDED:
        move(registration, to=RegistrationStatus.ATTENDED)
    made = CheckIn.objects.create(registration=registration, at=moment, by=actor, way=way, nonce=nonce or uuid.uuid4())
    record("registration.checked_in", registration, registration.meeting, actor=actor, person=registration.person.name, way=way)
    if registration.meeting.status == MeetingStatus.HELD:
        issue_certificate(registration, actor=actor)
    return Entrance(made, True)


@transaction.atomic
def undo_check_in(checkin: CheckIn, *, actor: User) -> CheckIn:
    """It was the wrong person. Before the meeting is closed the place is open again, afterwards the person counts as absent.

    Raises InvalidTransition for one that is undone already.
    """
    registration = lock(checkin.registration)
    lock(checkin)
    if checkin.undone_at is not None:
        raise InvalidTransition
    checkin.undone_at, checkin.undone_by = now(), actor
    checkin.save(update_fields=["undone_at", "undone_by"])
    _not_there(registration, actor=actor)
    record("registration.check_in_undone", registration, registration.meeting, actor=actor, person=registration.person.name)
    return checkin


def _not_there(registration: Registration, *, actor: User) -> None:
    held = registration.meeting.status == MeetingStatus.HELD
    move(registration, to=RegistrationStatus.ABSENT if held else RegistrationStatus.CONFIRMED)
    revoke_certificate(registration, actor=actor)
