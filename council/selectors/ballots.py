"""Ballots as the people concerned may see them."""

import datetime as dt
from typing import Any, TypedDict

from django.db.models import Q, QuerySet

from alliance.common.clock import today
from council.enums import BallotStatus, Choice
from council.models import Ballot, Elector, Motion, Procedure, Seat


class Tally(TypedDict):
    """What somebody may know of a ballot's votes."""

    seats: int
    voted: int
    final: bool


def current_seats(body_id: int, on: dt.date) -> QuerySet[Seat]:
    """The seats whose term runs on a day."""
    running = Q(term_until=None) | Q(term_until__gte=on)
    return Seat.objects.filter(running, body_id=body_id, term_from__lte=on).select_related("institution", "person", "person__user")


def holds_current_seat(user: Any) -> bool:
    """Whether the user's person holds a seat today; asked once per user object."""
    if not user.is_authenticated:
        return False
    if not hasattr(user, "_holds_seat"):
        running = Q(term_until=None) | Q(term_until__gte=today())
        user._holds_seat = Seat.objects.filter(running, person__user=user, term_from__lte=today()).exists()
    return user._holds_seat


def procedure_for(body_id: int, on: dt.date) -> Procedure | None:
    """The rules of procedure in force on a day."""
    return Procedure.objects.filter(body_id=body_id, effective_from__lte=on).order_by("-effective_from").first()


def ballots_visible_to(user: Any) -> QuerySet[Ballot]:
    """Opened ballots in whose electorate the user's person stands."""
    return Ballot.objects.filter(electors__person__user=user).exclude(status__in=[BallotStatus.DRAFT]).distinct().order_by("-opened_at")


def elector_of(user: Any, ballot: Ballot) -> Elector | None:
    """The user's place in the electorate of a ballot."""
    return ballot.electors.filter(person__user=user).select_related("institution").first()


def visible_tally(ballot: Ballot) -> Tally:
    """The one place that says what of a ballot's votes is told while it is open: how many seats have voted, nothing of what.

    Results are rows of their own, which exist only after the close.
    """
    voted = ballot.electors.filter(votes__isnull=False).distinct().count()
    return {"seats": ballot.electors.count(), "voted": voted, "final": ballot.status == BallotStatus.CLOSED}


def counts(motion: Motion) -> dict[str, int]:
    """The votes on a motion by choice. For closing only: pages use results."""
    votes = list(motion.votes.values_list("choice", flat=True))
    return {choice: votes.count(choice) for choice in Choice.values}


def undecided_electors(ballot: Ballot) -> list[Elector]:
    """Those who have a vote left to cast: motions from which they are not recused and on which they have not voted."""
    motions = set(ballot.motions.values_list("pk", flat=True))
    undecided = []
    for elector in ballot.electors.select_related("person", "institution").prefetch_related("votes", "recusals"):
        done = {vote.motion_id for vote in elector.votes.all()} | {recusal.motion_id for recusal in elector.recusals.all()}
        if motions - done:
            undecided.append(elector)
    return undecided
