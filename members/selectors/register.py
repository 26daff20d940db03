"""The register of any day and any year; what is missing; whom to ask."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from alliance.common.clock import today
from members.enums import MembershipStatus, Ownership, PersonRole
from members.models import Affiliation, DataCheck, DataCheckAnswer, Institution, Membership, MembershipTier, Suspension, in_force

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
# A head is named on documents and may do without an address; liaison and finance are written to.
CONTACT_ROLES = (("mail_liaison", 30), ("mail_finance", 25), ("has_head", 15))


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
    """For institutions, or rows that point to one by `at`: who holds a role today (`has_liaison`, `has_finance`, `has_head`), and with an address (`mail_…`)."""
    held = Affiliation.objects.filter(in_force(today()), institution=OuterRef(at))
    kinds = {"has": held, "mail": held.exclude(person__email="")}
    roles = (PersonRole.LIAISON, PersonRole.FINANCE, PersonRole.HEAD)
    return rows.annotate(**{f"{kind}_{role.value}": Exists(found.filter(role=role)) for kind, found in kinds.items() for role in roles})


def completeness(institution: Any, held: Any = None) -> int:
    """How complete our data of a unit are, in per cent: contacts weigh 70, credit code 20, English name 10.

    Takes a row of `with_gaps`, or the institution and the row (`held`) that points to it.
    """
    held = held or institution
    total = sum(weight for name, weight in CONTACT_FIELDS if getattr(institution, name))
    return total + sum(weight for name, weight in CONTACT_ROLES if getattr(held, name))


def gaps(institution: Any, held: Any = None) -> list[str]:
    """What is missing, as codes of members.wording.GAPS: nobody in a role is told apart from somebody without an address. Takes what `completeness` takes."""
    held = held or institution
    out_of_reach = [role for role in ("liaison", "finance", "head") if not getattr(held, f"mail_{role}")]
    missing = [f"{role}_no_email" if getattr(held, f"has_{role}") else f"no_{role}" for role in out_of_reach]
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
