"""Money that came in, and what it pays."""

from decimal import Decimal

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.triggers import frozen_fields, never_deleted
from fees.models.invoice import NOTHING


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments with what of them is used."""

    def with_left(self) -> "PaymentQuerySet":
        """Adds `used` and `left`, in yuan."""
        used = Coalesce(Sum("allocations__amount", filter=Q(allocations__released_at=None)), NOTHING)
        return self.annotate(used=used).annotate(left=F("amount") - F("used"))


@pghistory.track()
class Payment(TimestampedModel):
    """A transfer that arrived. Never edited or deleted; a slip is reversed and entered again."""

    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="payments", verbose_name=_("institution"))
    received_on = models.DateField(_("received"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    payer_name = models.CharField(_("payer"), max_length=120)
    payer_account = models.CharField(_("payer's account"), max_length=40, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    bank_serial = models.CharField(_("serial number of the bank"), max_length=60, blank=True)
    token = models.UUIDField(unique=True, null=True, editable=False, help_text="Of the form it was entered with: a double click enters it once.")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    reversed_at = models.DateTimeField(_("reversed"), null=True, blank=True)
    reversal_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ("-received_on", "-pk")
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_positive"),
            models.UniqueConstraint(fields=["bank_serial"], condition=~models.Q(bank_serial="") & models.Q(reversed_at=None), name="bank_serial_once"),
        ]
        triggers = [
            frozen_fields("institution_id", "received_on", "amount", "payer_name", "bank_serial", name="payment_is_fixed"),
            frozen_fields("reversed_at", "reversal_reason", name="reversal_is_final", condition="OLD.reversed_at IS NOT NULL"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.received_on} {self.payer_name} {self.amount}"

    def left_over(self) -> Decimal:
        """What of it pays nothing yet, in yuan: the unit's credit."""
        return Payment.objects.with_left().get(pk=self.pk).left


class Allocation(TimestampedModel):
    """A part of a payment that pays a part of an invoice. Released, never deleted. A trigger keeps the sums under locks of both rows."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations", verbose_name=_("payment"))
    invoice = models.ForeignKey("fees.Invoice", models.PROTECT, related_name="allocations", verbose_name=_("invoice"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        ordering = ("pk",)
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="allocation_positive")]
        triggers = [
            frozen_fields("payment_id", "invoice_id", "amount", name="allocation_is_fixed"),
            frozen_fields("released_at", name="release_is_final", condition="OLD.released_at IS NOT NULL"),
            never_deleted(),
            pgtrigger.Trigger(
                name="within_payment_and_invoice",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("room", "numeric")],
                func="""
                PERFORM 1 FROM fees_payment WHERE id = NEW.payment_id FOR UPDATE;
                PERFORM 1 FROM fees_invoice WHERE id = NEW.invoice_id FOR UPDATE;
                SELECT amount - (SELECT coalesce(sum(amount), 0) FROM fees_allocation WHERE payment_id = NEW.payment_id AND released_at IS NULL)
                    INTO room FROM fees_payment WHERE id = NEW.payment_id AND reversed_at IS NULL;
                IF NEW.amount > coalesce(room, 0) THEN
                    RAISE EXCEPTION 'allocation of % is more than the % left of the payment', NEW.amount, room USING ERRCODE = 'check_violation';
                END IF;
                SELECT total - (SELECT coalesce(sum(amount), 0) FROM fees_allocation WHERE invoice_id = NEW.invoice_id AND released_at IS NULL)
                    INTO room FROM fees_invoice WHERE id = NEW.invoice_id AND voided_at IS NULL;
                IF NEW.amount > coalesce(room, 0) THEN
                    RAISE EXCEPTION 'allocation of % is more than the % owed on the invoice', NEW.amount, room USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.invoice_id}: {self.amount}"
