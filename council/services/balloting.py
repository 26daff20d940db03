"""Drafting, opening, extending, cancelling and closing a ballot (R1, R15)."""

import datetime as dt
import logging
import secrets
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import BEIJING, database_now, local_date, today
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.files import IMAGES, PDF, store
from alliance.common.locking import lock
from alliance.common.transitions import move
from council import mails
from council.enums import BallotStatus, Held, MotionKind, Office, Outcome
from council.models import Ballot, Body, Elector, Motion, MotionComment, Paper, Procedure, Proxy, Recusal, Result
from council.procedure import decide, is_settled
from council.selectors.ballots import Voter, counts, procedure_for, voters
from fees.services.billing import issue_joining_invoice
from members.enums import ApplicationStatus, DepartureStatus
from members.models import Application, Departure, Institution, Membership, Tier, User
from members.services.departures import approve_departure, decline_departure, put_departure_to_ballot, take_departure_from_ballot
from members.services.joining import approve_application, decline_by_council
from members.services.memberships import change_tier
from members.services.screening import put_to_ballot, take_from_ballot

logger = logging.getLogger(__name__)


class CannotOpen(DomainError):
    """Something is missing."""


class ProxyRefused(DomainError):
    """Not this one."""

    message = _("This proxy is not possible: the rules must allow it, neither side may have given or hold another, and the giver must not have voted.")


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
def add_motion(
    ballot: Ballot,
    *,
    title: str,
    application: Application | None = None,
    departure: Departure | None = None,
    tier_change: tuple[Membership, Tier, int] | None = None,
    text: str = "",
    attachments: Sequence[UploadedFile] = (),
    previous: Motion | None = None,
    needs_second_vote: bool = False,
    actor: Any = None,
) -> Motion:
    """Add a motion at the end of a draft: on an application, a departure, a (membership, tier, from year), or a text of its own with PDFs.

    `previous`: the vote of which this is a new round. Raises InvalidTransition when the ballot is open already, UploadRefused.
    """
    lock(ballot)
    if ballot.status != BallotStatus.DRAFT:
        raise InvalidTransition
    membership, tier, from_year = tier_change or (None, None, None)
    kind = MotionKind.ADMIT if application else MotionKind.DEPART if departure else MotionKind.TIER if membership else MotionKind.TEXT
    motion = Motion.objects.create(
        ballot=ballot,
        position=ballot.motions.count() + 1,
        kind=kind,
        application=application,
        departure=departure,
        membership=membership,
        tier=tier,
        from_year=from_year,
        previous=previous,
        needs_second_vote=needs_second_vote,
        title=title[:160],
        text=text,
    )
    for upload in attachments:
        store(upload, owner=motion, purpose="motion", actor=actor, allowed=PDF)
    return motion


@transaction.atomic
def open_discussion(ballot: Ballot, *, actor: User) -> Ballot:
    """Let those who will vote read a draft and comment on it. Raises InvalidTransition, CannotOpen without motions."""
    lock(ballot)
    if ballot.status != BallotStatus.DRAFT or ballot.discussion_from:
        raise InvalidTransition
    if not ballot.motions.exists():
        raise CannotOpen(_("The ballot has no motion."))
    ballot.discussion_from = database_now()
    ballot.save(update_fields=["discussion_from", "updated_at"])
    record("ballot.discussed", ballot, actor=actor)
    for voter in voters(ballot.body, today()):
        mails.discussion_opened(ballot, voter.person)
    return ballot


@transaction.atomic
def comment(motion: Motion, *, actor: User, institution: Institution | None, text: str) -> MotionComment:
    """Say something on a motion while its ballot is discussed. Raises InvalidTransition once the vote has opened."""
    ballot = motion.ballot
    lock(ballot)
    if ballot.status != BallotStatus.DRAFT or not ballot.discussion_from:
        raise InvalidTransition
    record("motion.commented", ballot, actor=actor, motion=motion.pk)
    return MotionComment.objects.create(motion=motion, author=actor, institution=institution, text=text)


