"""The figures of the start page, counted and never typed."""

from typing import TypedDict

from django.db.models import Count

from alliance.common.clock import today
from alliance.common.models import Organisation
from meetings.selectors.allowances import allowance_for
from members.selectors.memberships import current_members


class Numbers(TypedDict):
    """What the start page shows."""

    members: int
    by_province: dict[str, int]
    provinces: int
    free_meetings: int
    free_delegates: int
    founded: int | None


def alliance_numbers() -> Numbers:
    """Members and provinces of today, the yearly allowance (R9), the year of foundation if it is set."""
    rows = current_members().order_by().values_list("institution__province").annotate(members=Count("pk"))
    by_province = dict(rows)
    allowance = allowance_for(today().year)
    founded = Organisation.load().founded_on
    return {
        "members": sum(by_province.values()),
        "by_province": by_province,
        "provinces": len([name for name in by_province if name]),
        "free_meetings": allowance.free_meetings,
        "free_delegates": allowance.delegates_per_meeting,
        "founded": founded.year if founded else None,
    }
