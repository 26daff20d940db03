"""Taking, giving up and passing on places (R9 to R11, R14)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import now
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.transitions import move
from meetings import mails, place_mails
from meetings.enums import LIVE, SEATED, MeetingStatus, RegistrationStatus
from meetings.exceptions import (
    AlreadyRegistered,
    MeetingFull,
    NoFreeMeetingLeft,
    NoOffer,
    OfferFull,
    ReasonMissing,
    RegistrationClosed,
    TooLate,
    UnitFull,
)
from meetings.models import Meeting, Offer, Registration, SessionPlace
from meetings.selectors.allowances import allowance_for
from meetings.selectors.offers import Fit, best_of, fits_for, seats_taken, standing_at, takes_registrations
from meetings.services.paying import bill_places, lock_invoice, settle_cancelled
from meetings.services.places import create, lock_places, seat
from meetings.services.waiting import promote_waiting
from members.models import Institution, Person, User

__all__ = [
    "AlreadyRegistered", "MeetingFull", "NoFreeMeetingLeft", "NoOffer", "Outcome", "RegistrationClosed", "UnitFull", "cancel_registration", "lock_places",
    "register", "register_by_staff", "register_group", "substitute_delegate",
]  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of one person of a group: a registration, or a refusal with its reason."""

    name: str
    registration: Registration | None = None
    error: DomainError | None = None


@transaction.atomic
def register(meeting: Meeting, institution: Institution, person: Person, *, actor: User | None, source: str = "") -> Registration:
    """A place for one of the unit's people, on the best offer that fits; on the waiting list when the meeting is full or others wait already.

    Raises RegistrationClosed, AlreadyRegistered, NoOffer, UnitFull (R9: three at each meeting), NoFreeMeetingLeft (R9: three a year), OfferFull.
    """
    lock_places(meeting, institution)
    registration = _register(meeting, institution, person, actor=actor, source=source)
    bill_places(meeting, institution, [registration], actor=actor, source=source)
    place_mails.tell(registration)
    return registration


@transaction.atomic
def register_group(
    meeting: Meeting, institution: Institution, people: list[tuple[str, Callable[[], Person]]], *, actor: User | None, source: str = ""
) -> list[Outcome]:
    """Several people of a unit under one set of locks: each gets a place, a place in the line, or a refusal; what costs something comes on one notice.

    `people`: name and a function that finds or makes the person, called inside the transaction; a refusal undoes it again.
    Raises Busy, and RegistrationClosed for all of them.
    """
    lock_places(meeting, institution)
    outcomes = []
    for name, find in people:
        try:
            with transaction.atomic():
                outcomes.append(Outcome(name, _register(meeting, institution, find(), actor=actor, source=source)))
        except DomainError as error:
            outcomes.append(Outcome(name, error=error))
    made = [outcome.registration for outcome in outcomes if outcome.registration is not None]
    bill_places(meeting, institution, made, actor=actor, source=source)
    for registration in made:
        place_mails.tell(registration)
    return outcomes


@transaction.atomic
def register_by_staff(meeting: Meeting, institution: Institution, person: Person, offer: Offer, *, actor: User, reason: str) -> Registration:
    """Staff give a place on any offer, whoever it is meant for and at any time, past the waiting list. The musts hold all the same, and the reason is kept.

    Raises ReasonMissing, AlreadyRegistered, RegistrationClosed for a meeting that is not published, and what a full meeting or offer raises.
    """
    if not reason.strip():
        raise ReasonMissing
    lock_places(meeting, institution)
    if meeting.status not in {MeetingStatus.PUBLISHED, MeetingStatus.HELD}:
        raise RegistrationClosed
    _refuse_twice(meeting, person)
    registration = seat(meeting, institution, person, offer, actor=actor, override_reason=reason.strip()[:200])
    record("registration.overridden", registration, meeting, institution, actor=actor, person=person.name, offer=offer.name, reason=reason)
    bill_places(meeting, institution, [registration], actor=actor)
    place_mails.tell(registration)
    return registration


def _register(meeting: Meeting, institution: Institution, person: Person, *, actor: User | None, source: str) -> Registration:
    """One person, under the caller's locks; billed and told by the caller."""
    if not takes_registrations(meeting):
        raise RegistrationClosed
    _refuse_twice(meeting, person)
    fits = fits_for(meeting, institution, person=person, standing=standing_at(meeting, institution))
    best = best_of(fits)
    if best is None:
        raise _why_none(fits, meeting, institution)
    waits = Registration.objects.filter(meeting=meeting, status=RegistrationStatus.WAITLISTED).exists()
    if waits or seats_taken(meeting) >= meeting.capacity:
        registration = create(meeting, institution, person, best.offer, RegistrationStatus.WAITLISTED, actor=actor, queued_at=now())
    else:
        registration = seat(meeting, institution, person, best.offer, actor=actor)
    record(
        "registration.made", registration, meeting, institution, actor=actor, source=source,
        person=person.name, status=registration.status, offer=best.offer.name, why=best.reason,
    )  # fmt: skip
    if waits:
        # Those ahead may not be able to take a free seat; then it is this person's turn.
        promote_waiting(meeting, actor=actor, source=source)
        registration.refresh_from_db()
    return registration


