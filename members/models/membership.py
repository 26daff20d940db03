"""A unit's time in the alliance."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields, never_deleted
from members.enums import MEMBERSHIP_OPEN, MEMBERSHIP_TRANSITIONS, EndedHow, MembershipStatus


class Tier(models.Model):
    """A grade of membership (R4). What it costs stands in the fee schedule of a year."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_sample = models.BooleanField(_("sample"), default=False, help_text=_("An example that the alliance has not decided."))

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Membership(TimestampedModel):
    """From joining to leaving. An institution that comes back gets a new one; numbers are never used again."""

    TRANSITIONS = MEMBERSHIP_TRANSITIONS

    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="memberships", verbose_name=_("institution"))
    application = models.OneToOneField("members.Application", models.PROTECT, null=True, blank=True, related_name="membership", verbose_name=_("application"))
    number = models.CharField(_("member number"), max_length=20, unique=True, null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=MembershipStatus.choices, default=MembershipStatus.PENDING_PAYMENT)
    approved_on = models.DateField(_("approved"), null=True, blank=True)
    joined_on = models.DateField(_("joined"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    ended_kind = models.CharField(_("how it ended"), max_length=10, choices=EndedHow.choices, blank=True)
    ended_how = models.CharField(_("reason it ended"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("number", "pk")
        constraints = [
            models.UniqueConstraint(fields=["institution"], condition=models.Q(status__in=sorted(MEMBERSHIP_OPEN)), name="one_open_membership_per_institution"),
            models.CheckConstraint(
                condition=models.Q(status="pending_payment") | models.Q(status="ended") | models.Q(number__isnull=False, joined_on__isnull=False),
                name="member_has_number_and_date",
            ),
            models.CheckConstraint(condition=~models.Q(status="ended") | models.Q(ended_on__isnull=False), name="ended_membership_has_date"),
        ]
        triggers = [
            transitions_trigger("status", MEMBERSHIP_TRANSITIONS),
            frozen_fields("number", name="number_is_kept", condition="OLD.number IS NOT NULL"),
            frozen_fields("institution_id", name="institution_is_kept"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.number or ''}".strip()

    def tier_in(self, year: int) -> Tier | None:
        """The tier that holds in a calendar year."""
        rows = [row for row in self.tiers.all() if row.from_year <= year]
        return max(rows, key=lambda row: row.from_year).tier if rows else None


class MembershipTier(models.Model):
    """The tier of a membership from a year on."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="tiers", verbose_name=_("membership"))
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="+", verbose_name=_("tier"))
    from_year = models.PositiveSmallIntegerField(_("from year"))

    class Meta:
        verbose_name = _("tier of a membership")
        verbose_name_plural = _("tiers of memberships")
        ordering = ("membership", "from_year")
        constraints = [models.UniqueConstraint(fields=["membership", "from_year"], name="one_tier_per_membership_and_year")]

    def __str__(self) -> str:
        return f"{self.tier} ({self.from_year})"


@pghistory.track()
class Suspension(TimestampedModel):
    """A time in which a membership rested, with the reason; kept when it is over."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="suspensions", verbose_name=_("membership"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ("membership", "since")
        constraints = [
            models.UniqueConstraint(fields=["membership"], condition=models.Q(until=None), name="one_running_suspension"),
            models.CheckConstraint(condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="suspension_ends_after_it_begins"),
        ]
        triggers = [never_deleted()]

    def __str__(self) -> str:
        return f"{self.membership} {self.since}"
