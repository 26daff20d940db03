"""What mail servers and e-mail services said afterwards about mails that had gone out."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BounceKind(models.TextChoices):
    """What it means."""

    HARD = "hard", _("The address does not exist")
    SOFT = "soft", _("Not delivered this time")
    COMPLAINT = "complaint", _("Reported as spam")
    UNCLEAR = "unclear", _("Came back for an unclear reason")


class BounceSource(models.TextChoices):
    """Who said so."""

    SMTP = "smtp", _("Mail server, at once")
    MAILBOX = "mailbox", _("Mailbox of returned mail")
    SERVICE = "service", _("E-mail service")


class Bounce(models.Model):
    """One answer about one address. `key` makes it one and the same however often it is read."""

    recipient = models.EmailField(_("recipient"), db_index=True)
    message = models.ForeignKey("common.OutboxMessage", models.SET_NULL, null=True, blank=True, related_name="bounces", verbose_name=_("mail"))
    kind = models.CharField(_("kind"), max_length=10, choices=BounceKind.choices)
    source = models.CharField(_("source"), max_length=10, choices=BounceSource.choices)
    code = models.CharField(_("code"), max_length=20, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    key = models.CharField(max_length=250, unique=True)
    received_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("returned mail")
        verbose_name_plural = _("returned mail")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.recipient}: {self.get_kind_display()}"
