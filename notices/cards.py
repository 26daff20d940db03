"""What of notices shows on the unit's overview."""

from typing import Any

from django.http import HttpRequest

from members.models import Institution
from notices.selectors.consultations import waiting_for
from notices.selectors.notices import unread_by

SHOWN = 3


def notices_card(request: HttpRequest, institution: Institution) -> dict[str, Any] | None:
    """The unit's unread notices: the newest three, and how many there are."""
    unread = unread_by([institution.pk], request.user)
    rows = list(unread[:SHOWN])
    return {"template": "notices/card_notices.html", "todo": True, "rows": rows, "count": unread.count()} if rows else None


def consultations_card(request: HttpRequest, institution: Institution) -> dict[str, Any] | None:
    """Open consultations that the unit has not answered."""
    rows = list(waiting_for(institution.pk))
    return {"template": "notices/card_consultations.html", "todo": True, "rows": rows} if rows else None
