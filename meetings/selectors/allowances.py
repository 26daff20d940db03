"""How much of the free allowance a unit has used (R9)."""

from dataclasses import dataclass

from django.db.models import Q

from meetings.enums import SEATED
from meetings.models import AllowanceRule, Meeting, Registration
from members.models import Institution


@dataclass(frozen=True)
class Allowance:
    """A unit's year, and its place in one meeting, as shown before registering."""

    year: int
    free_meetings: int
    used_meetings: int
    seats: int | None
    used_seats: int


def allowance_for(year: int) -> AllowanceRule:
    """The rule of a year; the notice's three times three (not saved) when none is set."""
    return AllowanceRule.objects.filter(from_year__lte=year).order_by("-from_year").first() or AllowanceRule(from_year=year)


def used_meetings(institution: Institution, year: int) -> int:
    """How many meetings of a year the unit has drawn on its allowance for."""
    counts = Q(status__in=SEATED) | Q(keeps_allowance=True)
    rows = Registration.objects.filter(counts, institution=institution, year=year, uses_allowance=True)
    return rows.values("meeting").distinct().count()


def allowance_at(institution: Institution, meeting: Meeting) -> Allowance:
    """What the unit has used of its year and of its places at this meeting."""
    offer = meeting.offers.filter(draws_on_allowance=True).first()
    counts = Q(status__in=SEATED) | Q(keeps_seat=True)
    seats = Registration.objects.filter(counts, institution=institution, meeting=meeting, offer=offer).count() if offer else 0
    return Allowance(
        year=meeting.year,
        free_meetings=allowance_for(meeting.year).free_meetings,
        used_meetings=used_meetings(institution, meeting.year),
        seats=offer.seats_per_unit if offer else None,
        used_seats=seats,
    )