@transaction.atomic
def schedule_opening(ballot: Ballot, *, actor: User, opens_at: dt.datetime | None) -> Ballot:
    """Let a draft open by itself at a time, or no more (None). Raises InvalidTransition, CannotOpen for a time after the close."""
    lock(ballot)
    if ballot.status != BallotStatus.DRAFT:
        raise InvalidTransition
    if opens_at and not database_now() < opens_at < ballot.closes_at:
        raise CannotOpen(_("The opening must lie between now and the closing time."))
    ballot.opens_at = opens_at
    ballot.save(update_fields=["opens_at", "updated_at"])
    record("ballot.scheduled", ballot, actor=actor, opens_at=opens_at)
    return ballot


@transaction.atomic
def open_ballot(ballot: Ballot, *, actor: Any = None, source: str = "") -> Ballot:
    """Open: freeze rules and electorate, recuse each seat from the motion about its own institution, tell every elector.

    Raises CannotOpen without motions, rules, seats or time, InvalidTransition when an application has moved on.
    """
    lock(ballot)
    now = database_now()
    if ballot.closes_at <= now:
        raise CannotOpen(_("The closing time has passed. Set a later one."))
    procedure, motions, electorate = _prepared(ballot, local_date(now))
    if not procedure.correspondence_allowed:
        raise CannotOpen(_("The rules of procedure do not allow voting outside meetings. Enter the result of the meeting instead."))
    _to_ballot(motions, actor=actor, source=source)
    move(ballot, to=BallotStatus.OPEN, opened_at=now, procedure=procedure)
    electors = [
        Elector.objects.create(ballot=ballot, seat=voter.seat, membership=voter.membership, institution=voter.institution, person=voter.person)
        for voter in electorate
    ]
    _recuse_own(electors, motions)
    record("ballot.opened", ballot, *[m.application for m in motions if m.application], actor=actor, source=source, seats=len(electors))
    for elector in electors:
        mails.ballot_opened(ballot, elector)
    return ballot


def _prepared(ballot: Ballot, on: dt.date) -> tuple[Procedure, list[Motion], list[Voter]]:
    """What every vote needs: rules in force, motions, somebody to vote. Raises CannotOpen."""
    procedure = procedure_for(ballot.body_id, on)
    electorate = voters(ballot.body, on)
    motions = list(ballot.motions.select_related("application__institution", "departure__membership__institution", "membership", "previous"))
    if not motions:
        raise CannotOpen(_("The ballot has no motion."))
    if procedure is None:
        raise CannotOpen(_("The body has no rules of procedure in force."))
    if not electorate:
        raise CannotOpen(_("The body has no seats."))
    return procedure, motions, electorate


def _to_ballot(motions: list[Motion], *, actor: Any, source: str = "") -> None:
    for motion in motions:
        # For a second vote the application or departure is before the bodies already.
        second = motion.previous is not None and motion.previous.needs_second_vote
        if motion.application and not (second and motion.application.status == ApplicationStatus.BALLOTED):
            put_to_ballot(motion.application, actor=actor, source=source)
        if motion.departure and not (second and motion.departure.status == DepartureStatus.BALLOTED):
            put_departure_to_ballot(motion.departure, actor=actor, source=source)


def _recuse_own(electors: list[Elector], motions: list[Motion]) -> None:
    for elector in electors:
        for motion in motions:
            if motion.institution_id == elector.institution_id:
                Recusal.objects.create(elector=elector, motion=motion, automatic=True, reason=str(_("The motion is about the own institution.")))


@transaction.atomic
def give_proxy(giver: Elector, holder: Elector, *, authority: UploadedFile, actor: User) -> Proxy:
    """Let one elector of an open ballot vote for another, by a written authority (PDF or picture).

    Raises ProxyRefused when the rules do not allow it, somebody has voted or holds or gave a proxy already; UploadRefused.
    """
    stored = store(authority, owner=giver.ballot, purpose="proxy", actor=actor, allowed=PDF | IMAGES)
    try:
        with transaction.atomic():
            proxy = Proxy.objects.create(giver=giver, holder=holder, authority=stored, recorded_by=actor)
    except IntegrityError as error:
        raise ProxyRefused from error
    record("ballot.proxy", giver.ballot, actor=actor, giver=giver.institution.name, holder=holder.institution.name)
    return proxy


