"""Which motions of a closed ballot wait for another vote, and in which body (R15)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from council.enums import BallotStatus, Outcome
from council.models import Ballot, Motion


@dataclass(frozen=True)
class Waiting:
    """Motions without a decision that may be put again, and motions that passed once and now need the member units."""

    undecided: Sequence[Motion]
    second: Sequence[Motion]


def waiting_motions(ballot: Ballot) -> Waiting:
    """What a closed ballot left for another round. A second vote without a decision stays a second vote, however often it is repeated."""
    left = Q(result__outcome=Outcome.NO_QUORUM) | Q(result__outcome=Outcome.PASSED, needs_second_vote=True)
    again = ballot.motions.filter(left).exclude(rounds__ballot__status__in=[BallotStatus.DRAFT, BallotStatus.OPEN, BallotStatus.CLOSED])
    motions = list(again.select_related("application", "departure", "membership", "tier", "result", "previous"))
    second = [motion for motion in motions if motion.result.outcome == Outcome.PASSED or is_second_vote(motion)]
    return Waiting([motion for motion in motions if motion not in second], second)


def is_second_vote(motion: Motion) -> bool:
    """Whether an earlier round passed in the first body, so that this vote is the confirmation."""
    earlier = None if motion.needs_second_vote else motion.previous
    while earlier is not None and not earlier.needs_second_vote:
        earlier = earlier.previous
    return earlier is not None
