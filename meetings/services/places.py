"""Locks of a place, and how a row comes to hold one. Locks: the unit's year, the unit's place in the meeting, the meeting, always in this order."""

import datetime as dt
import secrets
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import now
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock, polite_timeout
from meetings.enums import RegistrationStatus
from meetings.exceptions import AlreadyRegistered, MeetingFull, NoFreeMeetingLeft, OfferFull, UnitFull
from meetings.models import Meeting, Offer, Registration, UnitMeeting, UnitYear
from meetings.selectors.allowances import allowance_for
from members.models import Institution, Person, User


def lock_places(meeting: Meeting, institution: Institution) -> None:
    """Take the three locks of a place. Raises Busy when one is not free within five seconds."""
    year, _made = UnitYear.objects.get_or_create(institution=institution, year=meeting.year)
    place, _made = UnitMeeting.objects.get_or_create(institution=institution, meeting=meeting)
    with polite_timeout():
        UnitYear.objects.select_for_update().get(pk=year.pk)
        UnitMeeting.objects.select_for_update().get(pk=place.pk)
        lock(meeting)


def lock_unit_at_once(registration: Registration) -> bool:
    """The unit's two locks while the meeting's is held already, so without ever waiting; False when somebody else has one of them."""
    try:
        with transaction.atomic():
            list(UnitYear.objects.select_for_update(nowait=True).filter(institution=registration.institution_id, year=registration.year))
            list(UnitMeeting.objects.select_for_update(nowait=True).filter(institution=registration.institution_id, meeting=registration.meeting_id))
    except OperationalError:
        return False
    return True


def create(meeting: Meeting, institution: Institution, person: Person, offer: Offer, status: str, *, actor: User | None, **extra: Any) -> Registration:
    """The row as it is born; price, year and allowance are what its trigger will make them."""
    values = {"price": offer.price or Decimal("0.00"), "year": meeting.year, "uses_allowance": offer.draws_on_allowance, "ticket": secrets.token_urlsafe(12)}
    return Registration.objects.create(
        meeting=meeting, institution=institution, person=person, offer=offer, status=status, registered_by=actor, **values, **extra
    )


def seat(meeting: Meeting, institution: Institution, person: Person, offer: Offer, *, actor: User | None, **extra: Any) -> Registration:
    """A place: confirmed, or held for payment where it costs something. Raises the trigger's refusals in words."""
    try:
        with transaction.atomic():
            return create(meeting, institution, person, offer, actor=actor, **seated_as(meeting, offer.price), **extra)
    except IntegrityError as error:
        raise refusal(error, meeting, institution, offer) from error


def seated_as(meeting: Meeting, price: Any) -> dict[str, Any]:
    """Status and deadline of a place that is taken at this price now; no later than the beginning of the meeting."""
    if not price:
        return {"status": RegistrationStatus.CONFIRMED}
    until = min(now() + dt.timedelta(days=meeting.hold_days), max(meeting.starts_at, now() + dt.timedelta(hours=1)))
    return {"status": RegistrationStatus.PENDING_PAYMENT, "hold_until": until}


def constraint_of(error: Exception) -> str:
    """The name of what the database refused."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""


def refusal(error: Exception, meeting: Meeting, institution: Institution, offer: Offer) -> DomainError:
    """What the database's refusal means, for the person who registers."""
    constraint = constraint_of(error)
    if constraint == "seats_per_unit":
        text = _("%(unit)s has taken all its %(seats)s places at this meeting. You can replace a colleague who is registered.")
        return UnitFull(text % {"unit": institution.name, "seats": offer.seats_per_unit})
    if constraint == "free_delegates_per_meeting":
        text = _("%(unit)s has taken its %(seats)s free places at this meeting. You can replace a colleague who is registered.")
        return UnitFull(text % {"unit": institution.name, "seats": allowance_for(meeting.year).delegates_per_meeting})
    if constraint == "unit_limit":
        text = _("%(unit)s has taken all its %(seats)s places at this meeting. You can replace a colleague who is registered.")
        return UnitFull(text % {"unit": institution.name, "seats": meeting.unit_limit})
    if constraint == "free_meetings_per_year":
        text = _("%(unit)s has used its %(free)s free meetings of %(year)s.")
        return NoFreeMeetingLeft(text % {"unit": institution.name, "free": allowance_for(meeting.year).free_meetings, "year": meeting.year})
    if constraint == "offer_seats":
        return OfferFull()
    return MeetingFull() if constraint in {"meeting_capacity", "first_in_line"} else AlreadyRegistered()
