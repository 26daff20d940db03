"""Which motions of a closed ballot wait for another vote, and in which body (R15)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from council.enums import BallotStatus, Outcome
from council.models import Ballot, Motion
from members.enums import ApplicationStatus, DepartureStatus

HELD = [BallotStatus.DRAFT, BallotStatus.OPEN, BallotStatus.CLOSED]
LEFT = Q(result__outcome=Outcome.NO_QUORUM) | Q(result__outcome=Outcome.PASSED, needs_second_vote=True)


@dataclass(frozen=True)
class Waiting:
    """Motions without a decision that may be put again, and motions that passed once and now need the member units."""

    undecided: Sequence[Motion]
    second: Sequence[Motion]


def waiting_motions(ballot: Ballot) -> Waiting:
    """What a closed ballot left for another round. A second vote without a decision stays a second vote, however often it is repeated."""
    again = ballot.motions.filter(LEFT).exclude(rounds__ballot__status__in=HELD)
    motions = list(again.select_related("application", "departure", "membership", "tier", "result", "previous"))
    second = [motion for motion in motions if motion.result.outcome == Outcome.PASSED or is_second_vote(motion)]
    return Waiting([motion for motion in motions if motion not in second], second)


def is_second_vote(motion: Motion) -> bool:
    """Whether an earlier round passed in the first body, so that this vote is the confirmation."""
    earlier = None if motion.needs_second_vote else motion.previous
    while earlier is not None and not earlier.needs_second_vote:
        earlier = earlier.previous
    return earlier is not None


def motions_waiting() -> QuerySet[Motion]:
    """Of all closed ballots the motions without a quorum and those that wait for their second vote, unless they were put again in whatever way."""
    settled = Q(application__isnull=False) & ~Q(application__status__in=[ApplicationStatus.SCREENED, ApplicationStatus.BALLOTED])
    settled |= Q(departure__isnull=False) & ~Q(departure__status__in=[DepartureStatus.SCREENED, DepartureStatus.BALLOTED])
    waiting = Motion.objects.filter(LEFT, ballot__status=BallotStatus.CLOSED).exclude(settled)
    return waiting.exclude(rounds__ballot__status__in=HELD).exclude(_put_again())


def motions_not_carried_out() -> QuerySet[Motion]:
    """Motions that passed for good, while the application or departure still waits for a vote: something hindered it at the close.

    A change of tier is hindered only where nothing is left to do (the unit has the tier, or has left), so that none waits here.
    """
    stuck = Q(application__status=ApplicationStatus.SCREENED) | Q(departure__status=DepartureStatus.SCREENED)
    return Motion.objects.filter(stuck, result__outcome=Outcome.PASSED, needs_second_vote=False, ballot__status=BallotStatus.CLOSED).exclude(_put_again())


def _put_again() -> Exists:
    """Whether a later motion is about the same application or departure."""
    same = Q(application=OuterRef("application")) | Q(departure=OuterRef("departure"))
    return Exists(Motion.objects.filter(same, pk__gt=OuterRef("pk"), ballot__status__in=HELD))
