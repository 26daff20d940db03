"""What membership costs, dated by the year it takes effect."""

from decimal import Decimal

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from fees.enums import ActiveFrom, LateJoining, MembershipYear


@pghistory.track()
class FeeSchedule(TimestampedModel):
    """The amounts in force from a year on (R3, R4). Changing it never changes what was issued."""

    effective_from_year = models.PositiveSmallIntegerField(_("in force from year"), unique=True, validators=[MinValueValidator(2018), MaxValueValidator(2100)])
    entry_fee = models.DecimalField(_("entry fee"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    due_days = models.PositiveSmallIntegerField(
        _("days to pay"), default=30, validators=[MaxValueValidator(366)], help_text=_("Calendar days from issue to the due date.")
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=30, validators=[MaxValueValidator(366)], help_text=_("After the due date, before benefits are questioned.")
    )
    membership_year = models.CharField(_("a year's fee covers"), max_length=12, choices=MembershipYear.choices, default=MembershipYear.CALENDAR)
    late_joining = models.CharField(_("who joins within a year pays"), max_length=10, choices=LateJoining.choices, default=LateJoining.FULL)
    active_from = models.CharField(_("membership begins"), max_length=8, choices=ActiveFrom.choices, default=ActiveFrom.SETTLED)
    suspend_after_days = models.PositiveSmallIntegerField(
        _("days until suspension is proposed"), default=60, help_text=_("After the days of grace. A person decides; nothing is suspended by itself.")
    )
    remove_after_days = models.PositiveSmallIntegerField(
        _("days until removal is proposed"), default=180, help_text=_("After the suspension began. The council decides.")
    )
    stale_statement_days = models.PositiveSmallIntegerField(
        _("days that a bank statement counts as fresh"),
        default=14,
        help_text=_("No reminder of late dues goes out when the last statement is older: the money may have come. 0: never hold back."),
    )
    second_approval_above = models.DecimalField(
        _("reductions above this need a second person"), max_digits=12, decimal_places=2, default=500, validators=[MinValueValidator(0)]
    )
    credit_approval_above = models.DecimalField(
        _("credit notes above this need a second person"),
        max_digits=12,
        decimal_places=2,
        default=500,
        validators=[MinValueValidator(0)],
        help_text=_("What is taken off one notice without a reduction, all such credit notes on it together. The system's default, not the alliance's rule."),
    )
    annual_minimum = models.DecimalField(_("lowest annual fee of the charter"), max_digits=12, decimal_places=2, default=2000)
    annual_maximum = models.DecimalField(_("highest annual fee of the charter"), max_digits=12, decimal_places=2, default=5000)
    clause = models.CharField(_("clause of the charter"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    is_sample = models.BooleanField(_("sample"), default=False)

    class Meta:
        verbose_name = _("fee schedule")
        verbose_name_plural = _("fee schedules")
        ordering = ("-effective_from_year",)
        constraints = [
            models.CheckConstraint(condition=models.Q(entry_fee__gte=0), name="entry_fee_not_negative"),
            models.CheckConstraint(condition=models.Q(annual_minimum__lte=models.F("annual_maximum")), name="annual_minimum_below_maximum"),
        ]

    def __str__(self) -> str:
        return f"{self.effective_from_year}"

    def is_outside_charter(self, amount: Decimal) -> bool:
        """Whether an annual fee lies outside the range that the charter names (R4): a warning, no refusal, for the charter may change first."""
        return not self.annual_minimum <= amount <= self.annual_maximum


@pghistory.track()
class TierAmount(TimestampedModel):
    """The annual fee of a tier in a schedule."""

    schedule = models.ForeignKey(FeeSchedule, models.CASCADE, related_name="amounts", verbose_name=_("fee schedule"))
    tier = models.ForeignKey("members.Tier", models.PROTECT, related_name="+", verbose_name=_("tier"))
    amount = models.DecimalField(_("annual fee"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("annual fee of a tier")
        verbose_name_plural = _("annual fees of tiers")
        ordering = ("schedule", "tier__position")
        constraints = [
            models.UniqueConstraint(fields=["schedule", "tier"], name="one_amount_per_schedule_and_tier"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="annual_fee_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.tier}: {self.amount}"
