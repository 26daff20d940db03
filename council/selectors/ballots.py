"""Ballots as the people concerned may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from alliance.common.clock import today
from council.enums import BallotStatus
from council.models import Ballot, Elector, Motion
from council.roll import voters


def ballots_visible_to(user: Any) -> QuerySet[Ballot]:
    """Opened ballots in whose electorate the user's person stands, or holds a proxy."""
    mine = Q(electors__person__user=user) | Q(electors__proxy_given__holder__person__user=user)
    return Ballot.objects.filter(mine).exclude(status=BallotStatus.DRAFT).exclude(opened_at=None).distinct().order_by("-opened_at", "-pk")


def ballots_in_discussion(user: Any) -> list[Ballot]:
    """Drafts in discussion in which the user would vote."""
    drafts = Ballot.objects.filter(status=BallotStatus.DRAFT).exclude(discussion_from=None).select_related("body")
    return [draft for draft in drafts if any(voter.person.user_id == user.pk for voter in voters(draft.body, today()))]


@dataclass(frozen=True)
class Row:
    """A ballot as it stands in one's list."""

    ballot: Ballot
    motions: list[Motion]
    done: int
    to_do: int
    # Whether the reader's own vote may still be given to somebody else, or taken back from there, as far as proxies and votes go.
    may_give: bool = False
    # The own vote was given away: there is nothing to cast, and it may be taken back until it is used.
    gave: bool = False

    @property
    def left(self) -> int:
        """Votes still to cast."""
        return self.to_do - self.done


def rows_for(user: Any, ballots: Iterable[Ballot]) -> list[Row]:
    """For each ballot how many votes the user has cast and how many are theirs, proxies included; a motion one is recused from is done."""
    found = list(ballots.select_related("body").prefetch_related("motions__result")) if isinstance(ballots, QuerySet) else list(ballots)
    mine = Q(person__user=user, proxy_given=None) | Q(proxy_given__holder__person__user=user)
    places: dict[int, list[Elector]] = {}
    chosen = Elector.objects.filter(mine, ballot__in=found).select_related("proxy_held")
    for place in chosen.prefetch_related("votes", "recusals", "participations").distinct():
        places.setdefault(place.ballot_id, []).append(place)
    rows = []
    for ballot in found:
        own = places.get(ballot.pk, [])
        done = sum(len(e.votes.all()) + len(e.recusals.all()) + len(e.participations.all()) for e in own)
        # A recusal does not bind: the vote on the other motions can still be given away.
        bound = any(hasattr(e, "proxy_held") or e.votes.all() or e.participations.all() for e in own)
        rows.append(Row(ballot, list(ballot.motions.all()), done, len(ballot.motions.all()) * len(own), may_give=not bound, gave=not own))
    return rows
