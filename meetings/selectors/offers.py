"""Which offers a unit, and a person of it, may take; the best one; and why (R9 to R11, R14)."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from alliance.common.clock import local_date, now
from fees.selectors.standing import in_good_standing
from meetings.enums import SEATED, Audience, MeetingStatus, NominationStatus, PriceKind, RegistrationStatus
from meetings.models import Meeting, Nomination, Offer, Registration
from meetings.selectors.allowances import allowance_for
from members.models import Institution, Membership, Person
from members.selectors.memberships import membership_of

TAKES_SEAT = Q(status__in=SEATED) | Q(keeps_seat=True)
TAKES_ALLOWANCE = Q(uses_allowance=True) & (Q(status__in=SEATED) | Q(keeps_allowance=True))


@dataclass(frozen=True)
class Fit:
    """An offer, whether it can be taken now, the reason in words, how many places the unit has left of it and has in all (None: no limit)."""

    offer: Offer
    fits: bool
    reason: str
    left: int | None = None
    used_up: bool = False
    per_unit: int | None = None

    @property
    def price(self) -> Decimal:
        """Per person, in yuan."""
        return self.offer.price or Decimal("0.00")


@dataclass
class Standing:
    """What decides about a unit at a meeting, read once: membership, standing, tier, what is used of each offer and of the year."""

    membership: Membership | None
    good: bool
    tier_id: int | None
    of_unit: Counter
    of_all: Counter
    free_meetings: int
    used_meetings: int
    draws_here: bool
    unit_total: int
    free_delegates: int
    free_taken: int

    @property
    def is_member(self) -> bool:
        """Admitted and not ended."""
        return self.membership is not None and self.membership.number is not None


def standing_at(meeting: Meeting, institution: Institution) -> Standing:
    """Read what decides about the unit at the meeting."""
    membership = membership_of(institution)
    tier = membership.tier_in(meeting.year) if membership else None
    allowance = allowance_for(meeting.year)
    seated = Registration.objects.filter(TAKES_SEAT, meeting=meeting).order_by()
    of_unit: Counter = Counter(seated.filter(institution=institution).values_list("offer_id", flat=True))
    of_all: Counter = Counter()
    if any(offer.seats is not None for offer in meeting.offers.all()):
        of_all.update(dict(seated.values_list("offer_id").annotate(count=Count("pk"))))
    drawn = set(Registration.objects.filter(TAKES_ALLOWANCE, institution=institution, year=meeting.year).values_list("meeting_id", flat=True))
    return Standing(
        membership=membership,
        good=membership is not None and in_good_standing(membership, local_date(now())),
        tier_id=tier.pk if tier else None,
        of_unit=of_unit,
        of_all=of_all,
        free_meetings=allowance.free_meetings,
        used_meetings=len(drawn),
        draws_here=meeting.pk in drawn,
        unit_total=sum(of_unit.values()),
        free_delegates=allowance.delegates_per_meeting,
        free_taken=seated.filter(institution=institution, uses_allowance=True).count(),
    )


def offers_of(meeting: Meeting) -> list[Offer]:
    """The meeting's offers, the cheapest first; among those that cost the same one that leaves the allowance alone, then by position."""
    found = meeting.offers.prefetch_related("tiers")
    return sorted(found, key=lambda o: (o.price is None, o.price or 0, o.draws_on_allowance, o.position, o.pk))


def window_of(offer: Offer, meeting: Meeting) -> tuple[dt.datetime | None, dt.datetime]:
    """From when until when an offer can be taken; never before its audience may know of the meeting (R12). None: never."""
    visible = meeting.members_from if offer.audience in {Audience.MEMBERS, Audience.NOMINEES} else meeting.public_from
    until = min(offer.closes_at, meeting.register_until) if offer.closes_at else meeting.register_until
    if visible is None:
        return None, until
    return max(visible, offer.opens_at) if offer.opens_at else visible, until


def fits_for(meeting: Meeting, institution: Institution, *, person: Person | None = None, standing: Standing | None = None, at_door: bool = False) -> list[Fit]:
    """Every offer of the meeting, best first, with whether the unit (and the person) may take it now and why or why not.

    `at_door`: on the day the times for registering are over, and the offers themselves decide.
    """
    standing = standing or standing_at(meeting, institution)
    named = set()
    if person is not None and any(offer.audience == Audience.NOMINEES for offer in meeting.offers.all()):
        confirmed = Nomination.objects.filter(offer__meeting=meeting, person=person, status=NominationStatus.CONFIRMED)
        named = set(confirmed.values_list("offer_id", flat=True))
    return [_fit(offer, meeting, standing, named, at_door=at_door) for offer in offers_of(meeting)]


def may_nominate(offer: Offer, meeting: Meeting, institution: Institution) -> bool:
    """Whether the unit may name people for the offer now: it is meant for such units, and its time has begun and not ended."""
    standing = standing_at(meeting, institution)
    return bool(offer.nominations_per_unit) and not (_not_for(offer, standing, {offer.pk}) or _not_now(offer, meeting))