@transaction.atomic
def new_round(ballot: Ballot, *, body: Body, closes_at: dt.datetime, actor: User) -> Ballot:
    """A draft that puts to the vote again what a closed ballot left undecided, and what needs the second vote of the assembly (R15).

    Each motion names the earlier one; the earlier votes and results stand. Raises CannotOpen when there is nothing of the kind.
    """
    lock(ballot)
    undecided = models.Q(result__outcome=Outcome.NO_QUORUM) | models.Q(result__outcome=Outcome.PASSED, needs_second_vote=True)
    again = ballot.motions.filter(undecided).exclude(rounds__ballot__status__in=[BallotStatus.DRAFT, BallotStatus.OPEN, BallotStatus.CLOSED])
    motions = list(again.select_related("application", "departure", "membership", "tier"))
    if ballot.status != BallotStatus.CLOSED or not motions:
        raise CannotOpen(_("Nothing of this ballot waits for another vote."))
    draft = Ballot.objects.create(body=body, title=f"{ballot.title}（{body.name}再次表决）"[:160], closes_at=closes_at, drafted_by=actor)
    for motion in motions:
        change = (motion.membership, motion.tier, motion.from_year) if motion.membership and motion.tier and motion.from_year else None
        second = motion.result.outcome == Outcome.PASSED
        add_motion(
            draft,
            title=motion.title,
            text=motion.text,
            application=motion.application,
            departure=motion.departure,
            tier_change=change,
            previous=motion,
            needs_second_vote=motion.needs_second_vote and not second,
        )
    record("ballot.drafted", draft, ballot, actor=actor)
    return draft


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
    if ballot.status != BallotStatus.OPEN:
        raise InvalidTransition
    assert ballot.procedure is not None  # an opened ballot has its rules, by constraint
    if ballot.procedure.secret:
        mix_papers(ballot)
    move(ballot, to=BallotStatus.CLOSED, closed_at=database_now())
    seats = ballot.electors.count()
    motions = list(ballot.motions.select_related("application__institution", "departure__membership__institution", "membership", "tier"))
    record("ballot.closed", ballot, *[motion.application for motion in motions if motion.application], actor=actor, source=source)
    for motion in motions:
        _carry_out(_result(motion, motion_counts(motion, seats)), actor=actor, source=source)
    mails.ballot_closed(ballot)
    return ballot


@transaction.atomic
def record_meeting_result(ballot: Ballot, *, decided_on: dt.date, counts: dict[int, dict[str, int]], minutes: UploadedFile, actor: User) -> Ballot:
    """Enter what a body decided in a meeting on `decided_on` (Beijing date), with the scanned minutes; the decisions are carried out.

    `counts`: for each motion's pk its votes_for, votes_against, abstentions and recused; the seats are those of that day. The outcome follows
    from the rules in force then, as with any other vote. Raises InvalidTransition, CannotOpen, UploadRefused.
    """
    lock(ballot)
    procedure, motions, electorate = _prepared(ballot, decided_on)
    for motion in motions:
        if sum(counts[motion.pk].values()) > len(electorate):
            raise CannotOpen(_("“%(title)s” has more votes than there are seats (%(seats)s).") % {"title": motion.title, "seats": len(electorate)})
    _to_ballot(motions, actor=actor)
    ballot.held, ballot.minutes_scan = Held.MEETING, store(minutes, owner=ballot, purpose="minutes", actor=actor, allowed=PDF)
    ballot.save(update_fields=["held", "minutes_scan", "updated_at"])
    at = dt.datetime.combine(decided_on, dt.time(12), BEIJING)
    move(ballot, to=BallotStatus.CLOSED, opened_at=at, closed_at=at, closes_at=at, procedure=procedure)
    record("ballot.reported", ballot, *[m.application for m in motions if m.application], actor=actor, decided_on=decided_on)
    for motion in motions:
        motion.ballot = ballot
        _carry_out(_result(motion, {"seats": len(electorate), **counts[motion.pk]}), actor=actor, source="")
    return ballot


def motion_counts(motion: Motion, seats: int) -> dict[str, int]:
    """What the votes on a motion come to, as `decide` takes it. For closing only: pages use results."""
    votes = counts(motion)
    return {
        "seats": seats,
        "recused": motion.recusals.count(),
        "votes_for": votes["for"],
        "votes_against": votes["against"],
        "abstentions": votes["abstain"],
    }


