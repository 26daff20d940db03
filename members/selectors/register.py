"""The register of any day and any year; what is missing; whom to ask."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from alliance.common.clock import today
from members.enums import MembershipStatus, Ownership, PersonRole
from members.models import Affiliation, DataCheck, DataCheckAnswer, Institution, Membership, MembershipTier, Suspension

# The kinds of R19, as conditions on an institution. A local one is a public one that has none of the titles.
KINDS: dict[str, Q] = {
    "985": Q(is_985=True),
    "211": Q(is_211=True),
    "dfc": Q(is_double_first_class=True),
    "local": Q(is_985=False, is_211=False, is_double_first_class=False, ownership=Ownership.PUBLIC),
    "private": Q(ownership=Ownership.PRIVATE),
    "cooperative": Q(ownership=Ownership.COOPERATIVE),
    "foreign": Q(ownership=Ownership.FOREIGN),
}
# Upper floors say which memberships are in arrears on a day: members knows nothing of money.
_arrears: list[Callable[[dt.date], QuerySet[Membership]]] = []
CONTACT_FIELDS = (("credit_code", 20), ("name_en", 10))
CONTACT_ROLES = ((PersonRole.LIAISON, 30), (PersonRole.FINANCE, 25), (PersonRole.HEAD, 15))


def register_on(day: dt.date) -> QuerySet[Membership]:
    """The memberships that were running on `day` (Beijing date), with their number; `suspended` says whether they rested."""
    running = Q(joined_on__lte=day) & (Q(ended_on=None) | Q(ended_on__gt=day))
    resting = Suspension.objects.filter(membership=OuterRef("pk"), since__lte=day).filter(Q(until=None) | Q(until__gt=day))
    tiers = Prefetch("tiers", MembershipTier.objects.select_related("tier"))
    return (
        Membership.objects.filter(running, number__isnull=False).annotate(suspended=Exists(resting)).select_related("institution").prefetch_related(tiers)
    ).order_by("number")


def roll_of(year: int) -> QuerySet[Membership]:
    """Everybody who was a member on any day of the calendar year."""
    running = Q(joined_on__lte=dt.date(year, 12, 31)) & (Q(ended_on=None) | Q(ended_on__gte=dt.date(year, 1, 1)))
    tiers = Prefetch("tiers", MembershipTier.objects.select_related("tier"))
    return Membership.objects.filter(running, number__isnull=False).select_related("institution").prefetch_related(tiers).order_by("number")


def with_gaps(rows: QuerySet[Any], at: str = "pk") -> QuerySet[Any]:
    """For institutions, or rows that point to one by `at`: adds `has_liaison`, `has_finance`, `has_head`: whether somebody with an address holds the role today."""
    now = today()
    held = Affiliation.objects.filter(institution=OuterRef(at), since__lte=now).filter(Q(until=None) | Q(until__gt=now)).exclude(person__email="")
    return rows.annotate(**{f"has_{role.value}": Exists(held.filter(role=role)) for role, _weight in CONTACT_ROLES})


def completeness(institution: Any, held: Any = None) -> int:
    """How complete our data of a unit are, in per cent: contacts weigh 70, credit code 20, English name 10.

    Takes a row of `with_gaps`, or the institution and the row (`held`) that points to it.
    """
    held = held or institution
    total = sum(weight for name, weight in CONTACT_FIELDS if getattr(institution, name))
    return total + sum(weight for role, weight in CONTACT_ROLES if getattr(held, f"has_{role.value}"))


def gaps(institution: Any, held: Any = None) -> list[str]:
    """What is missing, as codes: no_liaison, no_finance, no_head, no_credit_code, no_name_en. Takes what `completeness` takes."""
    held = held or institution
    missing = [f"no_{role.value}" for role, _weight in CONTACT_ROLES if not getattr(held, f"has_{role.value}")]
    return missing + [f"no_{name}" for name, _weight in CONTACT_FIELDS if not getattr(institution, name)]


def answers_with_completeness(check: DataCheck) -> list[tuple[DataCheckAnswer, int]]:
    """Each unit of a round with how complete its data are, the silent ones first."""
    answers = list(check.answers.select_related("institution", "confirmed_by"))
    percent = {i.pk: completeness(i) for i in with_gaps(Institution.objects.filter(pk__in=[a.institution_id for a in answers]))}
    answers.sort(key=lambda a: (a.confirmed_at is not None, a.institution.name))
    return [(answer, percent[answer.institution_id]) for answer in answers]


def register_arrears(memberships_on: Callable[[dt.date], QuerySet[Membership]]) -> None:
    """`memberships_on(day)`: active memberships that owe something beyond grace on that day."""
    _arrears[:] = [*[known for known in _arrears if known is not memberships_on], memberships_on]


def in_arrears(day: dt.date) -> Q:
    """The condition on memberships: active, and owing beyond grace on `day`."""
    owing = Q(pk__in=[])
    for memberships_on in _arrears:
        owing |= Q(pk__in=memberships_on(day).order_by().values("pk"))
    return owing


def in_good_standing(day: dt.date) -> Q:
    """The condition on memberships: active, and nothing owed beyond grace on `day`. Derived, never stored."""
    return Q(status=MembershipStatus.ACTIVE) & ~in_arrears(day)
