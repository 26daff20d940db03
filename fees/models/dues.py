"""Runs, reductions, credit notes, reported transfers, closed periods."""

from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import append_only, frozen_fields, never_deleted
from fees import triggers
from fees.enums import ADJUSTMENT_TRANSITIONS, RUN_TRANSITIONS, VOUCHER_TRANSITIONS, AdjustmentState, RunState, UnitKind, VoucherState

SCOPE = ("kind", "province", "joined_from", "joined_to", "chosen")


class DuesRun(TimestampedModel):
    """The annual fees of a year, issued for all units at once or for some."""

    TRANSITIONS = RUN_TRANSITIONS

    year = models.PositiveSmallIntegerField(_("year"))
    issued_on = models.DateField(_("date of the notices"))
    tier = models.ForeignKey("members.Tier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only this tier"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only this unit"))
    kind = models.CharField(_("only units of this kind"), max_length=12, choices=UnitKind.choices, blank=True, default="")
    province = models.CharField(_("only this province"), max_length=40, blank=True, default="")
    joined_from = models.PositiveSmallIntegerField(_("only units that joined in or after the year"), null=True, blank=True)
    joined_to = models.PositiveSmallIntegerField(_("only units that joined in or before the year"), null=True, blank=True)
    # Keys of institutions; a list and not a table of its own, so that the trigger which fixes a started run fixes it too.
    chosen = ArrayField(models.BigIntegerField(), verbose_name=_("only these units"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=RunState.choices, default=RunState.DRAFT)
    job = models.ForeignKey("common.Job", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("background job"))
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by"))
    count = models.PositiveIntegerField(_("notices"), default=0)
    total = models.DecimalField(pgettext_lazy("amount", "total"), max_digits=14, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("dues run")
        verbose_name_plural = _("dues runs")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(condition=Q(joined_from=None) | Q(joined_to=None) | Q(joined_to__gte=F("joined_from")), name="run_years_of_joining_in_order")
        ]
        triggers = [
            transitions_trigger("state", RUN_TRANSITIONS, initial={RunState.DRAFT}),
            frozen_fields("year", "issued_on", "tier_id", "institution_id", *SCOPE, name="run_is_fixed", condition="OLD.state <> 'draft'"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.year} · {self.issued_on}"

    @property
    def scope(self) -> dict[str, Any]:
        """Whom it looks at, as `candidates` takes it."""
        return {"tier_id": self.tier_id, "institution_id": self.institution_id, **{name: getattr(self, name) for name in SCOPE}}


class RunSkip(models.Model):
    """A unit that a run left out, and why, as it was on the day of the run."""

    run = models.ForeignKey(DuesRun, models.PROTECT, related_name="skips", verbose_name=_("dues run"))
    membership = models.ForeignKey("members.Membership", models.PROTECT, related_name="+", verbose_name=_("membership"))
    institution_name = models.CharField(_("institution"), max_length=120)
    verdict = models.CharField(_("why it was left out"), max_length=12)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("unit left out of a run")
        verbose_name_plural = _("units left out of a run")
        ordering = ("institution_name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["run", "membership"], name="left_out_once_a_run"),
            models.CheckConstraint(condition=~Q(verdict="") & ~Q(verdict="due"), name="left_out_for_a_reason"),
        ]
        triggers = [*append_only()]

    def __str__(self) -> str:
        return f"{self.institution_name}: {self.verdict}"


@pghistory.track()
class Adjustment(TimestampedModel):
    """A discount or waiver of a year's fee, with reason and approval. Before billing it becomes a line of the notice, after it a credit note."""

    TRANSITIONS = ADJUSTMENT_TRANSITIONS

    membership = models.ForeignKey("members.Membership", models.PROTECT, related_name="adjustments", verbose_name=_("membership"))
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("reduction in yuan"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=AdjustmentState.choices, default=AdjustmentState.PROPOSED)
    needs_second = models.BooleanField(_("needs a second person"), default=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by"))

    class Meta:
        verbose_name = _("reduction")
        verbose_name_plural = _("reductions")
        ordering = ("-year", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="adjustment_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_names_reason"),
            models.CheckConstraint(condition=Q(state="proposed") | Q(decided_by__isnull=False), name="adjustment_decided_by_somebody"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(needs_second=False) | ~Q(decided_by=F("proposed_by")), name="adjustment_needs_second_person"
            ),
            models.UniqueConstraint(fields=["membership", "year"], condition=Q(state="approved"), name="one_adjustment_per_membership_and_year"),
        ]
        triggers = [
            transitions_trigger("state", ADJUSTMENT_TRANSITIONS, initial={AdjustmentState.PROPOSED}),
            frozen_fields("membership_id", "year", "amount", "reason", "needs_second", "proposed_by_id", name="adjustment_is_fixed"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.membership} {self.year}: {self.amount}"


class CreditNote(models.Model):
    """What is taken off an issued notice, with a number of its own."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    series = models.CharField(max_length=10, default="HC", editable=False)
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number within the year"))
    invoice = models.ForeignKey("fees.Invoice", models.PROTECT, related_name="credit_notes", verbose_name=_("payment notice"))
    adjustment = models.OneToOneField(Adjustment, models.PROTECT, null=True, blank=True, related_name="credit_note", verbose_name=_("reduction"))
    proposal = models.OneToOneField(
        "fees.CreditProposal", models.PROTECT, null=True, blank=True, related_name="credit_note", verbose_name=_("approved proposal")
    )
    refund = models.OneToOneField("fees.Refund", models.PROTECT, null=True, blank=True, related_name="credit_note", verbose_name=_("refund"))
    for_place = models.BooleanField(_("for a released place"), default=False)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    credited_on = models.DateField(_("date"))
    # Empty: by a task, when an unpaid place at a meeting was released.
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        ordering = ("-year", "-sequence")
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "sequence"], name="credit_note_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_note_positive"),
        ]
        triggers = [
            *append_only(),
            triggers.numbers_follow(),
            triggers.credit_reduces_invoice(),
            triggers.not_in_closed_period("credited_on"),
            triggers.large_credit_needs_second_person(),
        ]

    def __str__(self) -> str:
        return self.number


class Voucher(TimestampedModel):
    """A transfer as the unit reports it, with a photo or scan; finance confirms it against the bank."""

    TRANSITIONS = VOUCHER_TRANSITIONS

    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="vouchers", verbose_name=_("institution"))
    file = models.ForeignKey("common.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name=_("voucher"))
    paid_on = models.DateField(_("transferred on"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    payer_name = models.CharField(_("payer"), max_length=120)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=VoucherState.choices, default=VoucherState.NEW)
    payment = models.ForeignKey("fees.Payment", models.PROTECT, null=True, blank=True, related_name="vouchers", verbose_name=_("payment"))
    answer = models.CharField(_("why not used"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))

    class Meta:
        verbose_name = _("transfer voucher")
        verbose_name_plural = _("transfer vouchers")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="voucher_positive"),
            models.CheckConstraint(condition=~Q(state="confirmed") | Q(payment__isnull=False), name="confirmed_voucher_has_payment"),
        ]
        triggers = [transitions_trigger("state", VOUCHER_TRANSITIONS, initial={VoucherState.NEW}), never_deleted()]

    def __str__(self) -> str:
        return f"{self.institution} {self.paid_on} {self.amount}"


@pghistory.track()
class ClosedPeriod(TimestampedModel):
    """Up to and including this day nothing more is booked; opened again only by a person, with a reason."""

    until = models.DateField(_("closed until"))
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("closed by"))
    reopened_at = models.DateTimeField(_("opened again"), null=True, blank=True)
    reopen_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        ordering = ("-until",)
        constraints = [
            models.CheckConstraint(condition=Q(reopened_at=None) | ~Q(reopen_reason=""), name="reopening_names_reason"),
            models.UniqueConstraint(fields=["until"], condition=Q(reopened_at=None), name="one_closing_of_a_day"),
        ]
        triggers = [frozen_fields("until", "closed_by_id", name="period_is_fixed"), never_deleted(), triggers.closing_waits_for_bookings()]

    def __str__(self) -> str:
        return str(self.until)
