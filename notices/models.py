"""Reminders: which are sent, and when the sweep last ran."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import append_only, frozen_fields, never_deleted


class ReminderKind(models.TextChoices):
    """What there is to be reminded of. Each kind has a source in notices/sources.py."""

    INVOICE_DUE = "invoice_due", _("Payment notice due")
    BALLOT_CLOSING = "ballot_closing", _("Ballot closing, to those who have not voted")
    APPLICATION_RETURNED = "application_returned", _("Application returned, waiting for the applicant")
    MEETING_SOON = "meeting_soon", _("Meeting soon, to those who are registered")


@pghistory.track()
class ReminderRule(TimestampedModel):
    """One reminder: what, and how many days before (negative) or after the day in question."""

    kind = models.CharField(_("what"), max_length=24, choices=ReminderKind.choices)
    offset_days = models.SmallIntegerField(_("days"), help_text=_("Negative: so many days before; 0: on the day; positive: after."))
    is_active = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ("kind", "offset_days")
        constraints = [models.UniqueConstraint(fields=["kind", "offset_days"], name="one_reminder_rule_per_kind_and_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.offset_days:+d}"


class ReminderRun(models.Model):
    """One run of the sweep that sent something."""

    ran_at = models.DateTimeField(_("time"), auto_now_add=True)
    queued = models.PositiveIntegerField(_("sent"))

    class Meta:
        verbose_name = _("reminder run")
        verbose_name_plural = _("reminder runs")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d %H:%M}: {self.queued}"


class IssuingBody(models.TextChoices):
    """Whose notice it is; each has its own numbers (R18)."""

    SECRETARIAT = "secretariat", _("Secretariat")
    COUNCIL = "council", _("Council")
    ASSEMBLY = "assembly", _("General assembly")


# As it stands in the number: 秘书处〔2025〕3号.
NUMBER_WORDS = {IssuingBody.SECRETARIAT: "秘书处", IssuingBody.COUNCIL: "理事会", IssuingBody.ASSEMBLY: "全体大会"}


class NoticeState(models.TextChoices):
    """Where a notice stands."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    ISSUED = "issued", _("Issued")
    WITHDRAWN = "withdrawn", _("Withdrawn")


N = NoticeState
NOTICE_TRANSITIONS = {N.DRAFT: {N.REVIEW}, N.REVIEW: {N.DRAFT, N.ISSUED}, N.ISSUED: {N.WITHDRAWN}, N.WITHDRAWN: set()}
ISSUED_FIELDS = (
    "body", "year", "sequence", "number", "title", "addressee", "text", "signature", "dated_on", "copy_line", "corrects_id", "issued_at", "members_from",
    "author_id", "issued_by_id",
)  # fmt: skip


@pghistory.track()
class Notice(TimestampedModel):
    """An official notice. Once issued it is never edited; it is corrected by a later one or withdrawn, and keeps its number."""

    TRANSITIONS = NOTICE_TRANSITIONS

    body = models.CharField(_("issuing body"), max_length=12, choices=IssuingBody.choices, default=IssuingBody.SECRETARIAT)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    sequence = models.PositiveIntegerField(_("number within the year"), null=True, blank=True)
    number = models.CharField(_("number"), max_length=40, unique=True, null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    addressee = models.CharField(_("addressees"), max_length=200, default="各成员单位：", blank=True)
    text = models.TextField(_("text"), help_text=_("One paragraph a line; lines that begin with 一、（一）1. or （1） are headings."))
    signature = models.CharField(_("signature"), max_length=200)
    dated_on = models.DateField(_("date"), null=True, blank=True)
    copy_line = models.CharField(_("copies to"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=NoticeState.choices, default=NoticeState.DRAFT)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects"))
    members_from = models.DateTimeField(_("members see it from"), null=True, blank=True)
    public_from = models.DateTimeField(_("everybody sees it from"), null=True, blank=True, help_text=_("Empty: only members."))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by"))
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=200, blank=True)
    announced_at = models.DateTimeField(_("mail queued"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("official notice")
        verbose_name_plural = _("official notices")
        ordering = ("-issued_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["body", "year", "sequence"], name="notice_number_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "review"], number=None)
                | models.Q(
                    state__in=["issued", "withdrawn"], number__isnull=False, dated_on__isnull=False, issued_at__isnull=False, members_from__isnull=False
                ),
                name="issued_notice_is_complete",
            ),
            models.CheckConstraint(condition=~models.Q(state="withdrawn") | ~models.Q(withdrawn_reason=""), name="withdrawal_names_reason"),
            # R12: members hear first.
            models.CheckConstraint(condition=models.Q(public_from=None) | models.Q(members_from__lte=models.F("public_from")), name="notice_members_first"),
        ]
        triggers = [
            transitions_trigger("state", NOTICE_TRANSITIONS, initial={NoticeState.DRAFT}),
            frozen_fields(*ISSUED_FIELDS, name="issued_notice_is_fixed", condition="OLD.state IN ('issued', 'withdrawn')"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.number or ''} {self.title}".strip()


class Acknowledgement(models.Model):
    """A unit says that it has read a notice (已阅)."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="acknowledgements", verbose_name=_("notice"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="+", verbose_name=_("institution"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [models.UniqueConstraint(fields=["notice", "institution"], name="acknowledged_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.institution}: {self.notice}"
