"""Official notices, and who has read them."""

from collections.abc import Collection

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import append_only, frozen_fields, never_deleted
from notices.enums import NOTICE_TRANSITIONS, IssuingBody, NoticeState

ISSUED_FIELDS = (
    "body", "year", "sequence", "number", "title", "addressee", "text", "signature", "dated_on", "copy_line", "corrects_id", "issued_at", "members_from",
    "author_id", "issued_by_id", "needs_review",
)  # fmt: skip

# A number needs its predecessor: with rows that are fixed and never deleted once they have one, no body's year has a gap, by induction from 1.
NUMBERS_FOLLOW = """
IF NEW.sequence IS NULL OR NEW.sequence = 1 THEN
    RETURN NEW;
END IF;
IF NOT EXISTS (SELECT 1 FROM notices_notice WHERE body = NEW.body AND year = NEW.year AND sequence = NEW.sequence - 1) THEN
    RAISE EXCEPTION 'notices_notice: % % would leave a gap before %', NEW.body, NEW.year, NEW.sequence USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Lists of notices."""

    def unread_first(self, institutions: Collection[int]) -> "NoticeQuerySet":
        """What one of these units has not acknowledged stands before all others; withdrawn ones need no answer."""
        read = Acknowledgement.objects.filter(notice=models.OuterRef("pk"), institution__in=institutions)
        waits = models.Case(models.When(~models.Exists(read) & models.Q(state=NoticeState.ISSUED), then=0), default=1, output_field=models.IntegerField())
        return self.annotate(waits=waits).order_by("waits", "-issued_at", "-pk")


@pghistory.track()
class Notice(TimestampedModel):
    """An official notice. Once issued it is never edited; it is corrected by a later one or withdrawn, and keeps its number."""

    TRANSITIONS = NOTICE_TRANSITIONS
    objects = NoticeQuerySet.as_manager()

    body = models.CharField(_("issuing body"), max_length=12, choices=IssuingBody.choices, default=IssuingBody.SECRETARIAT)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    sequence = models.PositiveIntegerField(_("number within the year"), null=True, blank=True)
    number = models.CharField(_("number"), max_length=40, unique=True, null=True, blank=True)
    title = models.CharField(pgettext_lazy("of a text", "title"), max_length=200)
    addressee = models.CharField(_("addressees"), max_length=200, default="各成员单位：", blank=True)
    text = models.TextField(
        _("text"),
        help_text=_("One paragraph a line; lines that begin with 一、（一）1. or （1） are headings. {{单位名称}} and other fields differ for each unit."),
    )
    signature = models.CharField(_("signature"), max_length=200)
    dated_on = models.DateField(_("date"), null=True, blank=True)
    copy_line = models.CharField(_("copies to"), max_length=200, blank=True)
    needs_review = models.BooleanField(_("a second person reviews"), default=True, editable=False)
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
            models.CheckConstraint(
                condition=models.Q(number=None, sequence=None) | models.Q(number__isnull=False, sequence__isnull=False, year__isnull=False),
                name="notice_number_is_whole",
            ),
            models.CheckConstraint(condition=~models.Q(state="withdrawn") | ~models.Q(withdrawn_reason=""), name="withdrawal_names_reason"),
            models.CheckConstraint(
                condition=models.Q(issued_by=None) | models.Q(needs_review=False) | ~models.Q(issued_by=models.F("author")),
                name="notice_read_by_a_second_person",
            ),
            # R12: members hear first.
            models.CheckConstraint(condition=models.Q(public_from=None) | models.Q(members_from__lte=models.F("public_from")), name="notice_members_first"),
        ]
        triggers = [
            transitions_trigger("state", NOTICE_TRANSITIONS, initial={NoticeState.DRAFT}),
            frozen_fields(*ISSUED_FIELDS, name="issued_notice_is_fixed", condition="OLD.state IN ('issued', 'withdrawn')"),
            pgtrigger.Trigger(name="numbers_follow", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update, func=NUMBERS_FOLLOW),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.number or ''} {self.title}".strip()

    def get_absolute_url(self) -> str:
        """Its page, once it has a number."""
        return reverse("notices:notice", args=[self.year, self.place])

    @property
    def place(self) -> str:
        """Its number within the year as the address has it: 3 for the secretariat's, council-3 for another body's."""
        return str(self.sequence) if self.body == IssuingBody.SECRETARIAT else f"{self.body}-{self.sequence}"

    @property
    def signatories(self) -> list[str]:
        """The lines of the signature."""
        return [line.strip() for line in self.signature.splitlines() if line.strip()]


# What belongs to a notice is fixed with it: its rows can be written only while it is a draft.
ATTACHMENT_IS_FIXED = """
PERFORM 1 FROM notices_notice WHERE id = COALESCE(NEW.notice_id, OLD.notice_id) FOR SHARE;
IF EXISTS (SELECT 1 FROM notices_notice WHERE id = COALESCE(NEW.notice_id, OLD.notice_id) AND state <> 'draft') THEN
    RAISE EXCEPTION 'the notice is no longer a draft' USING ERRCODE = 'check_violation';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


class NoticeAttachment(TimestampedModel):
    """Something that follows the notice on pages of its own: a file, or a text (a form, a table) written like the notice."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="attachments", verbose_name=_("notice"))
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("name"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    file = models.ForeignKey("common.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file"))

    class Meta:
        verbose_name = _("attachment of a notice")
        verbose_name_plural = _("attachments of notices")
        ordering = ("notice", "position")
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="attachment_position_once", deferrable=models.Deferrable.DEFERRED),
            models.CheckConstraint(
                condition=models.Q(file__isnull=False, text="") | models.Q(file=None) & ~models.Q(text=""), name="attachment_is_file_or_text"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="attachment_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=ATTACHMENT_IS_FIXED,
            ),
            # Nor does it move from one notice to another.
            frozen_fields("notice_id", name="attachment_belongs"),
        ]

    def __str__(self) -> str:
        return self.title


class Acknowledgement(models.Model):
    """A unit says that it has read a notice (已阅)."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="acknowledgements", verbose_name=_("notice"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="+", verbose_name=_("institution"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by personal link"))
    made_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.UniqueConstraint(fields=["notice", "institution"], name="acknowledged_once"),
            models.CheckConstraint(condition=models.Q(user__isnull=False) | models.Q(person__isnull=False), name="acknowledged_by_somebody"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.institution}: {self.notice}"
