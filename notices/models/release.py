"""A mailing of a notice: to whom, when, and what became of each mail."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.models import TimestampedModel
from alliance.common.models.outbox import OutboxState
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields, never_deleted
from notices.enums import RELEASE_TRANSITIONS, Fate, Purpose, ReleaseState

# The list is written once, when the mailing begins, and stands from then on.
LIST_IS_FROZEN = """
PERFORM 1 FROM notices_release WHERE id = NEW.release_id FOR SHARE;
IF NOT EXISTS (SELECT 1 FROM notices_release WHERE id = NEW.release_id AND state = 'scheduled') THEN
    RAISE EXCEPTION 'the list of a mailing that has begun is fixed' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


@pghistory.track()
class Release(TimestampedModel):
    """One mailing of an issued notice. Its conditions are fixed when it is made, its list of people when it begins."""

    TRANSITIONS = RELEASE_TRANSITIONS

    notice = models.ForeignKey("notices.Notice", models.PROTECT, related_name="releases", verbose_name=_("notice"))
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.NOTICE)
    audience = models.ForeignKey("notices.Audience", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("saved audience"))
    conditions = models.JSONField(_("conditions"), default=dict)
    is_voluntary = models.BooleanField(_("voluntary"), default=False, help_text=_("Readers may decline such mails; each carries the way to do so."))
    words = models.TextField(_("words in the mail"), blank=True, max_length=2000)
    starts_at = models.DateTimeField(_("begins"))
    state = models.CharField(_("state"), max_length=10, choices=ReleaseState.choices, default=ReleaseState.SCHEDULED)
    left_out = models.JSONField(_("left out"), default=list, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["sending", "paused", "done"]) | models.Q(begun_at__isnull=False), name="begun_release_has_time"
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], condition=models.Q(state="scheduled"), name="release_due")]
        triggers = [
            transitions_trigger("state", RELEASE_TRANSITIONS, initial={ReleaseState.SCHEDULED}),
            frozen_fields("notice_id", "purpose", "conditions", "is_voluntary", "words", name="release_is_fixed"),
            frozen_fields("left_out", "begun_at", "starts_at", name="begun_release_is_fixed", condition="OLD.begun_at IS NOT NULL"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.notice} · {self.get_purpose_display()}"


class RecipientQuerySet(models.QuerySet["Recipient"]):
    """Lists of recipients."""

    def with_fate(self) -> "RecipientQuerySet":
        """Each with `fate`, as its mail stands now, and `has_acknowledged` (its unit has said 已阅)."""
        from notices.models.notice import Acknowledgement

        read = Acknowledgement.objects.filter(notice=models.OuterRef("release__notice"), institution=models.OuterRef("institution"))
        fate = models.Case(
            models.When(message=None, then=models.Value(Fate.WAITING)),
            models.When(message__bounced_at__isnull=False, then=models.Value(Fate.BOUNCED)),
            models.When(message__state=OutboxState.SENT, then=models.Value(Fate.SENT)),
            models.When(message__state=OutboxState.FAILED, then=models.Value(Fate.REFUSED)),
            models.When(message__state=OutboxState.HELD, then=models.Value(Fate.HELD)),
            models.When(message__state=OutboxState.UNKNOWN, then=models.Value(Fate.UNKNOWN)),
            default=models.Value(Fate.QUEUED),
            output_field=models.CharField(),
        )
        return self.annotate(fate=fate, has_acknowledged=models.Exists(read))


class Recipient(models.Model):
    """One address on the list of a mailing. What became of the mail stands in the outbox; whether it was opened, here."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="recipients", verbose_name=_("mailing"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("institution"))
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"))
    why = models.CharField(_("why"), max_length=80, blank=True)
    token = models.CharField(max_length=32, unique=True, editable=False)
    in_digest = models.BooleanField(_("in the daily digest"), default=False)
    message = models.ForeignKey("common.OutboxMessage", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("mail"))
    opened_at = models.DateTimeField(pgettext_lazy("mail", "opened"), null=True, blank=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ("release", "pk")
        constraints = [models.UniqueConstraint(fields=["release", "email"], name="recipient_once_per_release")]
        indexes = [models.Index(fields=["release"], condition=models.Q(message=None), name="recipient_without_mail")]
        triggers = [
            pgtrigger.Trigger(name="list_is_frozen", when=pgtrigger.Before, operation=pgtrigger.Insert, func=LIST_IS_FROZEN),
            frozen_fields("release_id", "institution_id", "person_id", "name", "email", "token", "in_digest", name="recipient_is_fixed"),
            frozen_fields("message_id", name="mail_is_kept", condition="OLD.message_id IS NOT NULL"),
            frozen_fields("opened_at", name="first_opening_is_kept", condition="OLD.opened_at IS NOT NULL"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


class MailChoice(TimestampedModel):
    """How a person wants to be written to."""

    person = models.OneToOneField("members.Person", models.CASCADE, related_name="mail_choice", verbose_name=_("person"))
    token = models.CharField(max_length=32, unique=True, editable=False)
    digest = models.BooleanField(_("one mail a day"), default=False)
    declines_voluntary = models.BooleanField(_("no voluntary mails"), default=False)

    class Meta:
        verbose_name = _("choice of mail")
        verbose_name_plural = _("choices of mail")

    def __str__(self) -> str:
        return str(self.person)
