"""The filters of the register's lists: standing, tier of this year, kind, year of joining, what is missing."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import today
from members.enums import MembershipStatus, Ownership
from members.models import Institution, Membership, MembershipTier, Tier
from members.selectors.register import KINDS, in_arrears, in_good_standing
from members.wording import GAPS

KIND_LABELS: dict[str, Any] = {
    "985": "985", "211": "211", "dfc": _("Double First-Class"), "local": _("Local institution"), "private": Ownership.PRIVATE.label,
    "cooperative": Ownership.COOPERATIVE.label, "foreign": Ownership.FOREIGN.label,
}  # fmt: skip


class MemberFilter(admin.SimpleListFilter):
    """Members only, or the others."""

    title = _("member")
    parameter_name = "member"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Two."""
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Institution]) -> QuerySet[Institution]:
        """By the annotation."""
        return queryset.filter(is_member=self.value() == "yes") if self.value() in {"yes", "no"} else queryset


class MissingFilter(admin.SimpleListFilter):
    """Members whose data have a gap; of institutions or of memberships, by the annotations of `with_gaps`."""

    title = _("missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All kinds of gaps."""
        return list(GAPS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Of members."""
        code = self.value() or ""
        if code not in GAPS:
            return queryset
        at = "" if queryset.model is Institution else "institution__"
        name = code.removeprefix("no_")
        if role := code.removesuffix("_no_email") if code.endswith("_no_email") else "":
            held: dict[str, Any] = {f"has_{role}": True, f"mail_{role}": False}
        else:
            held = {f"has_{name}": False} if name in {"liaison", "finance", "head"} else {f"{at}{name}": ""}
        return queryset.filter(**({"is_member": True} if queryset.model is Institution else {}), **held)


class KindFilter(admin.SimpleListFilter):
    """The kinds of R19; of institutions, or of memberships by their institution."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All kinds."""
        return [(kind, KIND_LABELS[kind]) for kind in KINDS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Of that kind."""
        if self.value() not in KINDS:
            return queryset
        condition = KINDS[self.value() or ""]
        return queryset.filter(condition) if queryset.model is Institution else queryset.filter(institution__in=Institution.objects.filter(condition))


class StandingFilter(admin.SimpleListFilter):
    """In good standing or not, as of today: derived from money and dates, never stored."""

    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What a secretariat asks for."""
        return [
            ("good", _("In good standing")), ("arrears", _("In arrears")), ("suspended", _("Suspended")),
            ("joining", _("Awaiting payment")), ("ended", _("Ended")), ("present", _("All present members")),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> QuerySet[Membership]:
        """Of that standing."""
        conditions = {
            "good": lambda: in_good_standing(today()),
            "arrears": lambda: in_arrears(today()),
            "suspended": lambda: Q(status=MembershipStatus.SUSPENDED),
            "joining": lambda: Q(status=MembershipStatus.PENDING_PAYMENT),
            "ended": lambda: Q(status=MembershipStatus.ENDED),
            "present": lambda: Q(status__in=[MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED]),
        }
        wanted = conditions.get(self.value() or "")
        return queryset.filter(wanted()) if wanted else queryset


class TierFilter(admin.SimpleListFilter):
    """By the tier that holds this year, not by any the unit ever had."""

    title = _("tier")
    parameter_name = "tier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The tiers there are."""
        return [(str(tier.pk), tier.name) for tier in Tier.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> QuerySet[Membership]:
        """Of that tier."""
        value = self.value() or ""
        if not value.isdecimal():
            return queryset
        latest = MembershipTier.objects.filter(membership=OuterRef("pk"), from_year__lte=today().year).order_by("-from_year")
        return queryset.annotate(tier_now=Subquery(latest.values("tier")[:1])).filter(tier_now=int(value[:9]))


class YearFilter(admin.SimpleListFilter):
    """By the year of joining."""

    title = _("year of joining")
    parameter_name = "joined"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The years there are."""
        years = Membership.objects.filter(joined_on__isnull=False).dates("joined_on", "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in years]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> QuerySet[Membership]:
        """Of that year."""
        value = self.value() or ""
        return queryset.filter(joined_on__year=int(value)) if value.isdecimal() and 1 <= int(value) <= 9999 else queryset
