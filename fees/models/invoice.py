"""The payment notice (缴费通知单)."""

from decimal import Decimal

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.triggers import frozen_fields, never_deleted
from fees.enums import InvoiceState, LineKind

MONEY = models.DecimalField(max_digits=12, decimal_places=2)
NOTHING = Value(Decimal("0.00"), output_field=MONEY)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Invoices with what was paid on them."""

    def with_paid(self) -> "InvoiceQuerySet":
        """Adds `paid` and `owed`, in yuan."""
        paid = Coalesce(Sum("allocations__amount", filter=Q(allocations__released_at=None)), NOTHING)
        return self.annotate(paid=paid).annotate(owed=F("total") - F("paid"))

    def open(self) -> "InvoiceQuerySet":
        """Not void and not fully paid; with `paid` and `owed`."""
        return self.with_paid().filter(voided_at=None, owed__gt=0)


@pghistory.track()
class Invoice(TimestampedModel):
    """A payment notice. What was issued is never edited: it is voided, and another is issued. Its state follows from money."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    series = models.CharField(_("series"), max_length=10, default="JF")
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number within the year"))
    membership = models.ForeignKey("members.Membership", models.PROTECT, related_name="invoices", verbose_name=_("membership"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="invoices", verbose_name=_("institution"))
    institution_name = models.CharField(_("name on the notice"), max_length=120)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    remark = models.CharField(_("remark to write"), max_length=200)
    issued_on = models.DateField(_("issued"))
    due_on = models.DateField(_("due"))
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ("-year", "-sequence")
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "sequence"], name="invoice_number_once"),
            models.CheckConstraint(condition=models.Q(total__gt=0), name="invoice_total_positive"),
            models.CheckConstraint(condition=models.Q(due_on__gte=models.F("issued_on")), name="invoice_due_after_issue"),
        ]
        triggers = [
            frozen_fields(
                "number", "series", "year", "sequence", "membership_id", "institution_id", "institution_name", "total", "remark", "issued_on", "due_on",
                name="issued_is_fixed",
            ),
            frozen_fields("voided_at", "void_reason", name="void_is_final", condition="OLD.voided_at IS NOT NULL"),
            never_deleted(),
            pgtrigger.Trigger(
                name="void_only_unpaid",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("voided_at"),
                condition=pgtrigger.Q(new__voided_at__isnull=False),
                func="""
                IF EXISTS (SELECT 1 FROM fees_allocation WHERE invoice_id = NEW.id AND released_at IS NULL) THEN
                    RAISE EXCEPTION 'an invoice with money on it cannot be voided' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="total_is_sum_of_lines",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func="""
                IF NEW.total IS DISTINCT FROM (SELECT sum(amount) FROM fees_invoiceline WHERE invoice_id = NEW.id) THEN
                    RAISE EXCEPTION 'the total of % is not the sum of its lines', NEW.number USING ERRCODE = 'check_violation';
                END IF;
                RETURN NULL;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.institution_name}"

    def money(self) -> tuple[Decimal, Decimal]:
        """(paid, owed) in yuan: as annotated by `with_paid`, else asked for now."""
        if hasattr(self, "paid"):
            return self.paid, self.owed
        row = Invoice.objects.with_paid().get(pk=self.pk)
        return row.paid, row.owed

    @property
    def state(self) -> InvoiceState:
        """Open, part-paid, settled or void."""
        if self.voided_at:
            return InvoiceState.VOID
        paid, owed = self.money()
        if owed <= 0:
            return InvoiceState.SETTLED
        return InvoiceState.PART_PAID if paid > 0 else InvoiceState.OPEN


class InvoiceLine(models.Model):
    """One fee on an invoice. `live` until the invoice is voided; of live lines there is one annual fee per membership and year."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines", verbose_name=_("invoice"))
    membership = models.ForeignKey("members.Membership", models.PROTECT, related_name="+", verbose_name=_("membership"))
    kind = models.CharField(_("kind"), max_length=10, choices=LineKind.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    description = models.CharField(_("description"), max_length=120)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    live = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering = ("invoice", "pk")
        constraints = [
            models.UniqueConstraint(fields=["membership", "year"], condition=models.Q(kind="annual", live=True), name="one_annual_fee_per_membership_and_year"),
            models.UniqueConstraint(fields=["membership"], condition=models.Q(kind="entry", live=True), name="one_entry_fee_per_membership"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="line_amount_positive"),
        ]
        triggers = [
            frozen_fields("invoice_id", "membership_id", "kind", "year", "description", "amount", name="line_is_fixed"),
            frozen_fields("live", name="dead_line_stays_dead", condition="NOT OLD.live"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return self.description
