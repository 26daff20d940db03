"""Money that came in, what it pays, and what went back. Nothing here is ever deleted."""

from decimal import Decimal

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import today
from alliance.common.models import TimestampedModel
from alliance.common.triggers import append_only, frozen_fields, never_deleted
from fees import triggers
from fees.enums import ReversalKind

RECEIVED = (
    "institution_id", "received_on", "amount", "payer_name", "payer_account", "remark", "bank_serial", "token", "entered_by_id", "created_at", "line_id",
)  # fmt: skip


@pghistory.track(exclude=["used", "left", "updated_at"])
class Payment(TimestampedModel):
    """A transfer that arrived. `used` (allocations in force and reversals) is kept by triggers; what is `left` is the unit's credit."""

    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="payments", verbose_name=_("institution"))
    received_on = models.DateField(_("received"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    payer_name = models.CharField(_("payer"), max_length=120)
    payer_account = models.CharField(_("payer's account"), max_length=40, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    bank_serial = models.CharField(_("serial number of the bank"), max_length=60, blank=True)
    line = models.ForeignKey("fees.StatementLine", models.PROTECT, null=True, blank=True, related_name="payments", verbose_name=_("line of the bank statement"))
    token = models.UUIDField(unique=True, null=True, editable=False, help_text="Of the form it was entered with: a double click enters it once.")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    used = models.DecimalField(_("used"), max_digits=12, decimal_places=2, default=Decimal("0.00"), editable=False)
    left = models.GeneratedField(
        expression=F("amount") - F("used"),
        output_field=models.DecimalField(_("credit"), max_digits=12, decimal_places=2),
        db_persist=True,
        verbose_name=_("credit"),
    )
    mistaken = models.BooleanField(_("entered by mistake"), default=False, editable=False)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ("-received_on", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(condition=Q(used__gte=0, used__lte=F("amount")), name="payment_used_within_amount"),
            models.UniqueConstraint(fields=["bank_serial"], condition=~Q(bank_serial="") & Q(mistaken=False), name="bank_serial_once"),
        ]
        indexes = [
            models.Index(fields=["institution"], condition=Q(used__lt=F("amount")), name="payment_with_credit"),
            models.Index(fields=["received_on"], name="payment_by_day"),
        ]
        triggers = [
            frozen_fields(*RECEIVED, name="payment_is_fixed"),
            never_deleted(),
            triggers.not_in_closed_period("received_on"),
            triggers.within_its_line(),
            triggers.only_by_trigger("used", "mistaken", name="used_is_derived", born="NEW.used = 0 AND NOT NEW.mistaken"),
        ]

    def __str__(self) -> str:
        return f"{self.received_on} {self.payer_name} {self.amount}"


@pghistory.track(exclude=["updated_at"])
class Allocation(TimestampedModel):
    """A part of a payment that pays a part of an invoice. Released with a reason, never deleted."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations", verbose_name=_("payment"))
    invoice = models.ForeignKey("fees.Invoice", models.PROTECT, related_name="allocations", verbose_name=_("invoice"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    booked_on = models.DateField(_("booked"), default=today)
    released_at = models.DateTimeField(_("undone"), null=True, blank=True)
    released_on = models.DateField(_("undone on"), null=True, blank=True)
    release_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_positive"),
            models.CheckConstraint(condition=Q(released_at=None) | ~Q(release_reason=""), name="release_names_reason"),
            models.CheckConstraint(
                condition=Q(released_at=None, released_on=None) | Q(released_at__isnull=False, released_on__gte=F("booked_on")), name="release_dated"
            ),
        ]
        triggers = [
            frozen_fields("payment_id", "invoice_id", "amount", "made_by_id", "created_at", "booked_on", name="allocation_is_fixed"),
            frozen_fields("released_at", "released_on", "release_reason", name="release_is_final", condition="OLD.released_at IS NOT NULL"),
            never_deleted(),
            *triggers.allocation_moves_money(),
            triggers.allocation_leaves_refunds(),
            triggers.not_in_closed_period("booked_on"),
            triggers.not_changed_in_closed_period("released_on", name="not_released_in_closed_period"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.invoice_id}: {self.amount}"


class Reversal(models.Model):
    """Money of a payment that went back, or never was there: an entry of its own beside the payment."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="reversals", verbose_name=_("payment"))
    kind = models.CharField(_("kind"), max_length=10, choices=ReversalKind.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reversed_on = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=200)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("reversal")
        verbose_name_plural = _("reversals")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="reversal_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="reversal_names_reason"),
        ]
        triggers = [*append_only(), *triggers.reversal_uses_money(), triggers.not_in_closed_period("reversed_on")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"
