"""Leaving and removal: asked for, screened, decided by the council, carried out (R16)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import today
from alliance.common.exceptions import DomainError
from alliance.common.files import IMAGES, PDF, store
from alliance.common.locking import lock
from alliance.common.numbering import next_number
from alliance.common.transitions import move
from members import mails
from members.enums import DEPARTURE_OPEN, DepartureKind, DepartureStatus, EndedHow, MembershipStatus
from members.models import Departure, Membership, User
from members.services.memberships import end_membership

# Upper floors say what a departure means for their records: label and what becomes of it.
Effect = Callable[[Membership, dt.date], list[str]]
CarryOut = Callable[..., None]
_effects: list[tuple[Effect, CarryOut | None]] = []


class NotAMember(DomainError):
    """There is nothing to leave."""

    message = _("Only a unit that is a member can leave.")


class LetterMissing(DomainError):
    """A unit's wish to leave carries its seal."""

    message = _("Upload the sealed letter of the unit.")


def register_effect(describe: Effect, carry_out: CarryOut | None = None) -> None:
    """`describe(membership, on)` gives sentences about what leaving means; `carry_out(membership, on=, actor=, source=)` does it."""
    _effects.append((describe, carry_out))


def effects_of(membership: Membership, on: dt.date) -> list[str]:
    """What leaving on `on` means for dues, registrations and the like, in sentences; shown before anybody decides, and kept with the decision."""
    return [sentence for describe, _carry_out in _effects for sentence in describe(membership, on)]


@transaction.atomic
def ask_to_leave(
    membership: Membership, *, actor: User, kind: DepartureKind = DepartureKind.LEAVE, reason: str, effective_on: dt.date, letter: UploadedFile | None
) -> Departure:
    """A unit's application to leave (with its sealed letter), or the secretariat's proposal to remove it (without).

    Raises NotAMember, LetterMissing, UploadRefused, DomainError when one is open or the date lies in the past.
    """
    lock(membership)
    if membership.status not in {MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED}:
        raise NotAMember
    if kind == DepartureKind.LEAVE and letter is None:
        raise LetterMissing
    if effective_on < today():
        raise DomainError(_("The date lies in the past."))
    if membership.departures.filter(status__in=DEPARTURE_OPEN).exists():
        raise DomainError(_("A departure of this unit is being decided already."))
    year = today().year
    departure = Departure.objects.create(
        reference=f"TM{year}-{next_number('departure', year):03d}", membership=membership, kind=kind, reason=reason, effective_on=effective_on,
        entered_by=actor, effects=effects_of(membership, effective_on),
    )  # fmt: skip
    if letter is not None:
        departure.letter = store(letter, owner=departure, purpose="departure-letter", actor=actor, allowed=PDF | IMAGES)
        departure.save(update_fields=["letter", "updated_at"])
    record("departure.submitted", departure, membership, membership.institution, actor=actor, kind=str(kind), effective_on=effective_on.isoformat())
    mails.departure_received(departure)
    return departure


@transaction.atomic
def pass_departure(departure: Departure, *, actor: User) -> Departure:
    """In order: to the council. What it means is worked out anew. Raises InvalidTransition."""
    lock(departure)
    move(departure, to=DepartureStatus.SCREENED, effects=effects_of(departure.membership, departure.effective_on))
    record("departure.screened", departure, departure.membership, actor=actor)
    return departure


@transaction.atomic
def withdraw_departure(departure: Departure, *, actor: User) -> Departure:
    """The unit stays. Raises InvalidTransition once it is decided."""
    lock(departure)
    move(departure, to=DepartureStatus.WITHDRAWN)
    record("departure.withdrawn", departure, departure.membership, actor=actor)
    return departure


@transaction.atomic
def decline_departure(departure: Departure, *, actor: Any = None, source: str = "", decision: str, on: dt.date) -> Departure:
    """The unit stays a member; it is told why. Raises InvalidTransition."""
    lock(departure)
    move(departure, to=DepartureStatus.DECLINED, decision=decision[:300], decided_on=on)
    record("departure.declined", departure, departure.membership, actor=actor, source=source, decision=decision)
    mails.departure_decided(departure)
    return departure


@transaction.atomic
def approve_departure(departure: Departure, *, actor: Any = None, source: str = "", decision: str, on: dt.date) -> Departure:
    """The council agreed: the membership ends on the day asked for, or on the day of the decision when that is later. Raises InvalidTransition."""
    lock(departure)
    membership = lock(departure.membership)
    ends = max(departure.effective_on, on)
    effects = effects_of(membership, ends)
    move(departure, to=DepartureStatus.APPROVED, decision=decision[:300], decided_on=on, effects=effects)
    for _describe, carry_out in _effects:
        if carry_out is not None:
            carry_out(membership, on=ends, actor=actor, source=source)
    how = EndedHow.WITHDRAWN if departure.kind == DepartureKind.LEAVE else EndedHow.REMOVED
    end_membership(membership, actor=actor, source=source, how=how, reason=departure.reason, on=ends)
    record("departure.approved", departure, membership, actor=actor, source=source, decision=decision)
    mails.departure_decided(departure)
    return departure


@transaction.atomic
def put_departure_to_ballot(departure: Departure, *, actor: Any = None, source: str = "") -> Departure:
    """Called by the council when a ballot over it opens. Raises InvalidTransition."""
    lock(departure)
    move(departure, to=DepartureStatus.BALLOTED)
    record("departure.balloted", departure, departure.membership, actor=actor, source=source)
    return departure


@transaction.atomic
def take_departure_from_ballot(departure: Departure, *, actor: Any = None, source: str = "", reason: str = "") -> Departure:
    """Called by the council when a ballot ends without a decision. Raises InvalidTransition."""
    lock(departure)
    move(departure, to=DepartureStatus.SCREENED)
    record("departure.unballoted", departure, departure.membership, actor=actor, source=source, reason=reason)
    return departure
