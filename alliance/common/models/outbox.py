"""Mail that has to go out: a row written in the transaction that caused it."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models.base import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields, never_deleted


class OutboxState(models.TextChoices):
    """Where a message stands."""

    HELD = "held", _("Held back")
    QUEUED = "queued", _("Queued")
    CLAIMED = "claimed", _("Next in line")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Fate unknown")


S = OutboxState
TRANSITIONS = {
    S.HELD: {S.QUEUED, S.FAILED},
    S.QUEUED: {S.CLAIMED, S.HELD, S.FAILED},
    # Claimed: a worker has taken it, and nothing has been said to the mail server yet. Sending: the server may have it.
    S.CLAIMED: {S.SENDING, S.QUEUED, S.FAILED},
    S.SENDING: {S.SENT, S.QUEUED, S.FAILED, S.UNKNOWN},
    S.FAILED: {S.QUEUED},
    S.UNKNOWN: {S.QUEUED, S.SENT},
    S.SENT: set(),
}


IS_ERASING = "OLD.state IN ('sent', 'failed', 'unknown') AND NEW.recipient = 'erased-' || OLD.id || '@invalid'"


class Priority(models.IntegerChoices):
    """Who waits for whom."""

    URGENT = 0, _("At once")
    NORMAL = 5, _("Normal")
    BULK = 9, _("After the others")


class OutboxMessage(TimestampedModel):
    """One mail to one recipient. Unique by recipient and key, so that the same cause never mails the same person twice."""

    TRANSITIONS = TRANSITIONS

    recipient = models.EmailField(_("recipient"))
    key = models.CharField(_("key"), max_length=250)
    template = models.CharField(_("template"), max_length=120)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=250)
    body_text = models.TextField(_("text"))
    body_html = models.TextField(_("HTML"), blank=True)
    reply_to = models.EmailField(_("reply to"), blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=200)
    unsubscribe_url = models.URLField(_("unsubscribe link"), blank=True, help_text=_("Only for voluntary mails: where the reader can decline further ones."))
    critical = models.BooleanField(_("critical"), default=False, help_text=_("Shown first among mails whose fate is unknown."))
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    state = models.CharField(_("state"), max_length=10, choices=OutboxState.choices, default=OutboxState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), auto_now_add=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    # The worker's run that holds it; while that run lives it also holds an advisory lock of this number.
    claim = models.BigIntegerField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    resent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resent by"))
    # The id that an e-mail service gave it; its webhooks name it.
    provider_id = models.CharField(max_length=200, blank=True, editable=False)
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="outbox_once_per_recipient_and_key"),
            models.UniqueConstraint(fields=["message_id"], name="outbox_message_id_once"),
            models.CheckConstraint(condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False), name="outbox_sent_has_time"),
        ]
        indexes = [
            models.Index(fields=["priority", "next_attempt_at", "id"], condition=models.Q(state="queued"), name="outbox_due_by_priority"),
            models.Index(fields=["claim"], condition=models.Q(state__in=["claimed", "sending"]), name="outbox_by_claim"),
            models.Index(fields=["claimed_at"], name="outbox_by_time_of_claim"),
            models.Index(fields=["provider_id"], condition=~models.Q(provider_id=""), name="outbox_by_provider_id"),
        ]
        # The pair that keeps a cause from mailing twice stays as it is. Erasing a person takes the address of what is gone, and nothing else does.
        triggers = [
            transitions_trigger("state", TRANSITIONS, initial={S.QUEUED, S.HELD}),
            never_deleted(),
            frozen_fields("key", name="key_is_fixed"),
            frozen_fields("recipient", name="recipient_is_fixed", condition=f"NOT ({IS_ERASING})"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"


class OutboxAttachment(models.Model):
    """A file that goes with a message: its bytes, or the name of a document made just before sending."""

    message = models.ForeignKey(OutboxMessage, models.CASCADE, related_name="attachments")
    filename = models.CharField(max_length=200)
    mimetype = models.CharField(max_length=120)
    content = models.BinaryField(blank=True, default=b"")
    maker = models.CharField(max_length=120, blank=True, help_text="A maker registered with outbox.attachment_maker; called at sending.")
    argument = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.filename


class OutboxSubject(models.Model):
    """A record that a message is about, so that the record's page can show what was sent."""

    message = models.ForeignKey(OutboxMessage, models.CASCADE, related_name="subjects")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    subject = GenericForeignKey("content_type", "object_id")

    class Meta:
        verbose_name = _("record of a message")
        verbose_name_plural = _("records of messages")
        constraints = [models.UniqueConstraint(fields=["content_type", "object_id", "message"], name="outbox_subject_once")]

    def __str__(self) -> str:
        return f"{self.content_type}:{self.object_id}"
