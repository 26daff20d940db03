"""Members of today, and whom to write to."""

from django.db.models import QuerySet

from alliance.common.clock import today
from members.enums import MEMBERSHIP_OPEN, MembershipStatus
from members.models import Affiliation, Institution, Membership, Person, in_force


def current_members() -> QuerySet[Membership]:
    """Active and suspended memberships: those who are in the register today."""
    states = [MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED]
    return Membership.objects.filter(status__in=states).select_related("institution").order_by("institution__name")


def membership_of(institution: Institution) -> Membership | None:
    """The open membership of an institution, also one that waits for payment."""
    return Membership.objects.filter(institution=institution, status__in=MEMBERSHIP_OPEN).select_related("institution").first()


def affiliations_in_force(institution: Institution) -> QuerySet[Affiliation]:
    """Who is what at the institution today."""
    rows = Affiliation.objects.filter(in_force(today()), institution=institution)
    return rows.select_related("person", "person__user").order_by("role", "person__name")


def contacts(institution: Institution, *roles: str) -> list[Person]:
    """The people with an e-mail address who hold one of `roles` at the institution today, each once."""
    rows = affiliations_in_force(institution).filter(role__in=roles).exclude(person__email="")
    return list({row.person_id: row.person for row in rows}.values())
