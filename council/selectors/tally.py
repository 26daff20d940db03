"""What of the votes anybody may know. Every page, count, document, mail, export and feed about votes asks here."""

from typing import Any, TypedDict

from django.db.models import Q

from council.enums import BallotStatus
from council.models import Ballot, Motion, Result, Vote
from members.rules import is_staff_member


class Tally(TypedDict):
    """What somebody may know of a ballot's votes while it is open."""

    seats: int
    voted: int
    final: bool


def visible_tally(ballot: Ballot, reader: Any) -> Tally | None:
    """While a ballot is open staff learn how many seats have voted, nothing of what; everybody else learns nothing, and so do staff recused from it."""
    if not is_staff_member(reader) or hidden_motions(ballot, reader):
        return None
    voted = ballot.electors.filter(Q(votes__isnull=False) | Q(participations__isnull=False)).distinct().count()
    return {"seats": ballot.electors.count(), "voted": voted, "final": ballot.status == BallotStatus.CLOSED}


def visible_result(motion: Motion, reader: Any) -> Result | None:
    """What a user may know of a motion's result: nothing before the close, no counts when recused from it (staff or not), nothing outside its electorate."""
    result = getattr(motion, "result", None)
    if result is None or motion.pk in hidden_motions(motion.ballot, reader) or not _may_ask(motion.ballot, reader):
        return None
    return result


def visible_comments(motion: Motion, reader: Any) -> list[Vote]:
    """The votes of a closed, named ballot that were given with a comment, for whoever may see the result of the motion."""
    rules = motion.ballot.procedure
    if rules is None or rules.secret or visible_result(motion, reader) is None:
        return []
    return list(motion.votes.exclude(comment="").select_related("elector__institution").order_by("elector__institution__name"))


def hidden_motions(ballot: Ballot, reader: Any) -> set[int]:
    """The motions of a ballot of which the user learns no count, vote or participation, since a place of theirs in the electorate is recused."""
    return _about(ballot, reader)[1]


def _may_ask(ballot: Ballot, reader: Any) -> bool:
    return _about(ballot, reader)[0] or is_staff_member(reader)


def _about(ballot: Ballot, reader: Any) -> tuple[bool, set[int]]:
    """Whether the user votes in it, and from what they are recused; asked once per ballot object and user."""
    known: dict[int, tuple[bool, set[int]]] = ballot.__dict__.setdefault("_readers", {})
    if reader.pk not in known:
        own = Q(person__user=reader) if reader.pk else Q(pk=None)
        places = list(ballot.electors.filter(own).prefetch_related("recusals"))
        held = reader.pk is not None and ballot.electors.filter(proxy_given__holder__person__user=reader).exists()
        known[reader.pk] = (bool(places) or held, {recusal.motion_id for place in places for recusal in place.recusals.all()})
    return known[reader.pk]
