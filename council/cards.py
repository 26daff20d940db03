"""What of the council shows on the unit's overview."""

from typing import Any

from django.http import HttpRequest

from alliance.common.clock import database_now
from council.enums import BallotStatus
from council.selectors.ballots import ballots_visible_to, rows_for
from members.models import Institution


def votes_card(request: HttpRequest, institution: Institution) -> dict[str, Any] | None:
    """Open ballots in which the reader votes for this unit, or gave its vote away and may take it back."""
    own = ballots_visible_to(request.user).filter(electors__person__user=request.user, electors__institution=institution)
    rows = rows_for(request.user, own.filter(status=BallotStatus.OPEN, closes_at__gt=database_now()).select_related("procedure"))
    return {"template": "council/card_votes.html", "todo": True, "rows": rows} if rows else None
