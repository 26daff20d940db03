"""The register of any day and any year; what is missing; whom to ask."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from alliance.common.clock import today
from members.enums import PersonRole
from members.models import Affiliation, Institution, Membership, MembershipTier, Suspension

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


def with_gaps(institutions: QuerySet[Institution]) -> QuerySet[Institution]:
    """Adds `has_liaison`, `has_finance`, `has_head`: whether somebody with an address holds the role today."""
    now = today()
    held = Affiliation.objects.filter(institution=OuterRef("pk"), since__lte=now).filter(Q(until=None) | Q(until__gt=now)).exclude(person__email="")
    return institutions.annotate(**{f"has_{role.value}": Exists(held.filter(role=role)) for role, _weight in CONTACT_ROLES})


def completeness(institution: Any) -> int:
    """How complete our data of a unit are, in per cent: contacts weigh 70, credit code 20, English name 10. Takes a row of `with_gaps`."""
    total = sum(weight for name, weight in CONTACT_FIELDS if getattr(institution, name))
    return total + sum(weight for role, weight in CONTACT_ROLES if getattr(institution, f"has_{role.value}"))


def gaps(institution: Any) -> list[str]:
    """What is missing, as codes: no_liaison, no_finance, no_head, no_credit_code, no_name_en. Takes a row of `with_gaps`."""
    missing = [f"no_{role.value}" for role, _weight in CONTACT_ROLES if not getattr(institution, f"has_{role.value}")]
    return missing + [f"no_{name}" for name, _weight in CONTACT_FIELDS if not getattr(institution, name)]
