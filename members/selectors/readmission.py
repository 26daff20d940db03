"""Coming back: what an institution that was a member before has to know and to settle."""

from dataclasses import dataclass

from members.enums import MEMBERSHIP_OPEN, DepartureStatus, EndedHow, MembershipStatus
from members.models import Departure, Institution, Membership
from members.progress import history_of


@dataclass(frozen=True)
class Readmission:
    """The last membership, what was decided about its end (None when nothing had to be), and what is still to be settled, in sentences.

    `told` is false for somebody who only says to be of that institution: decision and debts are then left out.
    """

    membership: Membership
    departure: Departure | None
    settle: tuple[str, ...]
    told: bool

    @property
    def was_removed(self) -> bool:
        """By the council, not by its own wish."""
        return self.membership.ended_kind == EndedHow.REMOVED


def readmission_of(institution: Institution | None, *, tell: bool) -> Readmission | None:
    """What coming back means for `institution`; None when it is a member now, or never was one. `tell`: also what was decided then and what is owed."""
    if institution is None or institution.memberships.filter(status__in=MEMBERSHIP_OPEN).exists():
        return None
    last = institution.memberships.filter(status=MembershipStatus.ENDED, number__isnull=False).order_by("-ended_on", "-pk").first()
    if last is None:
        return None
    if not tell:
        return Readmission(last, None, (), told=False)
    departure = last.departures.filter(status=DepartureStatus.APPROVED).order_by("-pk").first()
    return Readmission(last, departure, tuple(history_of(institution)), told=True)
