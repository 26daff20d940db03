"""Casting votes and stepping aside."""

import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import database_now
from alliance.common.documents import CODE_ALPHABET
from alliance.common.exceptions import DomainError
from alliance.common.locking import advisory_lock
from council.dossier import dossier_digest
from council.models import Elector, Motion, Paper, Participation, Recusal, Vote
from council.services.balloting import close_if_settled
from members.models import User


class BallotNotOpen(DomainError):
    """Closed, cancelled, or not yet open."""

    message = _("The ballot is closed. Your vote was not counted.")


class DossierChanged(DomainError):
    """What was shown is not what stands there now."""

    message = _("The material of a motion has changed since the page was shown. Read it again, then vote.")


class Recused(DomainError):
    """No vote on one's own matter."""

    message = _("You are recused from this motion.")


class VotesAreFinal(DomainError):
    """The rules allow no second thoughts."""

    message = _("By the rules of procedure a vote cannot be changed.")


@dataclass(frozen=True)
class Ticked:
    """One motion as the voter ticked it, with the digest of the dossier that was shown."""

    motion: Motion
    choice: str
    comment: str
    dossier: str


REFUSALS = {
    "vote_only_while_open": BallotNotOpen,
    "vote_not_when_recused": Recused,
    "vote_is_final": VotesAreFinal,
    "one_paper_per_seat_and_motion": VotesAreFinal,
}


@transaction.atomic
def cast_votes(elector: Elector, ticked: list[Ticked], *, actor: User) -> list[Vote]:
    """Cast or change votes, all of them or none; returns the votes with their receipts.

    Raises BallotNotOpen, DossierChanged, Recused, VotesAreFinal. The database's trigger is the judge, by the database's clock.
    """
    advisory_lock(f"elector:{elector.pk}")
    votes = []
    for tick in ticked:
        if tick.dossier != dossier_digest(tick.motion):
            raise DossierChanged
        votes.append(_cast(elector, tick))
    record("vote.cast", elector.ballot, actor=actor, motions=[tick.motion.pk for tick in ticked])
    ballot = elector.ballot
    # After the commit: closing takes the ballot's lock, which two voters at once would otherwise wait for from each other.
    transaction.on_commit(lambda: close_if_settled(ballot), robust=True)
    return votes


@transaction.atomic
def cast_in_secret(elector: Elector, ticked: list[Ticked], *, actor: User) -> list[Paper]:
    """Put papers into the urn, all of them or none; returns them with their receipts, which are shown once and kept nowhere beside the voter.

    Raises BallotNotOpen, DossierChanged, Recused, VotesAreFinal for a motion already voted on.
    """
    advisory_lock(f"elector:{elector.pk}")
    papers = []
    for tick in ticked:
        if tick.dossier != dossier_digest(tick.motion):
            raise DossierChanged
        try:
            with transaction.atomic():
                Participation.objects.create(elector=elector, motion=tick.motion)
                papers.append(Paper.objects.create(motion=tick.motion, choice=tick.choice, receipt=_code(10)))
        except IntegrityError as error:
            raise REFUSALS.get(_constraint(error), BallotNotOpen) from error
    ballot = elector.ballot
    record("vote.cast", ballot, actor=actor, motions=[tick.motion.pk for tick in ticked])
    transaction.on_commit(lambda: close_if_settled(ballot), robust=True)
    return papers


def _code(length: int) -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _position in range(length))


def _constraint(error: IntegrityError) -> str:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""


def _cast(elector: Elector, tick: Ticked) -> Vote:
    values = {"choice": tick.choice, "comment": tick.comment, "dossier": tick.dossier, "cast_at": database_now()}
    known = Vote.objects.filter(elector=elector, motion=tick.motion).first()
    if known and (known.choice, known.comment) == (tick.choice, tick.comment):
        return known
    try:
        with transaction.atomic():
            if known:
                for name, value in values.items():
                    setattr(known, name, value)
                known.save()
                return known
            return Vote.objects.create(elector=elector, motion=tick.motion, receipt=_code(8), **values)
    except IntegrityError as error:
        raise REFUSALS.get(_constraint(error), BallotNotOpen) from error


@transaction.atomic
def recuse(elector: Elector, motion: Motion, *, actor: User, reason: str) -> Recusal:
    """Step aside from a motion, with a reason, before voting on it. Raises BallotNotOpen, VotesAreFinal when a vote is already there."""
    advisory_lock(f"elector:{elector.pk}")
    if elector.ballot.status != "open":
        raise BallotNotOpen
    if Vote.objects.filter(elector=elector, motion=motion).exists() or Participation.objects.filter(elector=elector, motion=motion).exists():
        raise VotesAreFinal(_("You have voted on this motion already; a recusal must come before the vote."))
    recusal, made = Recusal.objects.get_or_create(elector=elector, motion=motion, defaults={"reason": reason})
    if made:
        record("vote.recused", elector.ballot, actor=actor, motion=motion.pk, reason=reason)
    return recusal
