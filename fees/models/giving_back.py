"""What finance gives up or gives back, each with a second person: large credit notes, refunds."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields, never_deleted
from fees import triggers
from fees.enums import PROPOSAL_TRANSITIONS, REFUND_TRANSITIONS, CreditProposalState, RefundState


@pghistory.track()
class CreditProposal(TimestampedModel):
    """A credit note above the schedule's limit, asked for by one person and approved by another; approved, it becomes the credit note."""

    TRANSITIONS = PROPOSAL_TRANSITIONS

    invoice = models.ForeignKey("fees.Invoice", models.PROTECT, related_name="credit_proposals", verbose_name=_("payment notice"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=CreditProposalState.choices, default=CreditProposalState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by"))

    class Meta:
        verbose_name = _("credit note to approve")
        verbose_name_plural = _("credit notes to approve")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_proposal_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="credit_proposal_names_reason"),
            models.CheckConstraint(
                condition=~Q(state="approved") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))), name="credit_proposal_needs_second_person"
            ),
            models.UniqueConstraint(fields=["invoice"], condition=Q(state="proposed"), name="one_credit_proposal_at_a_time"),
        ]
        triggers = [
            transitions_trigger("state", PROPOSAL_TRANSITIONS, initial={CreditProposalState.PROPOSED}),
            frozen_fields("invoice_id", "amount", "reason", "proposed_by_id", name="credit_proposal_is_fixed"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.amount}"


@pghistory.track()
class Refund(TimestampedModel):
    """Money to be given back: credit that nobody needs, or what was paid for a place that was cancelled (`invoice`).

    Asked by one person (none: by the system, when a paid place was cancelled), approved by another, then transferred with the bank's reference.
    """

    TRANSITIONS = REFUND_TRANSITIONS

    payment = models.ForeignKey("fees.Payment", models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    invoice = models.ForeignKey("fees.Invoice", models.PROTECT, null=True, blank=True, related_name="refunds", verbose_name=_("payment notice"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    payee_name = models.CharField(_("to whom"), max_length=120)
    payee_account = models.CharField(_("to which account"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=RefundState.choices, default=RefundState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by"))
    refusal = models.CharField(_("why not"), max_length=200, blank=True)
    bank_reference = models.CharField(_("reference of the bank"), max_length=60, blank=True)
    paid_on = models.DateField(_("transferred on"), null=True, blank=True)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("transferred by"))
    reversal = models.OneToOneField("fees.Reversal", models.PROTECT, null=True, blank=True, related_name="refund", verbose_name=_("reversal"))

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(payee_name=""), name="refund_says_why_and_to_whom"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "refused"]) | (Q(decided_by__isnull=False) & (Q(asked_by=None) | ~Q(decided_by=F("asked_by")))),
                name="refund_needs_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | (~Q(bank_reference="") & Q(paid_on__isnull=False, paid_by__isnull=False, reversal__isnull=False)),
                name="paid_refund_names_transfer",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(refusal=""), name="refused_refund_says_why"),
        ]
        triggers = [
            transitions_trigger("state", REFUND_TRANSITIONS, initial={RefundState.ASKED}),
            frozen_fields("payment_id", "invoice_id", "amount", "reason", "asked_by_id", name="refund_is_fixed"),
            frozen_fields(
                "bank_reference",
                "paid_on",
                "paid_by_id",
                "reversal_id",
                "payee_name",
                "payee_account",
                name="paid_refund_is_fixed",
                condition="OLD.state = 'paid'",
            ),
            never_deleted(),
            triggers.refund_within_what_is_there(),
        ]

    def __str__(self) -> str:
        return f"{self.payee_name} {self.amount}"
