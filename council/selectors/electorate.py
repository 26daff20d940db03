"""Rules of procedure in force, and places in the electorate of a ballot."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from alliance.common.clock import today
from council.models import Ballot, Elector, Procedure
from members.models import Person, User


def procedure_for(body_id: int, on: dt.date) -> Procedure | None:
    """The rules of procedure in force on a day."""
    return Procedure.objects.filter(body_id=body_id, effective_from__lte=on).order_by("-effective_from").first()


def is_to_come(procedure: Procedure) -> bool:
    """Whether the rules are not in force yet and no ballot used them, so that they may still be corrected or withdrawn."""
    return procedure.effective_from > today() and not Ballot.objects.filter(procedure=procedure).exists()


def electors_of(user: Any, ballot: Ballot) -> list[Elector]:
    """The places in the electorate for which the user votes: their own first, unless they gave it away, and one they hold for somebody else."""
    own = ballot.electors.filter(person__user=user, proxy_given=None)
    held = ballot.electors.filter(proxy_given__holder__person__user=user)
    places = (own | held).select_related("institution", "person").order_by("pk").distinct()
    return sorted(places, key=lambda place: place.person.user_id != user.pk)


def elector_of(user: Any, ballot: Ballot) -> Elector | None:
    """The user's own place in the electorate of a ballot."""
    return ballot.electors.filter(person__user=user).select_related("institution").first()


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


def cannot_sign_in(people: Iterable[Person]) -> list[Person]:
    """Of people who would vote those who could not, even after the opening gives accounts: without an address, or with one whose account is another person's."""
    left = [person for person in people if person.user_id is None]
    addresses = [User.objects.normalize_email(person.email) for person in left if person.email]
    taken = set(Person.objects.filter(user__email__in=addresses).values_list("user__email", flat=True)) if addresses else set()
    found = []
    for person in left:
        address = User.objects.normalize_email(person.email or "")
        if not address or address in taken:
            found.append(person)
        taken.add(address)
    return found
