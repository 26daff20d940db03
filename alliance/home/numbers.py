"""The figures of the start page, counted and never typed."""

from typing import TypedDict

from alliance.common.clock import today
from alliance.common.models import Organisation
from meetings.selectors.allowances import allowance_for
from members.selectors.memberships import current_members


class Numbers(TypedDict):
    """What the start page shows."""

    members: int
    provinces: int
    free_meetings: int
    free_delegates: int
    founded: int | None


def alliance_numbers() -> Numbers:
    """Members and provinces of today, the yearly allowance (R9), the year of foundation if it is set."""
    members = current_members()
    allowance = allowance_for(today().year)
    founded = Organisation.load().founded_on
    return {
        "members": members.count(),
        "provinces": members.exclude(institution__province="").values("institution__province").distinct().count(),
        "free_meetings": allowance.free_meetings,
        "free_delegates": allowance.delegates_per_meeting,
        "founded": founded.year if founded else None,
    }
