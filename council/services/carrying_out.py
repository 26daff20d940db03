"""What becomes of a decision: memberships and payment notices, departures, tiers; and the way of their subjects to the vote."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.common.audit import record
from alliance.common.clock import local_date
from alliance.common.exceptions import DomainError
from council.enums import Outcome
from council.models import Motion, Result
from fees.services.billing import issue_joining_invoice
from members.enums import ApplicationStatus, DepartureStatus
from members.models import Application, Departure
from members.services.departures import approve_departure, decline_departure, put_departure_to_ballot, take_departure_from_ballot
from members.services.joining import approve_application, decline_by_council
from members.services.memberships import change_tier
from members.services.screening import put_to_ballot, take_from_ballot


def put_to_vote(motions: list[Motion], *, actor: Any, source: str = "") -> None:
    """Applications and departures of these motions are before the body from now on. Raises InvalidTransition when one has moved on."""
    for motion in motions:
        # For a second vote the application or departure is before the bodies already.
        second = motion.previous is not None and motion.previous.needs_second_vote
        if motion.application and not (second and motion.application.status == ApplicationStatus.BALLOTED):
            put_to_ballot(motion.application, actor=actor, source=source)
        if motion.departure and not (second and motion.departure.status == DepartureStatus.BALLOTED):
            put_departure_to_ballot(motion.departure, actor=actor, source=source)


def carry_out(result: Result, *, actor: Any, source: str) -> None:
    """Do what was decided, in the transaction of the close. What passed and needs the second vote waits for it (R15)."""
    motion = result.motion
    if result.outcome == Outcome.PASSED and motion.needs_second_vote:
        record("motion.needs_second_vote", *[obj for obj in (motion.application, motion.departure, motion.ballot) if obj], actor=actor, source=source)
        return
    if motion.membership is not None:
        _change_tier(result, actor=actor, source=source)
    if motion.departure is not None:
        _decide_departure(result, motion.departure, actor=actor, source=source)
    if motion.application is not None:
        _decide_application(result, motion.application, actor=actor, source=source)


def where_decided(result: Result) -> str:
    """Ballot, motion and outcome in words for records that others read: no counts, since whoever reads on may not know them."""
    motion = result.motion
    with translation.override(settings.LANGUAGE_CODE):
        return _("%(ballot)s, motion %(position)s: %(outcome)s") % {
            "ballot": motion.ballot.title,
            "position": motion.position,
            "outcome": Outcome(result.outcome).label,
        }


def _decide_application(result: Result, application: Application, *, actor: Any, source: str) -> None:
    closed_at = result.motion.ballot.closed_at
    assert closed_at is not None  # a closed ballot has its time, by constraint
    on = local_date(closed_at)
    if result.outcome == Outcome.PASSED:
        try:
            with transaction.atomic():
                membership = approve_application(application, actor=actor, source=source, on=on)
                issue_joining_invoice(membership, actor=actor, source=source, on=on)
        except DomainError as error:
            # The vote stands; what hinders this one application (a member by now, no fee schedule) must not hold up the others.
            record("motion.not_carried_out", application, result.motion.ballot, actor=actor, source=source, reason=str(error))
            take_from_ballot(application, actor=actor, source=source, reason=str(error))
    elif result.outcome == Outcome.REJECTED:
        decline_by_council(application, actor=actor, source=source, reason=_("The council did not approve the application."))
    else:
        take_from_ballot(application, actor=actor, source=source, reason=where_decided(result))


def _change_tier(result: Result, *, actor: Any, source: str) -> None:
    motion = result.motion
    if result.outcome != Outcome.PASSED or motion.membership is None or motion.tier is None or motion.from_year is None:
        return
    try:
        with transaction.atomic():
            change_tier(motion.membership, tier=motion.tier, from_year=motion.from_year, actor=actor, source=source, reason=where_decided(result)[:200])
    except DomainError as error:
        record("motion.not_carried_out", motion.membership, motion.ballot, actor=actor, source=source, reason=str(error))


def _decide_departure(result: Result, departure: Departure, *, actor: Any, source: str) -> None:
    closed_at = result.motion.ballot.closed_at
    assert closed_at is not None  # a closed ballot has its time, by constraint
    on, decision = local_date(closed_at), where_decided(result)
    try:
        with transaction.atomic():
            if result.outcome == Outcome.PASSED:
                approve_departure(departure, actor=actor, source=source, decision=decision, on=on)
            elif result.outcome == Outcome.REJECTED:
                decline_departure(departure, actor=actor, source=source, decision=decision, on=on)
            else:
                take_departure_from_ballot(departure, actor=actor, source=source, reason=decision)
    except DomainError as error:
        # The vote stands; a membership that has ended meanwhile must not keep the ballot open for ever.
        record("motion.not_carried_out", departure, result.motion.ballot, actor=actor, source=source, reason=str(error))
        departure.refresh_from_db()
        if departure.status == DepartureStatus.BALLOTED:
            take_departure_from_ballot(departure, actor=actor, source=source, reason=str(error))
