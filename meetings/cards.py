"""What of meetings shows on the unit's overview."""

from typing import Any

from django.http import HttpRequest

from alliance.common.clock import now, today
from meetings.selectors.allowances import allowance_at, allowance_for, used_meetings
from meetings.selectors.meetings import upcoming_for_unit
from members.models import Institution


def meetings_card(request: HttpRequest, institution: Institution) -> dict[str, Any] | None:
    """The next meetings to register for."""
    meetings = upcoming_for_unit(institution).filter(register_until__gte=now())[:3]
    rows = [{"meeting": meeting, "allowance": allowance_at(institution, meeting)} for meeting in meetings]
    return {"template": "meetings/card_meetings.html", "todo": True, "rows": rows} if rows else None


def allowance_card(request: HttpRequest, institution: Institution) -> dict[str, Any]:
    """How much of the year's free meetings is used."""
    year = today().year
    used, free = used_meetings(institution, year), allowance_for(year).free_meetings
    return {"template": "meetings/card_allowance.html", "todo": False, "year": year, "used": used, "free": free}