def _fit(offer: Offer, meeting: Meeting, standing: Standing, named: set[int], *, at_door: bool) -> Fit:
    refused = _not_for(offer, standing, named) or ("" if at_door else _not_now(offer, meeting))
    if refused:
        return Fit(offer, fits=False, reason=refused)
    left = _left(offer, meeting, standing)
    if left is not None and left <= 0:
        return Fit(offer, fits=False, reason=_("All its places for your unit are taken."), left=0, used_up=True, per_unit=_per_unit(offer, standing))
    if offer.seats is not None and standing.of_all[offer.pk] >= offer.seats:
        return Fit(offer, fits=False, reason=_("All its places are taken."), left=0, used_up=True)
    if offer.draws_on_allowance and not standing.draws_here and standing.used_meetings >= standing.free_meetings:
        text = _("The %(free)s free meetings of %(year)s have been used.") % {"free": standing.free_meetings, "year": meeting.year}
        return Fit(offer, fits=False, reason=text, left=left, used_up=True)
    return Fit(offer, fits=True, reason=why(offer, meeting), left=left)


def _not_for(offer: Offer, standing: Standing, named: set[int]) -> str:
    """Why the unit or the person is not meant; empty when they are."""
    if offer.audience == Audience.OTHERS and standing.is_member:
        return _("For units that are not members.")
    if offer.audience in {Audience.MEMBERS, Audience.NOMINEES}:
        if not standing.is_member:
            return _("For member units.")
        tiers = [tier.pk for tier in offer.tiers.all()]
        if tiers and standing.tier_id not in tiers:
            return _("For units of these tiers: %(tiers)s.") % {"tiers": "、".join(tier.name for tier in offer.tiers.all())}
        if offer.needs_good_standing and not standing.good:
            return _("For units in good standing: the membership is suspended, or fees are overdue.")
    if offer.audience == Audience.NOMINEES and offer.pk not in named:
        return _("For nominees whom the secretariat has confirmed.")
    return ""


def _not_now(offer: Offer, meeting: Meeting) -> str:
    """Why the offer cannot be taken at this moment; empty when it can."""
    begin, until = window_of(offer, meeting)
    if begin is None:
        return _("Not open to the public.")
    if now() < begin:
        return _("Open from %(moment)s.") % {"moment": _moment(begin)}
    if now() > until:
        return _("Was open until %(moment)s.") % {"moment": _moment(until)}
    if offer.price is None:
        return _("The price has not been announced yet.")
    return ""


def _left(offer: Offer, meeting: Meeting, standing: Standing) -> int | None:
    limits = []
    if offer.seats_per_unit is not None:
        limits.append(offer.seats_per_unit - standing.of_unit[offer.pk])
    if offer.draws_on_allowance:
        limits.append(standing.free_delegates - standing.free_taken)
    if meeting.unit_limit is not None:
        limits.append(meeting.unit_limit - standing.unit_total)
    return max(0, min(limits)) if limits else None


def _per_unit(offer: Offer, standing: Standing) -> int | None:
    """How many of a unit may take the offer at one meeting: what it says, and of the free allowance no more than R9 gives."""
    limits = [offer.seats_per_unit, standing.free_delegates if offer.draws_on_allowance else None]
    return min((limit for limit in limits if limit is not None), default=None)


def why(offer: Offer, meeting: Meeting) -> str:
    """In a sentence, what makes this the terms of a place."""
    until = _(" (until %(moment)s)") % {"moment": _moment(offer.closes_at)} if offer.closes_at else ""
    if offer.draws_on_allowance:
        return _("Free of charge, as one of the unit's free meetings of %(year)s.") % {"year": meeting.year}
    if offer.price_kind == PriceKind.FREE:
        return _("Free of charge; the yearly free meetings are not touched.")
    price = f"¥{offer.price:,.2f}"
    return _("%(kind)s: %(price)s per person%(until)s.") % {"kind": PriceKind(offer.price_kind).label, "price": price, "until": until}


def best_of(fits: list[Fit]) -> Fit | None:
    """The best offer that can be taken now; None when there is none."""
    return next((fit for fit in fits if fit.fits), None)


def takes_registrations(meeting: Meeting) -> bool:
    """Published, begun to be shown, before the end of registration, and not for staff alone."""
    return meeting.status == MeetingStatus.PUBLISHED and not meeting.is_internal and meeting.members_from <= now() <= meeting.register_until


def seats_taken(meeting: Meeting) -> int:
    """Places taken now, with those that were cancelled too late to be given back."""
    return Registration.objects.filter(TAKES_SEAT, meeting=meeting).count()


def is_full(meeting: Meeting) -> bool:
    """Whether who registers now goes to the waiting list."""
    waits = Registration.objects.filter(meeting=meeting, status=RegistrationStatus.WAITLISTED).exists()
    return waits or seats_taken(meeting) >= meeting.capacity


def has_details(meeting: Meeting) -> bool:
    """Whether participants are asked anything, or choose sessions."""
    return meeting.questions.exists() or meeting.sessions.filter(capacity__isnull=False).exists()


def position_in_line(registration: Registration) -> int:
    """1 for the first on the waiting list."""
    ahead = Q(queued_at__lt=registration.queued_at) | Q(queued_at=registration.queued_at, pk__lt=registration.pk)
    return Registration.objects.filter(ahead, meeting=registration.meeting_id, status="waitlisted").count() + 1


def _moment(moment: Any) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")