def _result(motion: Motion, numbers: dict[str, int]) -> Result:
    rules = motion.ballot.procedure
    assert rules is not None  # an opened ballot has its rules, by constraint
    decision = decide(rules, **numbers, chair=_chairs_vote(motion))
    return Result.objects.create(motion=motion, outcome=decision.outcome, rule_text=decision.explanation, **numbers)


def _chairs_vote(motion: Motion) -> str:
    return motion.votes.filter(elector__seat__office=Office.CHAIR).values_list("choice", flat=True).first() or ""


def mix_papers(ballot: Ballot) -> None:
    """Write the papers of a secret ballot anew in random order, so that neither place nor transaction in the table leads to a voter."""
    papers = list(Paper.objects.filter(motion__ballot=ballot))
    secrets.SystemRandom().shuffle(papers)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL alliance.mixing = 'on'")
        Paper.objects.filter(motion__ballot=ballot).delete()
        Paper.objects.bulk_create([Paper(motion_id=paper.motion_id, choice=paper.choice, receipt=paper.receipt) for paper in papers])
        cursor.execute("SET LOCAL alliance.mixing = 'off'")


def close_if_settled(ballot: Ballot, *, source: str = "task:close-ballots") -> bool:
    """Close an open ballot whose rules say so once nothing can change any more. Returns whether it was closed."""
    ballot = Ballot.objects.select_related("procedure").get(pk=ballot.pk)
    rules = ballot.procedure
    if ballot.status != BallotStatus.OPEN or rules is None or not rules.closes_early:
        return False
    seats = ballot.electors.count()
    for motion in ballot.motions.all():
        numbers = motion_counts(motion, seats)
        everybody = seats == sum(value for name, value in numbers.items() if name != "seats")
        chair = _chairs_vote(motion)
        if not everybody and (rules.changeable or not is_settled(rules, **numbers, chair=chair, chair_voted=bool(chair))):
            return False
    close_ballot(ballot, source=source)
    return True


def _carry_out(result: Result, *, actor: Any, source: str) -> None:
    application = result.motion.application
    if result.outcome == Outcome.PASSED and result.motion.needs_second_vote:
        record("motion.needs_second_vote", *[obj for obj in (application, result.motion.ballot) if obj], actor=actor, source=source)
        return
    if result.motion.membership is not None:
        _change_tier(result, actor=actor, source=source)
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


def _change_tier(result: Result, *, actor: Any, source: str) -> None:
    motion = result.motion
    if result.outcome != Outcome.PASSED or motion.membership is None or motion.tier is None or motion.from_year is None:
        return
    try:
        with transaction.atomic():
            change_tier(motion.membership, tier=motion.tier, from_year=motion.from_year, actor=actor, reason=f"{motion.ballot.title}：{result.rule_text}"[:200])
    except DomainError as error:
        record("motion.not_carried_out", motion.membership, motion.ballot, actor=actor, source=source, reason=str(error))


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
    """Close the ballots whose time has come, by the database's clock, and those that are settled early. Safe in any number of workers.

    Returns how many were closed.
    """
    closed = 0
    for ballot in Ballot.objects.filter(status=BallotStatus.OPEN):
        try:
            if ballot.closes_at <= database_now():
                close_ballot(ballot, source="task:close-ballots")
                closed += 1
            else:
                closed += close_if_settled(ballot)
        except Exception:
            # One ballot that cannot be closed must not keep the others open; the next sweep tries again.
            logger.exception("Ballot %s could not be closed", ballot.pk)
    return closed


def open_scheduled_ballots() -> int:
    """Open the drafts whose time has come. One that cannot be opened loses its time, with the reason on the record. Returns how many opened."""
    opened = 0
    for ballot in Ballot.objects.filter(status=BallotStatus.DRAFT, opens_at__lte=database_now()):
        try:
            with transaction.atomic():
                lock(ballot)
                if ballot.status == BallotStatus.DRAFT and ballot.opens_at:
                    open_ballot(ballot, source="task:open-ballots")
                    opened += 1
        except DomainError as error:
            Ballot.objects.filter(pk=ballot.pk, status=BallotStatus.DRAFT).update(opens_at=None)
            record("ballot.not_opened", ballot, source="task:open-ballots", reason=str(error))
    return opened
