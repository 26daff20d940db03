"""Which amounts are in force."""

from decimal import Decimal

from fees.models import FeeSchedule
from members.models import Membership


def schedule_for(year: int) -> FeeSchedule | None:
    """The schedule in force in a calendar year, or None when none is set so early."""
    return FeeSchedule.objects.filter(effective_from_year__lte=year).order_by("-effective_from_year").first()


def annual_fee(membership: Membership, schedule: FeeSchedule, year: int) -> Decimal | None:
    """The annual fee of the membership's tier in `year`, in yuan; None when it has no tier or the schedule no amount for it."""
    tier = membership.tier_in(year)
    row = schedule.amounts.filter(tier=tier).first() if tier else None
    return row.amount if row else None
