"""Opening a ballot, by hand or at its time: rules and electorate are frozen (R1, R15)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.common.audit import record
from alliance.common.clock import database_now, local_date
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.transitions import move
from council import mails
from council.enums import BallotStatus, Office, TieRule
from council.exceptions import CannotOpen
from council.models import Ballot, Elector, Motion, Procedure, Recusal
from council.roll import Voter, conflicts, voters
from council.selectors.electorate import procedure_for
from council.services.carrying_out import put_to_vote
from members.models import User
from members.services.people import give_account


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
    """Open: freeze rules and electorate, recuse each seat from the motion about its own institution, give an account to whoever has none, tell every elector.

    Raises CannotOpen without motions, rules, seats or time, or with two chairs to decide a tie; InvalidTransition when an application has moved on.
    """
    lock(ballot)
    if ballot.status != BallotStatus.DRAFT:
        raise InvalidTransition
    now = database_now()
    if ballot.closes_at <= now:
        raise CannotOpen(_("The closing time has passed. Set a later one."))
    procedure, motions, electorate = prepared(ballot, local_date(now))
    if not procedure.correspondence_allowed:
        raise CannotOpen(_("The rules of procedure do not allow voting outside meetings. Enter the result of the meeting instead."))
    if procedure.tie_rule == TieRule.CHAIR and sum(1 for voter in electorate if voter.office == Office.CHAIR) > 1:
        raise CannotOpen(_("By the rules the chair's vote decides a tie, but more than one seat is the chair's. Correct the seats first."))
    put_to_vote(motions, actor=actor, source=source)
    electors = freeze_electorate(ballot, electorate, motions)
    move(ballot, to=BallotStatus.OPEN, opened_at=now, procedure=procedure)
    record("ballot.opened", ballot, *[m.application for m in motions if m.application], actor=actor, source=source, seats=len(electors))
    for elector in electors:
        give_account(elector.person)  # an address that was entered after the seat
        mails.ballot_opened(ballot, elector)
    return ballot


def freeze_electorate(ballot: Ballot, electorate: list[Voter], motions: list[Motion]) -> list[Elector]:
    """Write down who votes and in which office, each recused from the motions about the own institution.

    Before the ballot moves on: once it has, the database lets nobody into the electorate.
    """
    electors = Elector.objects.bulk_create(
        Elector(ballot=ballot, seat=voter.seat, membership=voter.membership, institution=voter.institution, person=voter.person, office=voter.office)
        for voter in electorate
    )
    Recusal.objects.bulk_create(
        Recusal(elector=elector, motion=motion, automatic=True, reason=reason_of(elector, motion)) for elector, motion in conflicts(electors, motions)
    )
    return electors


def reason_of(elector: Elector, motion: Motion) -> str:
    """Why the place is recused by rule, in the language of the house: its own institution, or a role of its person in the one that is voted on."""
    with translation.override(settings.LANGUAGE_CODE):
        if elector.institution_id == motion.institution_id:
            return _("The motion is about the own institution.")
        return _("The person has a role in the institution that the motion is about.")


def prepared(ballot: Ballot, on: dt.date) -> tuple[Procedure, list[Motion], list[Voter]]:
    """What every vote needs: a draft, rules in force, motions, somebody to vote. Raises InvalidTransition, CannotOpen. Under the ballot's lock."""
    if ballot.status != BallotStatus.DRAFT:
        raise InvalidTransition
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
