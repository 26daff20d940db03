"""What a person themself has voted."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from council.enums import Choice
from council.models import Elector, Motion, Participation, Recusal, Vote


@dataclass(frozen=True)
class Own:
    """One motion, and what the person did about it."""

    motion: Motion
    place: Elector
    what: str
    receipt: str
    at: dt.datetime | None

    @property
    def word(self) -> str:
        """What the person did, in words."""
        return str(Choice(self.what).label if self.what in Choice.values else {"recused": _("Recused"), "secret": _("Secret")}[self.what])


def votes_of(user: Any) -> list[Own]:
    """Votes, recusals and papers (without what was on them) of the user's own places, newest ballot first."""
    places = Elector.objects.filter(person__user=user)
    related = ("motion__ballot", "elector__institution", "elector__person")
    votes = Vote.objects.filter(elector__in=places).select_related(*related)
    recusals = Recusal.objects.filter(elector__in=places).select_related(*related)
    papers = Participation.objects.filter(elector__in=places).select_related(*related)
    rows = [Own(vote.motion, vote.elector, vote.choice, vote.receipt, vote.cast_at) for vote in votes]
    rows += [Own(recusal.motion, recusal.elector, "recused", "", recusal.made_at) for recusal in recusals]
    rows += [Own(paper.motion, paper.elector, "secret", "", None) for paper in papers]
    return sorted(rows, key=lambda row: (-row.motion.ballot_id, row.motion.position, row.place.pk))
