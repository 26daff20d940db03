"""Ballots as the people concerned may see them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypedDict

from django.db.models import Count, Q, QuerySet

from alliance.common.clock import today
from council.enums import BallotStatus, Choice, Electorate
from council.models import Ballot, Body, Elector, Motion, Procedure, Result, Seat
from fees.selectors.standing import memberships_in_arrears
from members.enums import MembershipStatus, PersonRole
from members.models import Affiliation, Institution, Membership, Person


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
    """Whether the user's person holds a seat today, or stands in the electorate of a ballot; asked once per user object."""
    if not user.is_authenticated:
        return False
    if not hasattr(user, "_holds_seat"):
        running = Q(term_until=None) | Q(term_until__gte=today())
        user._holds_seat = (
            Seat.objects.filter(running, person__user=user, term_from__lte=today()).exists() or Elector.objects.filter(person__user=user).exists()
        )
    return user._holds_seat


def procedure_for(body_id: int, on: dt.date) -> Procedure | None:
    """The rules of procedure in force on a day."""
    return Procedure.objects.filter(body_id=body_id, effective_from__lte=on).order_by("-effective_from").first()


def ballots_visible_to(user: Any) -> QuerySet[Ballot]:
    """Opened ballots in whose electorate the user's person stands."""
    mine = Q(electors__person__user=user) | Q(electors__proxy_given__holder__person__user=user)
    return Ballot.objects.filter(mine).exclude(status__in=[BallotStatus.DRAFT]).distinct().order_by("-opened_at")


def ballots_in_discussion(user: Any) -> list[Ballot]:
    """Drafts in discussion in which the user would vote."""
    drafts = Ballot.objects.filter(status=BallotStatus.DRAFT).exclude(discussion_from=None).select_related("body")
    return [draft for draft in drafts if any(voter.person.user_id == user.pk for voter in voters(draft.body, today()))]


def electors_of(user: Any, ballot: Ballot) -> list[Elector]:
    """The places in the electorate for which the user votes: their own, unless they gave it away, and one they hold for somebody else."""
    own = ballot.electors.filter(person__user=user, proxy_given=None)
    held = ballot.electors.filter(proxy_given__holder__person__user=user)
    return list((own | held).select_related("institution", "person").order_by("pk").distinct())


def elector_of(user: Any, ballot: Ballot) -> Elector | None:
    """The user's own place in the electorate of a ballot."""
    return ballot.electors.filter(person__user=user).select_related("institution").first()


def visible_tally(ballot: Ballot) -> Tally:
    """The one place that says what of a ballot's votes is told while it is open: how many seats have voted, nothing of what.

    Results are rows of their own, which exist only after the close.
    """
    voted = ballot.electors.filter(Q(votes__isnull=False) | Q(participations__isnull=False)).distinct().count()
    return {"seats": ballot.electors.count(), "voted": voted, "final": ballot.status == BallotStatus.CLOSED}


def visible_result(motion: Motion, elector: Elector | None) -> Result | None:
    """What a reader may know of a motion's result: nothing before the close, and no counts for an elector who is recused from it.

    `elector` None stands for staff. Every page, document and mail about results asks here.
    """
    result = getattr(motion, "result", None)
    if result is None or (elector is not None and any(recusal.elector_id == elector.pk for recusal in motion.recusals.all())):
        return None
    return result


def counts(motion: Motion) -> dict[str, int]:
    """The votes on a motion by choice. For closing only: pages use results."""
    votes = list(motion.votes.values_list("choice", flat=True)) or list(motion.papers.values_list("choice", flat=True))
    return {choice: votes.count(choice) for choice in Choice.values}


def undecided_electors(ballot: Ballot) -> list[Elector]:
    """Those who have a vote left to cast: motions from which they are not recused and on which they have not voted."""
    motions = set(ballot.motions.values_list("pk", flat=True))
    undecided = []
    for elector in ballot.electors.select_related("person", "institution").prefetch_related("votes", "recusals", "participations"):
        voted = {vote.motion_id for vote in elector.votes.all()} | {paper.motion_id for paper in elector.participations.all()}
        done = voted | {recusal.motion_id for recusal in elector.recusals.all()}
        if motions - done:
            undecided.append(elector)
    return undecided


@dataclass(frozen=True)
class Voter:
    """One who will stand in the electorate: a seat, or a member unit, and the person who votes."""

    institution: Institution
    person: Person
    seat: Seat | None = None
    membership: Membership | None = None


def voters(body: Body, on: dt.date) -> list[Voter]:
    """Who would vote if a ballot of the body opened on that day.

    A body of seats: their holders. The assembly: each active member unit (in good standing, if the body says so), by its delegate or else its
    liaison; a unit without either has nobody to vote and is left out.
    """
    if body.electorate == Electorate.SEATS:
        return [Voter(seat.institution, seat.person, seat=seat) for seat in current_seats(body.pk, on)]
    memberships = Membership.objects.filter(status=MembershipStatus.ACTIVE, joined_on__lte=on).select_related("institution").order_by("institution__name")
    if body.good_standing_only:
        memberships = memberships.exclude(pk__in=memberships_in_arrears(on))
    running = Q(until=None) | Q(until__gt=on)
    roles = Affiliation.objects.filter(running, since__lte=on, role__in=[PersonRole.DELEGATE, PersonRole.LIAISON]).select_related("person", "person__user")
    people: dict[int, Affiliation] = {}
    for role in roles.order_by("role", "since", "pk"):
        people.setdefault(role.institution_id, role)  # "delegate" sorts before "liaison"
    return [Voter(m.institution, people[m.institution_id].person, membership=m) for m in memberships if m.institution_id in people]


@dataclass(frozen=True)
class Attendance:
    """How often a seat took part over a time."""

    seat: Seat
    asked: int
    took_part: int
    recused: int

    @property
    def percent(self) -> int:
        """Of the motions that asked for the seat's vote; 100 when none did."""
        return round(100 * self.took_part / self.asked) if self.asked else 100


def attendance(body: Body, on: dt.date) -> list[Attendance]:
    """Participation of each current seat over its term, motions of closed ballots only, in one query."""
    rows = (
        Elector.objects.filter(ballot__status=BallotStatus.CLOSED, seat__in=current_seats(body.pk, on))
        .values("seat")
        .annotate(
            motions=Count("ballot__motions", distinct=True),
            voted=Count("votes__motion", distinct=True),
            papers=Count("participations__motion", distinct=True),
            stood_aside=Count("recusals__motion", distinct=True),
        )
    )
    sums: dict[int, list[int]] = {}
    for row in rows:
        sums[row["seat"]] = [row["motions"] - row["stood_aside"], row["voted"] + row["papers"], row["stood_aside"]]
    return [Attendance(seat, *sums.get(seat.pk, [0, 0, 0])) for seat in current_seats(body.pk, on)]
