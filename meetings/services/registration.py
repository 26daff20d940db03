"""Taking, giving up and passing on places (R9). Locks: the unit's year, its place in the meeting, the meeting, always in this order."""

import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import local_date, now
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock, polite_timeout
from alliance.common.transitions import move
from fees.selectors.standing import in_good_standing
from meetings import mails
from meetings.enums import LIVE, SEATED, Audience, MeetingStatus, RegistrationStatus
from meetings.models import Meeting, Offer, Registration, UnitMeeting, UnitYear
from meetings.selectors.allowances import allowance_for
from members.models import Institution, Person, User
from members.selectors.memberships import membership_of


class RegistrationClosed(DomainError):
    """Not yet, or no longer, or never published."""

    message = _("Registration for this meeting is not open.")


class AlreadyRegistered(DomainError):
    """A person comes once."""

    message = _("This person is already registered for this meeting.")


class NoOffer(DomainError):
    """The unit fits none of the offers."""

    message = _("Your unit cannot register for this meeting at the moment: a place needs an active membership without overdue fees.")


class UnitFull(DomainError):
    """All places of the unit are taken."""


class NoFreeMeetingLeft(DomainError):
    """The yearly allowance is used up."""


class MeetingFull(DomainError):
    """No place left at all."""

    message = _("The meeting is full.")


@transaction.atomic
def register(meeting: Meeting, institution: Institution, person: Person, *, actor: User) -> Registration:
    """A place for one of the unit's people, on the first offer that fits; on the waiting list when the meeting is full.

    Raises RegistrationClosed, AlreadyRegistered, NoOffer, UnitFull (R9: three at each meeting), NoFreeMeetingLeft (R9: three a year).
    """
    lock_places(meeting, institution)
    if meeting.status != MeetingStatus.PUBLISHED or not meeting.members_from <= now() <= meeting.register_until:
        raise RegistrationClosed
    if Registration.objects.filter(meeting=meeting, person=person, status__in=LIVE).exists():
        raise AlreadyRegistered
    offer = best_offer(meeting, institution)
    try:
        registration = _seat(meeting, institution, person, offer, actor=actor)
    except MeetingFull:
        registration = _create(meeting, institution, person, offer, RegistrationStatus.WAITLISTED, actor=actor)
    record("registration.made", registration, meeting, institution, actor=actor, person=person.name, status=registration.status)
    mails.registered(registration)
    return registration


def lock_places(meeting: Meeting, institution: Institution) -> None:
    """Take the three locks of a place. Raises Busy when one is not free within five seconds."""
    year, _made = UnitYear.objects.get_or_create(institution=institution, year=meeting.year)
    place, _made = UnitMeeting.objects.get_or_create(institution=institution, meeting=meeting)
    with polite_timeout():
        UnitYear.objects.select_for_update().get(pk=year.pk)
        UnitMeeting.objects.select_for_update().get(pk=place.pk)
        lock(meeting)


def best_offer(meeting: Meeting, institution: Institution) -> Offer:
    """The first of the meeting's offers that the unit fits. Raises NoOffer."""
    membership = membership_of(institution)
    good = membership is not None and in_good_standing(membership, local_date(now()))
    for offer in meeting.offers.all():
        if offer.audience == Audience.PUBLIC:
            return offer
        if membership is not None and membership.number and (good or not offer.needs_good_standing):
            return offer
    raise NoOffer


def _seat(meeting: Meeting, institution: Institution, person: Person, offer: Offer, *, actor: User) -> Registration:
    """A confirmed place; the trigger's refusals in words."""
    try:
        with transaction.atomic():
            return _create(meeting, institution, person, offer, RegistrationStatus.CONFIRMED, actor=actor)
    except IntegrityError as error:
        raise refusal(error, meeting, institution, offer) from error


def _create(meeting: Meeting, institution: Institution, person: Person, offer: Offer, status: str, *, actor: User, **extra: Any) -> Registration:
    return Registration.objects.create(
        meeting=meeting, institution=institution, person=person, offer=offer, status=status, ticket=secrets.token_urlsafe(12), registered_by=actor, **extra
    )


def refusal(error: IntegrityError, meeting: Meeting, institution: Institution, offer: Offer) -> DomainError:
    """What the database's refusal means, for the person who registers."""
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if constraint == "seats_per_unit":
        text = _("%(unit)s has taken all its %(seats)s places at this meeting. You can replace a colleague who is registered.")
        return UnitFull(text % {"unit": institution.name, "seats": offer.seats_per_unit})
    if constraint == "free_meetings_per_year":
        text = _("%(unit)s has used its %(free)s free meetings of %(year)s.")
        return NoFreeMeetingLeft(text % {"unit": institution.name, "free": allowance_for(meeting.year).free_meetings, "year": meeting.year})
    return MeetingFull() if constraint == "meeting_capacity" else AlreadyRegistered()


@transaction.atomic
def cancel_registration(registration: Registration, *, actor: User | None = None, source: str = "", reason: str = "") -> Registration:
    """Give up a place; the first in line who may moves up. Raises InvalidTransition."""
    lock_places(registration.meeting, registration.institution)
    lock(registration)
    had_seat = registration.status in SEATED
    move(registration, to=RegistrationStatus.CANCELLED, reason=reason)
    record(
        "registration.cancelled",
        registration,
        registration.meeting,
        registration.institution,
        actor=actor,
        source=source,
        person=registration.person.name,
        reason=reason,
    )
    mails.cancelled(registration)
    if had_seat:
        promote_next(registration.meeting, actor=actor, source=source)
    return registration


def promote_next(meeting: Meeting, *, actor: User | None = None, source: str = "") -> Registration | None:
    """Seat the first on the waiting list whose unit still has a place; the others keep their turn. Returns who moved up."""
    for waiting in meeting.registrations.filter(status=RegistrationStatus.WAITLISTED).order_by("pk"):
        try:
            with transaction.atomic():
                move(waiting, to=RegistrationStatus.CONFIRMED)
        except IntegrityError:
            continue
        record("registration.promoted", waiting, meeting, waiting.institution, actor=actor, source=source, person=waiting.person.name)
        mails.registered(waiting, promoted=True)
        return waiting
    return None


@transaction.atomic
def substitute_delegate(registration: Registration, person: Person, *, actor: User) -> Registration:
    """Another person of the unit takes the place. The seat count never changes and the waiting list stays; the old ticket dies.

    Raises InvalidTransition for a place that is not confirmed, AlreadyRegistered, RegistrationClosed after the meeting has begun.
    """
    meeting = registration.meeting
    lock_places(meeting, registration.institution)
    lock(registration)
    if registration.status != RegistrationStatus.CONFIRMED:
        raise InvalidTransition
    if now() >= meeting.starts_at:
        raise RegistrationClosed
    if Registration.objects.filter(meeting=meeting, person=person, status__in=LIVE).exists():
        raise AlreadyRegistered
    move(registration, to=RegistrationStatus.REPLACED)
    place = _create(meeting, registration.institution, person, registration.offer, RegistrationStatus.CONFIRMED, actor=actor, replaces=registration)
    record("registration.replaced", registration, place, meeting, registration.institution, actor=actor, before=registration.person.name, after=person.name)
    mails.registered(place)
    mails.cancelled(registration)
    return place
