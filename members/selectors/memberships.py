"""Members of today, and whom to write to."""

from django.db.models import Q, QuerySet

from alliance.common.clock import today
from members.enums import MEMBERSHIP_OPEN, MembershipStatus
from members.models import Affiliation, Institution, Membership, Person


def current_members() -> QuerySet[Membership]:
    """Active and suspended memberships: those who are in the register today."""
    states = [MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED]
    return Membership.objects.filter(status__in=states).select_related("institution").order_by("institution__name")


def membership_of(institution: Institution) -> Membership | None:
    """The open membership of an institution, also one that waits for payment."""
    return Membership.objects.filter(institution=institution, status__in=MEMBERSHIP_OPEN).select_related("institution").first()


def affiliations_in_force(institution: Institution) -> QuerySet[Affiliation]:
    """Who is what at the institution today."""
    now = today()
    # A role ends at the beginning of its last day: whoever hands over today has no rights left today.
    in_force = Q(until=None) | Q(until__gt=now)
    return (
        Affiliation.objects.filter(in_force, institution=institution, since__lte=now).select_related("person", "person__user").order_by("role", "person__name")
    )


def contacts(institution: Institution, *roles: str) -> list[Person]:
    """The people with an e-mail address who hold one of `roles` at the institution today, each once."""
    rows = affiliations_in_force(institution).filter(role__in=roles).exclude(person__email="")
    return list({row.person_id: row.person for row in rows}.values())
