"""Bank statements that were read, their lines of money in, and what people's decisions taught."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import append_only, frozen_fields, never_deleted
from fees.enums import LINE_TRANSITIONS, LearntKind, LineState, MatchClass


class BankStatement(models.Model):
    """A file as the bank gave it. The same bytes are kept once."""

    file = models.ForeignKey("common.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name=_("file"))
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    name = models.CharField(_("file name"), max_length=200)
    bank = models.CharField(_("bank"), max_length=60, blank=True)
    account = models.CharField(_("account"), max_length=40, blank=True)
    first_day = models.DateField(pgettext_lazy("day", "from"))
    last_day = models.DateField(_("until"))
    credits = models.PositiveIntegerField(_("money in"))
    debits = models.PositiveIntegerField(_("money out, not considered"))
    new_lines = models.PositiveIntegerField(_("new"))
    known_lines = models.PositiveIntegerField(_("known from other statements"))
    skipped = models.JSONField(_("rows left out"), default=list)
    warnings = models.JSONField(_("warnings"), default=list)
    balance_check = models.CharField(_("balances"), max_length=8)
    balance_breaks = models.JSONField(_("breaks in the balances"), default=list)
    opening = models.DecimalField(_("balance before"), max_digits=14, decimal_places=2, null=True)
    closing = models.DecimalField(_("balance after"), max_digits=14, decimal_places=2, null=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("imported by"))
    created_at = models.DateTimeField(_("imported"), auto_now_add=True)

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ("-pk",)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.bank or self.name} {self.first_day} – {self.last_day}"


@pghistory.track(exclude=["proposal", "updated_at"])
class StatementLine(TimestampedModel):
    """Money that came in, once however many files tell of it, and what was decided about it."""

    TRANSITIONS = LINE_TRANSITIONS

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines", verbose_name=_("bank statement"))
    key = models.CharField(max_length=60, unique=True, editable=False)
    row = models.PositiveIntegerField(_("row of the file"))
    booked_on = models.DateField(_("date"))
    booked_at = models.TimeField(_("time"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    balance = models.DecimalField(_("balance"), max_digits=14, decimal_places=2, null=True, blank=True)
    payer_name = models.CharField(_("payer"), max_length=200, blank=True)
    payer_account = models.CharField(_("payer's account"), max_length=60, blank=True)
    payer_bank = models.CharField(_("payer's bank"), max_length=200, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    serial = models.CharField(_("serial number of the bank"), max_length=80, blank=True)
    cells = models.JSONField(_("as in the file"), default=list)
    state = models.CharField(_("state"), max_length=8, choices=LineState.choices, default=LineState.OPEN)
    verdict = models.CharField(_("matching"), max_length=8, choices=MatchClass.choices, default=MatchClass.ASK)
    proposal = models.JSONField(_("proposal"), default=dict)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_as = models.OneToOneField(
        "fees.Payment", models.PROTECT, null=True, blank=True, related_name="recorded_line", verbose_name=_("the payment entered by hand")
    )

    class Meta:
        verbose_name = _("line of a bank statement")
        verbose_name_plural = _("lines of bank statements")
        ordering = ("booked_on", "pk")
        indexes = [models.Index(fields=["state", "verdict"], name="statement_line_queue")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="statement_line_positive"),
            models.CheckConstraint(condition=Q(state=LineState.RECORDED) ^ Q(recorded_as=None), name="recorded_line_has_its_payment"),
        ]
        triggers = [
            transitions_trigger("state", LINE_TRANSITIONS, initial={LineState.OPEN}),
            frozen_fields(
                "statement_id", "key", "row", "booked_on", "booked_at", "amount", "balance", "payer_name", "payer_account", "payer_bank", "remark", "serial",
                "cells", name="line_is_as_the_bank_said",
            ),
            never_deleted(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.booked_on} {self.payer_name} {self.amount}"


class StatementLayout(TimestampedModel):
    """Columns that a person named once for a header that nobody knew."""

    signature = models.CharField(max_length=64, unique=True)
    header = models.JSONField(_("header"))
    mapping = models.JSONField(_("columns"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))

    class Meta:
        verbose_name = _("layout of a statement")
        verbose_name_plural = _("layouts of statements")

    def __str__(self) -> str:
        return self.signature[:12]


@pghistory.track()
class Learnt(TimestampedModel):
    """What a decision taught: this account, or this payer, pays for that unit. Visible, and taken back by a person."""

    kind = models.CharField(_("kind"), max_length=8, choices=LearntKind.choices)
    key = models.CharField(_("account or payer"), max_length=200)
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="+", verbose_name=_("institution"))
    line = models.ForeignKey(StatementLine, models.PROTECT, null=True, related_name="+", verbose_name=_("learnt from"))
    learnt_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    removed_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("habit of a payer")
        verbose_name_plural = _("habits of payers")
        ordering = ("key",)
        constraints = [models.UniqueConstraint(fields=["kind", "key", "institution"], condition=Q(removed_at=None), name="learnt_once")]

    def __str__(self) -> str:
        return f"{self.key} → {self.institution}"
