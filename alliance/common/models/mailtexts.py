"""Texts of automatic mails as staff have written them: every version is kept, the newest is in force."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.triggers import append_only


class MailTextVersion(models.Model):
    """One version of one mail's text in one language. `shipped`: from then on the text that came with the system is in force again."""

    template = models.CharField(_("mail"), max_length=120)
    variant = models.SlugField(_("variant"), max_length=40, blank=True, help_text=_("Empty: the mail itself; otherwise a text of its own for a rule."))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    number = models.PositiveIntegerField(_("version"))
    shipped = models.BooleanField(_("shipped text"), default=False)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    body = models.TextField(_("text"), blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("text of a mail")
        verbose_name_plural = _("texts of mails")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["template", "variant", "language", "number"], name="mail_text_version_once"),
            models.CheckConstraint(condition=models.Q(shipped=True) | ~models.Q(subject="", body=""), name="mail_text_says_something"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.template} {self.language} {self.number}"
