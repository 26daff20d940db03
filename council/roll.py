"""Who would vote in a body: its seats or the member units, and who steps aside by rule. Stands below the rules, which ask it who may do what."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from alliance.common.clock import today
from council.enums import Electorate
from council.models import Body, Elector, Motion, Seat
from fees.selectors.standing import memberships_in_arrears
from members.enums import MembershipStatus, PersonRole
from members.models import Affiliation, Institution, Membership, Person, in_force


def current_seats(body_id: int, on: dt.date) -> QuerySet[Seat]:
    """The seats whose term runs on a day."""
    running = Q(term_until=None) | Q(term_until__gte=on)
    return Seat.objects.filter(running, body_id=body_id, term_from__lte=on).select_related("institution", "person", "person__user")


def holds_current_seat(user: Any) -> bool:
    """Whether the user's person holds a seat today, or stands in the electorate of a ballot; asked once per user object."""
    if not user.is_authenticated:
        return False
    if not hasattr(user, "_holds_seat"):
        running = Q(term_until=None) | Q(term_until__gte=today())
        user._holds_seat = (
            Seat.objects.filter(running, person__user=user, term_from__lte=today()).exists() or Elector.objects.filter(person__user=user).exists()
        )
    return user._holds_seat


@dataclass(frozen=True)
class Voter:
    """One who will stand in the electorate: a seat, or a member unit, and the person who votes."""

    institution: Institution
    person: Person
    seat: Seat | None = None
    membership: Membership | None = None

    @property
    def office(self) -> str:
        """The office of the seat; none for a member unit."""
        return self.seat.office if self.seat is not None else ""


def voters(body: Body, on: dt.date) -> list[Voter]:
    """Who would vote if a ballot of the body opened on that day.

    A body of seats: their holders. The assembly: each active member unit (in good standing, if the body says so), by whom it has named for that or
    else its liaison; a unit without either has nobody to vote and is left out. Who goes to meetings for it is not asked: anybody may, and
    would come to vote without having been named for it.
    """
    if body.electorate == Electorate.SEATS:
        return [Voter(seat.institution, seat.person, seat=seat) for seat in current_seats(body.pk, on)]
    memberships = Membership.objects.filter(status=MembershipStatus.ACTIVE, joined_on__lte=on).select_related("institution").order_by("institution__name")
    if body.good_standing_only:
        memberships = memberships.exclude(pk__in=memberships_in_arrears(on))
    roles = Affiliation.objects.filter(in_force(on), role__in=[PersonRole.VOTER, PersonRole.LIAISON]).select_related("person", "person__user")
    people: dict[int, Affiliation] = {}
    for role in sorted(roles.order_by("since", "pk"), key=lambda one: (one.role != PersonRole.VOTER, one.person.user_id is None)):
        people.setdefault(role.institution_id, role)
    return [Voter(m.institution, people[m.institution_id].person, membership=m) for m in memberships if m.institution_id in people]


VoterT = TypeVar("VoterT", Voter, Elector)


def conflicts(places: Sequence[VoterT], motions: Sequence[Motion]) -> list[tuple[VoterT, Motion]]:
    """Who takes no part in what, by rule: the seat of the institution that a motion is about, and whoever has a running role there."""
    about = {motion.institution_id for motion in motions} - {None}
    people = {place.person.pk for place in places}
    roles = set(Affiliation.objects.filter(in_force(today()), institution__in=about, person__in=people).values_list("person_id", "institution_id"))
    return [
        (place, motion)
        for place in places
        for motion in motions
        if motion.institution_id is not None and (motion.institution_id == place.institution.pk or (place.person.pk, motion.institution_id) in roles)
    ]