def _refuse_twice(meeting: Meeting, person: Person) -> None:
    if Registration.objects.filter(meeting=meeting, person=person, status__in=LIVE).exists():
        raise AlreadyRegistered


def _why_none(fits: list[Fit], meeting: Meeting, institution: Institution) -> DomainError:
    """The most telling of the reasons why no offer can be taken: one that was used up before one that is not meant for the unit."""
    used = [fit for fit in fits if fit.used_up]
    if not fits:
        return NoOffer()
    if not used:
        return NoOffer(fits[0].reason) if len(fits) == 1 and fits[0].offer.audience != "members" else NoOffer()
    first = used[0]
    if first.left == 0 and first.per_unit is not None:
        text = _("%(unit)s has taken all its %(seats)s places at this meeting. You can replace a colleague who is registered.")
        return UnitFull(text % {"unit": institution.name, "seats": first.per_unit})
    if first.offer.draws_on_allowance:
        text = _("%(unit)s has used its %(free)s free meetings of %(year)s.")
        return NoFreeMeetingLeft(text % {"unit": institution.name, "free": allowance_for(meeting.year).free_meetings, "year": meeting.year})
    if meeting.unit_limit is not None and first.left == 0:
        text = _("%(unit)s has taken all its %(seats)s places at this meeting. You can replace a colleague who is registered.")
        return UnitFull(text % {"unit": institution.name, "seats": meeting.unit_limit})
    return OfferFull()


@transaction.atomic
def cancel_registration(registration: Registration, *, actor: User | None = None, source: str = "", reason: str = "", give_back: bool = False) -> Registration:
    """Give up a place; the first in line who may moves up.

    After the meeting's time for cancelling, seat and free meeting are given back or not as the meeting says; `give_back` (staff) gives both back.
    Raises InvalidTransition.
    """
    meeting, institution = registration.meeting, registration.institution
    lock_invoice(registration)
    lock_places(meeting, institution)
    lock(registration)
    held = registration.status in SEATED
    kept = {} if give_back or not held or now() <= meeting.free_cancel_until else _kept(meeting, registration)
    move(registration, to=RegistrationStatus.CANCELLED, reason=reason[:200], **kept)
    record(
        "registration.cancelled", registration, meeting, institution, actor=actor, source=source, person=registration.person.name, reason=reason,
        late=bool(kept), seat_back=held and not registration.keeps_seat, allowance_back=registration.uses_allowance and not registration.keeps_allowance,
    )  # fmt: skip
    settle_cancelled(registration, actor=actor, source=source, reason=reason)
    mails.cancelled(registration)
    if held and not registration.keeps_seat:
        promote_waiting(meeting, actor=actor, source=source)
    return registration


def _kept(meeting: Meeting, registration: Registration) -> dict[str, Any]:
    return {"keeps_seat": not meeting.late_frees_seat, "keeps_allowance": registration.uses_allowance and not meeting.late_frees_allowance}


@transaction.atomic
def give_place_up(registration: Registration, *, actor: User | None, reason: str, source: str = "") -> Registration:
    """The unit's own cancellation, or (by `source`) the participant's: not once the meeting has begun. Raises TooLate, InvalidTransition."""
    if now() >= registration.meeting.starts_at:
        raise TooLate
    return cancel_registration(registration, actor=actor, source=source, reason=reason)


@transaction.atomic
def substitute_delegate(registration: Registration, person: Person, *, actor: User) -> Registration:
    """Another person of the unit takes the place. The seat count never changes and the waiting list stays; the old ticket dies.

    Price, payment notice and sessions go along; the answers of the person who leaves do not.
    Raises InvalidTransition for a place that is not held, AlreadyRegistered, RegistrationClosed after the time for it.
    """
    meeting = registration.meeting
    lock_invoice(registration)
    lock_places(meeting, registration.institution)
    lock(registration)
    if registration.status not in {RegistrationStatus.CONFIRMED, RegistrationStatus.PENDING_PAYMENT}:
        raise InvalidTransition
    if now() >= meeting.swap_until:
        raise RegistrationClosed
    _refuse_twice(meeting, person)
    status = registration.status
    sessions = list(SessionPlace.objects.filter(registration=registration).values_list("session_id", flat=True))
    SessionPlace.objects.filter(registration=registration).delete()
    registration.answers.all().delete()
    move(registration, to=RegistrationStatus.REPLACED)
    place = create(
        meeting, registration.institution, person, registration.offer, status, actor=actor, replaces=registration,
        invoice=registration.invoice, hold_until=registration.hold_until, override_reason=registration.override_reason,
    )  # fmt: skip
    for session in sessions:
        SessionPlace.objects.create(session_id=session, registration=place)
    record("registration.replaced", registration, place, meeting, registration.institution, actor=actor, before=registration.person.name, after=person.name)
    place_mails.tell(place)
    mails.cancelled(registration)
    return place
