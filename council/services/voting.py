"""Casting votes and stepping aside."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import database_now
from alliance.common.documents import CODE_ALPHABET
from alliance.common.exceptions import DomainError
from alliance.common.locking import advisory_lock, polite_timeout
from council.dossier import dossier_digests
from council.models import Ballot, Elector, Motion, Paper, Participation, Proxy, Recusal, Vote
from council.services.closing import close_if_settled
from members.models import User


class BallotNotOpen(DomainError):
    """Closed, cancelled, or not yet open."""

    message = _("The ballot is closed. Your vote was not counted.")


class DossierChanged(DomainError):
    """What was shown is not what stands there now."""

    message = _("The material of a motion has changed since the page was shown. Read it again, then vote.")

    def __init__(self, *, motions: Sequence[Motion] = ()) -> None:
        super().__init__()
        self.motions = list(motions)


class Recused(DomainError):
    """No vote on one's own matter."""

    message = _("You are recused from this motion.")


class GivenAway(DomainError):
    """Somebody else votes for this place, or never the actor did."""

    message = _("Your unit has given its vote to another elector, who votes for it.")


class VotesAreFinal(DomainError):
    """The rules allow no second thoughts."""

    message = _("By the rules of procedure a vote cannot be changed.")


class TooLateToStepAside(VotesAreFinal):
    """The vote is there."""

    message = _("You have voted on this motion already; a recusal must come before the vote.")


@dataclass(frozen=True)
class Ticked:
    """One motion as the voter ticked it, with the digest of the dossier that was shown."""

    motion: Motion
    choice: str
    comment: str
    dossier: str


REFUSALS: dict[str, type[DomainError]] = {
    "vote_only_while_open": BallotNotOpen,
    "vote_not_when_recused": Recused,
    "vote_is_final": VotesAreFinal,
    "one_paper_per_seat_and_motion": VotesAreFinal,
    "recusal_before_vote": TooLateToStepAside,
}


@transaction.atomic
def cast_votes(elector: Elector, ticked: list[Ticked], *, actor: User) -> list[Vote]:
    """Cast or change votes, all of them or none; returns the votes with their receipts: a changed vote has a new one, one sent again unchanged its old.

    Raises BallotNotOpen, DossierChanged, Recused, VotesAreFinal, GivenAway, Busy. The database's trigger is the judge, by the database's clock.
    """
    _enter(elector, ticked, actor)
    known = {vote.motion_id: vote for vote in Vote.objects.filter(elector=elector, motion__in=[tick.motion for tick in ticked])}
    votes, new = [], []
    with _refusals():
        for tick in ticked:
            vote = known.get(tick.motion.pk)
            if vote is None:
                vote = Vote(elector=elector, motion=tick.motion, choice=tick.choice, comment=tick.comment, dossier=tick.dossier)
                vote.receipt, vote.cast_at = _code(8), database_now()
                new.append(vote)
            elif (vote.choice, vote.comment) != (tick.choice, tick.comment):
                vote.choice, vote.comment, vote.dossier, vote.cast_at = tick.choice, tick.comment, tick.dossier, database_now()
                # Whoever holds the first receipt only must not find it among the votes that were counted.
                vote.receipt, vote.changes = _code(8), vote.changes + 1
                vote.save()
            votes.append(vote)
        Vote.objects.bulk_create(new)
    record("vote.cast", elector.ballot, actor=actor, elector=elector.pk, motions=[tick.motion.pk for tick in ticked])
    _wake(elector.ballot)
    return votes


@transaction.atomic
def cast_in_secret(elector: Elector, ticked: list[Ticked], *, actor: User) -> list[Paper]:
    """Put papers into the urn, all of them or none; returns them with their receipts, which are shown once and kept nowhere beside the voter.

    Raises BallotNotOpen, DossierChanged, Recused, GivenAway, Busy, VotesAreFinal for a motion already voted on.
    """
    _enter(elector, ticked, actor)
    with _refusals():
        Participation.objects.bulk_create([Participation(elector=elector, motion=tick.motion) for tick in ticked])
        papers = Paper.objects.bulk_create([Paper(motion=tick.motion, choice=tick.choice, receipt=_code(10)) for tick in ticked])
    record("vote.cast", elector.ballot, actor=actor, elector=elector.pk, motions=[tick.motion.pk for tick in ticked])
    _wake(elector.ballot)
    return papers


@transaction.atomic
def recuse(elector: Elector, motion: Motion, *, actor: User, reason: str) -> Recusal:
    """Step aside from a motion, with a reason, before voting on it. Raises BallotNotOpen, VotesAreFinal when a vote is already there."""
    # A person with two places steps aside from the motion at both: their own places one after the other, always in the same order.
    own = Elector.objects.filter(ballot=elector.ballot_id, person=elector.person_id, proxy_given=None).values_list("pk", flat=True)
    for pk in sorted({elector.pk, *own}):
        advisory_lock(f"elector:{pk}")
    known = Recusal.objects.filter(elector=elector, motion=motion).first()
    if known is not None:
        return known
    with _refusals():
        recusal = Recusal.objects.create(elector=elector, motion=motion, reason=reason)
    record("vote.recused", elector.ballot, actor=actor, motion=motion.pk, reason=reason)
    _wake(elector.ballot)
    return recusal


def _enter(elector: Elector, ticked: list[Ticked], actor: User) -> None:
    """One at a time for each elector; what was shown is what stands there; the vote is the actor's to cast."""
    advisory_lock(f"elector:{elector.pk}")
    holder = Proxy.objects.filter(giver=elector).select_related("holder__person").first()
    if (holder.holder if holder else elector).person.user_id != actor.pk:
        raise GivenAway
    # Who steps aside from a motion does so as a person: no vote on it for somebody else either.
    if Recusal.objects.filter(elector__person__user=actor, motion__in=[tick.motion for tick in ticked]).exists():
        raise Recused
    shown = dossier_digests([tick.motion for tick in ticked])
    changed = [tick.motion for tick in ticked if tick.dossier != shown[tick.motion.pk]]
    if changed:
        raise DossierChanged(motions=changed)


@contextmanager
def _refusals() -> Iterator[None]:
    """What the triggers refuse, in the voter's words; waiting too long for a close that is being counted is Busy."""
    try:
        with transaction.atomic(), polite_timeout():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        raise REFUSALS.get(name, BallotNotOpen) from error


def _wake(ballot: Ballot) -> None:
    # After the commit: closing takes the ballot's lock, which two voters at once would otherwise wait for from each other.
    transaction.on_commit(lambda: close_if_settled(ballot), robust=True)


def _code(length: int) -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _position in range(length))
