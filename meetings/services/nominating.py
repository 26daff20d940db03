"""Recommended places (首批推荐名额, R11): units nominate, staff rank and confirm, the confirmed have their place at once."""

from django.db import IntegrityError, transaction

from alliance.common.audit import record
from alliance.common.exceptions import InvalidTransition
from alliance.common.locking import lock
from alliance.common.transitions import move
from meetings import place_mails
from meetings.enums import LIVE, MeetingStatus, NominationStatus
from meetings.exceptions import AlreadyRegistered, NominationsClosed, NominationsUsedUp
from meetings.models import Nomination, Offer, Registration
from meetings.selectors.offers import may_nominate
from meetings.services.paying import bill_places
from meetings.services.places import lock_places, seat
from meetings.services.waiting import promote_waiting
from members.models import Institution, Person, User


@transaction.atomic
def nominate(offer: Offer, institution: Institution, person: Person, *, actor: User, statement: str = "") -> Nomination:
    """A unit names one of its people. Raises NominationsClosed, NominationsUsedUp, AlreadyRegistered for somebody named already."""
    meeting = offer.meeting
    lock_places(meeting, institution)
    if meeting.status != MeetingStatus.PUBLISHED or not may_nominate(offer, meeting, institution):
        raise NominationsClosed
    running = Nomination.objects.filter(offer=offer, institution=institution).exclude(status=NominationStatus.WITHDRAWN)
    if running.count() >= offer.nominations_per_unit:
        raise NominationsUsedUp
    try:
        with transaction.atomic():
            nomination = Nomination.objects.create(offer=offer, institution=institution, person=person, statement=statement, nominated_by=actor)
    except IntegrityError as error:
        raise AlreadyRegistered from error
    record("nomination.made", nomination, meeting, institution, actor=actor, person=person.name, offer=offer.name)
    return nomination


@transaction.atomic
def withdraw_nomination(nomination: Nomination, *, actor: User) -> Nomination:
    """The unit takes it back; a place that came of it is cancelled like any other. Raises InvalidTransition."""
    lock(nomination)
    move(nomination, to=NominationStatus.WITHDRAWN, rank=None)
    record("nomination.withdrawn", nomination, nomination.offer.meeting, nomination.institution, actor=actor, person=nomination.person.name)
    return nomination


@transaction.atomic
def rank_nominations(offer: Offer, order: list[int], *, actor: User) -> int:
    """Staff put the nominations in order: `order` is primary keys, the first the best; those not named have no rank. Returns how many were ranked."""
    lock(offer.meeting)
    rows = {n.pk: n for n in Nomination.objects.select_for_update().filter(offer=offer)}
    ranked = [pk for pk in order if pk in rows]
    for nomination in rows.values():
        rank = ranked.index(nomination.pk) + 1 if nomination.pk in ranked else None
        if nomination.rank != rank:
            nomination.rank = rank
            nomination.save(update_fields=["rank", "updated_at"])
    record("nomination.ranked", offer.meeting, actor=actor, offer=offer.name, count=len(ranked))
    return len(ranked)


@transaction.atomic
def confirm_nomination(nomination: Nomination, *, actor: User) -> Registration:
    """Confirm; the person has the place at once (held for payment where it costs something), past the waiting list, within all limits.

    Raises InvalidTransition, AlreadyRegistered, and OfferFull, UnitFull or MeetingFull when no place is left: then nothing is confirmed.
    """
    meeting, institution = nomination.offer.meeting, nomination.institution
    lock_places(meeting, institution)
    lock(nomination)
    if meeting.status != MeetingStatus.PUBLISHED:
        raise InvalidTransition
    move(nomination, to=NominationStatus.CONFIRMED)
    if Registration.objects.filter(meeting=meeting, person=nomination.person, status__in=LIVE).exists():
        raise AlreadyRegistered
    place = seat(meeting, institution, nomination.person, nomination.offer, actor=actor, override_reason="推荐名额")
    bill_places(meeting, institution, [place], actor=actor)
    record("nomination.confirmed", nomination, place, meeting, institution, actor=actor, person=nomination.person.name)
    place_mails.tell(place)
    place_mails.nomination_decided(nomination)
    promote_waiting(meeting, actor=actor)
    return place


@transaction.atomic
def decline_nomination(nomination: Nomination, *, actor: User) -> Nomination:
    """No place on these terms; the unit's liaison is told. Raises InvalidTransition."""
    lock(nomination)
    move(nomination, to=NominationStatus.DECLINED)
    record("nomination.declined", nomination, nomination.offer.meeting, nomination.institution, actor=actor, person=nomination.person.name)
    place_mails.nomination_decided(nomination)
    return nomination
