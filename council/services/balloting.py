"""Drafting, opening, extending, cancelling and closing a ballot (R1, R15)."""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import database_now, local_date
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.transitions import move
from council import mails
from council.enums import BallotStatus, MotionKind, Outcome
from council.models import Ballot, Body, Elector, Motion, Recusal, Result
from council.procedure import decide
from council.selectors.ballots import counts, current_seats, procedure_for
from fees.services.billing import issue_joining_invoice
from members.models import Application, Departure, User
from members.services.departures import approve_departure, decline_departure, put_departure_to_ballot, take_departure_from_ballot
from members.services.joining import approve_application, decline_by_council
from members.services.screening import put_to_ballot, take_from_ballot

logger = logging.getLogger(__name__)


class CannotOpen(DomainError):
    """Something is missing."""


@transaction.atomic
def draft_ballot(
    *,
    body: Body,
    title: str,
    closes_at: dt.datetime,
    applications: list[Application],
    actor: User,
    introduction: str = "",
    departures: Sequence[Departure] = (),
    text: tuple[str, str] | None = None,
) -> Ballot:
    """A draft with a motion for each of these applications and departures, which must have passed the screening, and one (title, text) of its own."""
    ballot = Ballot.objects.create(body=body, title=title, introduction=introduction, closes_at=closes_at, drafted_by=actor)
    for application in applications:
        add_motion(ballot, application=application, title=str(_("Admit %(name)s")) % {"name": application.institution_name})
    for departure in departures:
        add_motion(ballot, departure=departure, title=f"{departure.get_kind_display()}：{departure.membership.institution.name}")
    if text is not None:
        add_motion(ballot, title=text[0], text=text[1])
    record("ballot.drafted", ballot, *applications, *departures, actor=actor)
    return ballot


@transaction.atomic
def add_motion(ballot: Ballot, *, title: str, application: Application | None = None, departure: Departure | None = None, text: str = "") -> Motion:
    """Add a motion at the end of a draft. Raises InvalidTransition when the ballot is open already."""
    lock(ballot)
    if ballot.status != BallotStatus.DRAFT:
        raise InvalidTransition
    kind = MotionKind.ADMIT if application else MotionKind.DEPART if departure else MotionKind.TEXT
    return Motion.objects.create(
        ballot=ballot, position=ballot.motions.count() + 1, kind=kind, application=application, departure=departure, title=title[:160], text=text
    )


@transaction.atomic
def open_ballot(ballot: Ballot, *, actor: User) -> Ballot:
    """Open: freeze rules and electorate, recuse each seat from the motion about its own institution, tell every elector.

    Raises CannotOpen without motions, rules, seats or time, InvalidTransition when an application has moved on.
    """
    lock(ballot)
    now = database_now()
    procedure = procedure_for(ballot.body_id, local_date(now))
    seats = list(current_seats(ballot.body_id, local_date(now)))
    motions = list(ballot.motions.select_related("application__institution", "departure__membership__institution"))
    if not motions:
        raise CannotOpen(_("The ballot has no motion."))
    if procedure is None:
        raise CannotOpen(_("The body has no rules of procedure in force."))
    if not seats:
        raise CannotOpen(_("The body has no seats."))
    if ballot.closes_at <= now:
        raise CannotOpen(_("The closing time has passed. Set a later one."))
    for motion in motions:
        if motion.application:
            put_to_ballot(motion.application, actor=actor)
        if motion.departure:
            put_departure_to_ballot(motion.departure, actor=actor)
    move(ballot, to=BallotStatus.OPEN, opened_at=now, procedure=procedure)
    electors = [Elector.objects.create(ballot=ballot, seat=seat, institution=seat.institution, person=seat.person) for seat in seats]
    _recuse_own(electors, motions)
    record("ballot.opened", ballot, *[m.application for m in motions if m.application], actor=actor, seats=len(seats))
    for elector in electors:
        mails.ballot_opened(ballot, elector)
    return ballot


def _recuse_own(electors: list[Elector], motions: list[Motion]) -> None:
    for elector in electors:
        for motion in motions:
            if motion.institution_id == elector.institution_id:
                Recusal.objects.create(elector=elector, motion=motion, automatic=True, reason=str(_("The motion is about the own institution.")))


@transaction.atomic
def extend_ballot(ballot: Ballot, *, actor: User, closes_at: dt.datetime, reason: str) -> Ballot:
    """Give an open ballot a later end. Raises InvalidTransition, CannotOpen for a time that is not later."""
    lock(ballot)
    if ballot.status != BallotStatus.OPEN:
        raise InvalidTransition
    if closes_at <= max(ballot.closes_at, database_now()):
        raise CannotOpen(_("The new closing time must be later than the present one."))
    before, ballot.closes_at = ballot.closes_at, closes_at
    ballot.save(update_fields=["closes_at", "updated_at"])
    record("ballot.extended", ballot, actor=actor, before=before, after=closes_at, reason=reason)
    return ballot


