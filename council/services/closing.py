"""Counting once, under the lock of the ballot."""

import datetime as dt
import logging
import secrets
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

from alliance.common.audit import record
from alliance.common.clock import database_now
from alliance.common.exceptions import Busy, InvalidTransition
from alliance.common.locking import lock
from alliance.common.transitions import move
from council import mails
from council.enums import BallotStatus, Outcome
from council.models import Ballot, Motion, Paper, Result
from council.procedure import decide, is_settled
from council.selectors.counting import chairs_vote, digest_of, motion_counts
from council.services.carrying_out import carry_out

logger = logging.getLogger(__name__)
SWEEP = "task:close-ballots"


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
        motion.ballot = ballot
        carry_out(store_result(motion, motion_counts(motion, seats), chair=chairs_vote(motion)), actor=actor, source=source)
    mails.ballot_closed(ballot)
    return ballot


def store_result(motion: Motion, numbers: dict[str, int], *, chair: str = "") -> Result:
    """The outcome of these counts by the ballot's frozen rules, as a row that nobody can change. For a closing ballot, under its lock."""
    rules = motion.ballot.procedure
    assert rules is not None  # an opened ballot has its rules, by constraint
    # What is kept is written in the language of the house, whoever closes.
    with translation.override(settings.LANGUAGE_CODE):
        decision = decide(rules, **numbers, chair=chair)
    return Result.objects.create(
        motion=motion, outcome=decision.outcome, rule_text=decision.explanation, chair=chair, digest=digest_of(motion, numbers), **numbers
    )


def mix_papers(ballot: Ballot) -> None:
    """Write the papers of a secret ballot anew in random order, so that neither place nor transaction in the table leads to a voter."""
    papers = list(Paper.objects.filter(motion__ballot=ballot))
    secrets.SystemRandom().shuffle(papers)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL alliance.mixing = 'on'")
        Paper.objects.filter(motion__ballot=ballot).delete()
        Paper.objects.bulk_create([Paper(motion_id=paper.motion_id, choice=paper.choice, receipt=paper.receipt) for paper in papers])
        cursor.execute("SET LOCAL alliance.mixing = 'off'")


def close_if_settled(ballot: Ballot, *, source: str = SWEEP) -> bool:
    """Close an open ballot whose rules say so once nothing can change any more. Returns whether it was closed."""
    ballot = Ballot.objects.select_related("procedure").get(pk=ballot.pk)
    rules = ballot.procedure
    if ballot.status != BallotStatus.OPEN or rules is None or not rules.closes_early:
        return False
    seats = ballot.electors.count()
    for motion in ballot.motions.all():
        numbers = motion_counts(motion, seats)
        everybody = seats == sum(value for name, value in numbers.items() if name != "seats")
        chair = chairs_vote(motion)
        if not everybody and (rules.changeable or not is_settled(rules, **numbers, chair=chair, chair_voted=bool(chair))):
            return False
    close_ballot(ballot, source=source)
    return True


@transaction.atomic
def extend_for_quorum(ballot: Ballot, *, source: str = SWEEP) -> bool:
    """At its time, give a ballot that lacks a quorum the one extension its rules allow, and tell those who have not voted.

    Returns whether it was extended. Safe to call twice: the extension is marked on the ballot, under its lock.
    """
    lock(ballot)
    rules = ballot.procedure
    if ballot.status != BallotStatus.OPEN or rules is None or not rules.quorum_extension_days or ballot.extended_for_quorum:
        return False
    seats = ballot.electors.count()
    if all(decide(rules, **motion_counts(motion, seats), chair="").outcome != Outcome.NO_QUORUM for motion in ballot.motions.all()):
        return False
    before, ballot.closes_at = ballot.closes_at, ballot.closes_at + dt.timedelta(days=rules.quorum_extension_days)
    ballot.extended_for_quorum = True
    ballot.save(update_fields=["closes_at", "extended_for_quorum", "updated_at"])
    record("ballot.extended", ballot, source=source, before=before, after=ballot.closes_at)
    mails.ballot_extended(ballot)
    return True


def close_due_ballots() -> int:
    """Close the ballots whose time has come, by the database's clock, and those that are settled early. Safe in any number of workers.

    Returns how many were closed.
    """
    closed = 0
    for ballot in Ballot.objects.filter(status=BallotStatus.OPEN):
        try:
            closed += _close_at_its_time(ballot)
        except Busy:
            # Another worker holds it, or many vote at this moment: the next sweep looks again.
            logger.info("Ballot %s is busy", ballot.pk)
        except Exception:
            # One ballot that cannot be closed must not keep the others open; the next sweep tries again.
            logger.exception("Ballot %s could not be closed", ballot.pk)
    return closed


def _close_at_its_time(ballot: Ballot) -> bool:
    if ballot.closes_at > database_now():
        return close_if_settled(ballot)
    with transaction.atomic():
        # Asked again under the lock: since the list was read somebody may have given more time, or closed it.
        lock(ballot)
        if ballot.status != BallotStatus.OPEN or ballot.closes_at > database_now() or extend_for_quorum(ballot):
            return False
        close_ballot(ballot, source=SWEEP)
        return True
