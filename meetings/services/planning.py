"""Publishing, moving and cancelling a meeting."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import local_date
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from alliance.common.transitions import move
from meetings import mails
from meetings.enums import LIVE, Audience, MeetingStatus, RegistrationStatus
from meetings.exceptions import MorePlacesTaken, NoFreeMeetingLeft, PriceMissing
from meetings.models import Meeting, Offer, Registration, UnitYear
from meetings.selectors.allowances import allowance_for
from meetings.services.paying import settle_cancelled
from meetings.services.places import constraint_of
from meetings.services.waiting import promote_waiting
from members.models import User

SHOWN_IN_CALENDARS = {"starts_at", "ends_at", "place", "title", "online_link"}
# Who made plans is told of these; a title that was corrected changes nobody's plans.
TOLD = SHOWN_IN_CALENDARS - {"title"}
# What moves along with the beginning; from when the meeting is shown stays, since it may be shown already.
DEADLINES = ("register_until", "substitute_until", "cancel_until")


@transaction.atomic
def publish_meeting(meeting: Meeting, *, actor: User) -> Meeting:
    """Open the meeting to those who may know of it. Without offers it gets the members' free places of the year's rule (R9).

    Raises InvalidTransition, and PriceMissing while the price of an offer is not known.
    """
    lock(meeting)
    unpriced = meeting.offers.filter(price=None).first()
    if unpriced is not None:
        raise PriceMissing(_("Enter the price of “%(offer)s” first.") % {"offer": unpriced.name})
    move(meeting, to=MeetingStatus.PUBLISHED)
    if not meeting.offers.exists() and not meeting.is_internal:
        seats = allowance_for(meeting.year).delegates_per_meeting
        Offer.objects.create(meeting=meeting, name="成员单位免费名额", audience=Audience.MEMBERS, seats_per_unit=seats, draws_on_allowance=True)
    record("meeting.published", meeting, actor=actor)
    return meeting


@transaction.atomic
def change_meeting(meeting: Meeting, *, actor: User, note: str = "", along: bool = False, **values: Any) -> Meeting:
    """Change time, place or the like. When what a calendar shows has changed, calendars update; of another time, place or link
    everybody on the list is told (with `note`). More places move the line on. `along`: the agenda and the deadlines move by as much as the beginning.

    Raises MorePlacesTaken for fewer places than are taken, NoFreeMeetingLeft when it would move into a year whose free meetings a unit has used.
    """
    _lock_years(meeting, values.get("starts_at"))
    lock(meeting)
    if along and "starts_at" in values:
        values = _move_along(meeting, values["starts_at"] - meeting.starts_at) | values
    changes = {name: [getattr(meeting, name), value] for name, value in values.items() if getattr(meeting, name) != value}
    if not changes:
        return meeting
    for name, value in values.items():
        setattr(meeting, name, value)
    if changes.keys() & SHOWN_IN_CALENDARS:
        meeting.sequence += 1
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError as error:
        raise _refusal(error) from error
    record("meeting.changed", meeting, actor=actor, changes={name: [str(before), str(after)] for name, (before, after) in changes.items()})
    if changes.keys() & TOLD and meeting.status == MeetingStatus.PUBLISHED:
        for registration in meeting.registrations.filter(status__in=LIVE - {RegistrationStatus.ATTENDED, RegistrationStatus.ABSENT}).select_related(
            "person", "institution"
        ):
            registration.meeting = meeting
            mails.moved(registration, note=note)
    promote_waiting(meeting, actor=actor)
    return meeting


def _move_along(meeting: Meeting, shift: dt.timedelta) -> dict[str, dt.datetime]:
    """Move the agenda by `shift`; returns the deadlines as they are after it."""
    if shift:
        meeting.sessions.update(starts_at=F("starts_at") + shift, ends_at=F("ends_at") + shift)
    return {name: before + shift for name in DEADLINES if (before := getattr(meeting, name)) is not None}


def _lock_years(meeting: Meeting, starts_at: Any) -> None:
    """A meeting that moves into another year touches the units' years there: locked first, in one order."""
    if starts_at is None or local_date(starts_at).year == meeting.year:
        return
    units = sorted(set(Registration.objects.filter(meeting=meeting, uses_allowance=True).values_list("institution_id", flat=True)))
    year = local_date(starts_at).year
    UnitYear.objects.bulk_create([UnitYear(institution_id=unit, year=year) for unit in units], ignore_conflicts=True)
    list(UnitYear.objects.select_for_update().filter(institution__in=units, year=year).order_by("institution_id"))


def _refusal(error: IntegrityError) -> DomainError | IntegrityError:
    constraint = constraint_of(error)
    if constraint in {"meeting_capacity", "unit_limit"}:
        return MorePlacesTaken(field="capacity" if constraint == "meeting_capacity" else "unit_limit")
    if constraint == "free_meetings_per_year":
        return NoFreeMeetingLeft(_("In that year a registered unit has no free meeting left. Cancel its places or choose another date."), field="starts_at")
    return error


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, actor: User, reason: str) -> Meeting:
    """The meeting does not take place: everybody on the list is told, the free allowance is given back, unpaid notices are void. Raises InvalidTransition."""
    # Money's locks come first, in the order in which everybody takes them.
    held = meeting.registrations.filter(status__in=LIVE, invoice__isnull=False).select_related("invoice")
    for invoice in sorted({row.invoice for row in held if row.invoice}, key=lambda invoice: (invoice.due_on, invoice.pk)):
        lock(invoice)
    lock(meeting)
    move(meeting, to=MeetingStatus.CANCELLED, sequence=meeting.sequence + 1)
    record("meeting.cancelled", meeting, actor=actor, reason=reason)
    for registration in meeting.registrations.filter(status__in=LIVE).select_related("person", "institution", "invoice"):
        move(registration, to=RegistrationStatus.CANCELLED, reason=reason)
        registration.meeting = meeting
        settle_cancelled(registration, actor=actor, source="", reason=reason)
        mails.cancelled(registration)
    kept = meeting.registrations.filter(status=RegistrationStatus.CANCELLED)
    kept.filter(keeps_allowance=True).update(keeps_allowance=False)
    kept.filter(keeps_seat=True).update(keeps_seat=False)
    return meeting
