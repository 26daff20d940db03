"""How often the seats took part."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from council.enums import BallotStatus, Held
from council.models import Body, Elector, Recusal, Seat
from council.roll import current_seats


@dataclass(frozen=True)
class Attendance:
    """How often a seat took part over a time."""

    seat: Seat
    asked: int
    took_part: int
    recused: int

    @property
    def percent(self) -> int:
        """Of the motions that asked for the seat's vote; 100 when none did."""
        return round(100 * self.took_part / self.asked) if self.asked else 100


def attendance(body: Body, on: dt.date, reader: Any) -> list[Attendance]:
    """Participation of each current seat over its term, motions of closed ballots only; of a meeting on paper nobody wrote down who voted.

    Motions from which the `reader` is recused are left out for all seats: who took part in them would be a count of their votes.
    """
    seats = list(current_seats(body.pk, on))
    hidden = set(Recusal.objects.filter(elector__person__user=reader).values_list("motion_id", flat=True)) if reader.pk else set()
    places = Elector.objects.filter(ballot__status=BallotStatus.CLOSED, seat__in=seats).exclude(ballot__held=Held.MEETING).order_by("pk")
    asked = Counter(dict(_pairs(places, "ballot__motions", hidden)))
    aside = Counter(dict(_pairs(places, "recusals__motion", hidden)))
    took_part = Counter(dict(_pairs(places, "votes__motion", hidden))) + Counter(dict(_pairs(places, "participations__motion", hidden)))
    return [Attendance(seat, asked[seat.pk] - aside[seat.pk], took_part[seat.pk], aside[seat.pk]) for seat in seats]


def _pairs(places: QuerySet[Elector], path: str, hidden: set[int]) -> list[tuple[int, int]]:
    """Seat and number of motions reached over `path`, without the hidden ones."""
    rows = places.order_by().values("seat").annotate(n=Count(path, filter=~Q(**{f"{path}__in": hidden}), distinct=True))
    return [(row["seat"], row["n"]) for row in rows]