@transaction.atomic
def cancel_ballot(ballot: Ballot, *, actor: User, reason: str) -> Ballot:
    """Stop a draft or an open ballot without a result; its applications wait for the next one. Raises InvalidTransition."""
    lock(ballot)
    was_open = ballot.status == BallotStatus.OPEN
    move(ballot, to=BallotStatus.CANCELLED, cancel_reason=reason)
    applications = [m.application for m in ballot.motions.select_related("application") if m.application]
    if was_open:
        for application in applications:
            take_from_ballot(application, actor=actor, reason=reason)
        for departure in Departure.objects.filter(motions__ballot=ballot):
            take_departure_from_ballot(departure, actor=actor, reason=reason)
    record("ballot.cancelled", ballot, *applications, actor=actor, reason=reason)
    return ballot


@transaction.atomic
def close_ballot(ballot: Ballot, *, actor: Any = None, source: str = "") -> Ballot:
    """Close: count once under the ballot's lock, store the results, and carry them out, all in one transaction.

    An approved university gets its membership and its joining invoice (R1, R3). Closing a closed ballot changes nothing.
    Raises InvalidTransition for a draft or cancelled ballot.
    """
    lock(ballot)
    if ballot.status == BallotStatus.CLOSED:
        return ballot
    move(ballot, to=BallotStatus.CLOSED, closed_at=database_now())
    seats = ballot.electors.count()
    motions = list(ballot.motions.select_related("application__institution", "departure__membership__institution"))
    applications = [motion.application for motion in motions if motion.application]
    record("ballot.closed", ballot, *applications, actor=actor, source=source)
    for motion in motions:
        _carry_out(_count(motion, seats), actor=actor, source=source)
    return ballot


def _count(motion: Motion, seats: int) -> Result:
    votes = counts(motion)
    numbers = {
        "seats": seats,
        "recused": motion.recusals.count(),
        "votes_for": votes["for"],
        "votes_against": votes["against"],
        "abstentions": votes["abstain"],
    }
    rules = motion.ballot.procedure
    assert rules is not None  # an opened ballot has its rules, by constraint
    decision = decide(rules, **numbers)
    return Result.objects.create(motion=motion, outcome=decision.outcome, rule_text=decision.explanation, **numbers)


def _carry_out(result: Result, *, actor: Any, source: str) -> None:
    application = result.motion.application
    if result.motion.departure is not None:
        _carry_out_departure(result, result.motion.departure, actor=actor, source=source)
    if application is None:
        return
    if result.outcome == Outcome.PASSED:
        closed_at = result.motion.ballot.closed_at
        assert closed_at is not None  # a closed ballot has its time, by constraint
        on = local_date(closed_at)
        try:
            with transaction.atomic():
                membership = approve_application(application, actor=actor, source=source, on=on)
                issue_joining_invoice(membership, actor=actor, source=source, on=on)
        except DomainError as error:
            # The vote stands; what hinders this one application (a member by now, no fee schedule) must not hold up the others.
            record("motion.not_carried_out", application, result.motion.ballot, actor=actor, source=source, reason=str(error))
            take_from_ballot(application, actor=actor, source=source, reason=str(error))
    elif result.outcome == Outcome.REJECTED:
        decline_by_council(application, actor=actor, source=source, reason=str(_("The council did not approve the application.")))
    else:
        take_from_ballot(application, actor=actor, source=source, reason=result.rule_text)


def _carry_out_departure(result: Result, departure: Departure, *, actor: Any, source: str) -> None:
    closed_at = result.motion.ballot.closed_at
    assert closed_at is not None  # a closed ballot has its time, by constraint
    on, decision = local_date(closed_at), f"{result.motion.ballot.title}：{result.rule_text}"
    if result.outcome == Outcome.PASSED:
        approve_departure(departure, actor=actor, source=source, decision=decision, on=on)
    elif result.outcome == Outcome.REJECTED:
        decline_departure(departure, actor=actor, source=source, decision=decision, on=on)
    else:
        take_departure_from_ballot(departure, actor=actor, source=source, reason=result.rule_text)


def close_due_ballots() -> int:
    """Close the ballots whose time has come, by the database's clock. Safe in any number of workers. Returns how many were closed."""
    closed = 0
    for ballot in Ballot.objects.filter(status=BallotStatus.OPEN, closes_at__lte=database_now()):
        try:
            close_ballot(ballot, source="task:close-ballots")
        except Exception:
            # One ballot that cannot be closed must not keep the others open; the next sweep tries again.
            logger.exception("Ballot %s could not be closed", ballot.pk)
            continue
        closed += 1
    return closed
