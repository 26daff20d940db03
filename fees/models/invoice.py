"""The payment notice (缴费通知单). Once issued it is never edited, only voided."""

from decimal import Decimal
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.models import TimestampedModel
from alliance.common.triggers import frozen_fields, never_deleted
from fees import triggers
from fees.enums import UNSETTLED, InvoicePurpose, InvoiceState, LineKind

ISSUED = (
    "number", "series", "year", "sequence", "purpose", "membership_id", "institution_id", "institution_name", "schedule_id",
    "total", "remark", "terms", "issued_on", "due_on", "grace_until", "created_at", "run_id",
)  # fmt: skip


class StateField(models.CharField):
    """Reads as an InvoiceState, so that a template can say `invoice.state.label`."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> InvoiceState | None:
        """The member of the enum."""
        return None if value is None else InvoiceState(value)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Invoices by their state."""

    def open(self) -> "InvoiceQuerySet":
        """Neither void nor fully paid."""
        return self.filter(state__in=UNSETTLED)


@pghistory.track(exclude=["paid", "credited", "owed", "state", "announced_at", "updated_at"])
class Invoice(TimestampedModel):
    """A payment notice, born issued in services/billing.py. `paid` is kept by triggers on allocations; `owed` and `state` follow from it."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    series = models.CharField(_("series"), max_length=10, default="JF")
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number within the year"))
    purpose = models.CharField(_("purpose"), max_length=10, choices=InvoicePurpose.choices)
    # Only what is no due of a member may be owed by a unit that is none: a place at a meeting.
    membership = models.ForeignKey("members.Membership", models.PROTECT, null=True, blank=True, related_name="invoices", verbose_name=_("membership"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="invoices", verbose_name=_("institution"))
    institution_name = models.CharField(_("name on the notice"), max_length=120)
    schedule = models.ForeignKey("fees.FeeSchedule", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fee schedule"))
    total = models.DecimalField(pgettext_lazy("amount", "total"), max_digits=12, decimal_places=2)
    remark = models.CharField(_("remark to write"), max_length=200)
    terms = models.JSONField(_("bank data and contact as issued"), help_text=_("A copy made again later shows what the first one showed."))
    issued_on = models.DateField(pgettext_lazy("invoice", "issued"))
    due_on = models.DateField(_("due"))
    grace_until = models.DateField(_("grace until"))
    paid = models.DecimalField(_("paid"), max_digits=12, decimal_places=2, default=Decimal("0.00"), editable=False)
    credited = models.DecimalField(_("credited"), max_digits=12, decimal_places=2, default=Decimal("0.00"), editable=False)
    owed = models.GeneratedField(
        expression=Case(When(voided_at__isnull=False, then=Value(Decimal("0.00"))), default=F("total") - F("paid") - F("credited")),
        output_field=models.DecimalField(_("owed"), max_digits=12, decimal_places=2),
        db_persist=True,
        verbose_name=_("owed"),
    )
    state = models.GeneratedField(
        expression=Case(
            When(voided_at__isnull=False, then=Value("void")),
            When(paid__gte=F("total") - F("credited"), then=Value("settled")),
            When(paid__gt=0, then=Value("part_paid")),
            default=Value("open"),
        ),
        output_field=StateField(max_length=10, choices=InvoiceState.choices),
        db_persist=True,
        verbose_name=_("state"),
    )
    run = models.ForeignKey("fees.DuesRun", models.PROTECT, null=True, blank=True, related_name="invoices", verbose_name=_("dues run"))
    announced_at = models.DateTimeField(_("mail queued"), null=True, blank=True, editable=False)
    disputed_since = models.DateField(_("disputed since"), null=True, blank=True)
    dispute = models.CharField(_("what the unit objects to"), max_length=200, blank=True)
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("voided by"))
    void_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment notice")
        verbose_name_plural = _("payment notices")
        ordering = ("-year", "-sequence")
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "sequence"], name="invoice_number_once"),
            models.UniqueConstraint(fields=["membership"], condition=Q(purpose="joining", voided_at=None), name="one_joining_invoice_per_membership"),
            models.CheckConstraint(condition=Q(purpose="event") | Q(membership__isnull=False), name="dues_are_owed_by_members"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="invoice_numbers_from_one"),
            models.CheckConstraint(condition=Q(total__gt=0), name="invoice_total_positive"),
            models.CheckConstraint(condition=Q(paid__gte=0, credited__gte=0, paid__lte=F("total") - F("credited")), name="invoice_paid_within_owed"),
            models.CheckConstraint(condition=Q(voided_at=None) | Q(paid=0), name="void_invoice_holds_no_money"),
            models.CheckConstraint(condition=Q(voided_at=None) | ~Q(void_reason=""), name="void_invoice_names_reason"),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on"), grace_until__gte=F("due_on")), name="invoice_dates_in_order"),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state__in=["open", "part_paid"]), name="invoice_unsettled_by_due"),
            models.Index(fields=["institution", "due_on"], name="invoice_by_institution"),
        ]
        triggers = [
            frozen_fields(*ISSUED, name="issued_is_fixed"),
            frozen_fields("voided_at", "voided_by_id", "void_reason", name="void_is_final", condition="OLD.voided_at IS NOT NULL"),
            never_deleted(),
            triggers.numbers_follow(),
            triggers.only_by_trigger("paid", "credited", name="paid_is_derived", born="NEW.paid = 0 AND NEW.credited = 0"),
            triggers.not_in_closed_period("issued_on"),
            triggers.not_changed_in_closed_period("voided_at", name="not_voided_in_closed_period"),
            triggers.total_is_sum_of_lines("total_is_sum_of_lines", "NEW.id"),
            triggers.lines_die_with_invoice(),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.institution_name}"


class InvoiceLine(models.Model):
    """One fee on an invoice, written with it. `live` until the invoice is voided; of live lines there is one annual fee per membership and year."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines", verbose_name=_("invoice"))
    # Copied from the invoice by trigger, so that the two promises below can be plain unique indexes.
    membership = models.ForeignKey("members.Membership", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("membership"), editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=LineKind.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    description = models.CharField(_("description"), max_length=120)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    live = models.BooleanField(default=True, editable=False)
    adjustment = models.ForeignKey("fees.Adjustment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reduction"))
    # As it was when the notice was issued: income by tier stays what it was when a tier is corrected later.
    tier = models.ForeignKey("members.Tier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tier"))

    class Meta:
        verbose_name = _("line of a payment notice")
        verbose_name_plural = _("lines of payment notices")
        ordering = ("invoice", "pk")
        constraints = [
            models.UniqueConstraint(fields=["membership", "year"], condition=Q(kind="annual", live=True), name="one_annual_fee_per_membership_and_year"),
            models.UniqueConstraint(fields=["membership"], condition=Q(kind="entry", live=True), name="one_entry_fee_per_membership"),
            models.CheckConstraint(condition=Q(kind="discount", amount__lt=0) | ~Q(kind="discount") & Q(amount__gt=0), name="line_amount_by_kind"),
        ]
        triggers = [
            triggers.line_belongs_to_invoice(),
            frozen_fields("invoice_id", "membership_id", "kind", "year", "description", "amount", "tier_id", name="line_is_fixed"),
            triggers.only_by_trigger("live", name="live_is_derived", born="TRUE"),
            never_deleted(),
            triggers.total_is_sum_of_lines("no_line_later", "NEW.invoice_id"),
        ]

    def __str__(self) -> str:
        return self.description
