"""How mail is sent, as settings with history: rates, quiet hours, and the rates of single domains."""

import datetime as dt

import pghistory
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models.base import TimestampedModel


@pghistory.track()
class MailSettings(TimestampedModel):
    """One row, made with these defaults. Times are Beijing time."""

    SINGLETON = 1

    per_minute = models.PositiveIntegerField(
        _("mails per minute"), default=0, validators=[MaxValueValidator(60000)], help_text=_("0: no limit. Sign-in codes never wait for it.")
    )
    domain_per_minute = models.PositiveIntegerField(
        _("mails per minute to one domain"), default=0, validators=[MaxValueValidator(60000)], help_text=_("0: no limit. Single domains may have their own.")
    )
    bounce_address = models.EmailField(
        _("address for bounces"),
        blank=True,
        help_text=_("Mail servers send undeliverable mail here. Empty: the sender's address. Its mailbox is read by IMAP."),
    )
    quiet_from = models.TimeField(_("quiet from"), default=dt.time(20, 0), help_text=_("Reminders wait from this time on …"))
    quiet_until = models.TimeField(_("quiet until"), default=dt.time(8, 0), help_text=_("… until this one. Equal times: no quiet hours."))
    only_workdays = models.BooleanField(
        _("reminders on working days only"), default=False, help_text=_("What falls on a day off goes out on the next working day, if it is still open.")
    )
    catch_up_days = models.PositiveSmallIntegerField(
        _("days to catch up"),
        default=1,
        validators=[MaxValueValidator(14)],
        help_text=_("A reminder that could not go out on its day, because the system stood still, may be this many days late."),
    )

    class Meta:
        verbose_name = _("settings of mail")
        verbose_name_plural = _("settings of mail")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="mail_settings_are_one_row")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def load(cls) -> "MailSettings":
        """The one row."""
        return cls.objects.get_or_create(pk=cls.SINGLETON)[0]

    def is_quiet(self, moment: dt.time) -> bool:
        """Whether reminders wait at this Beijing time; the quiet hours may span midnight."""
        if self.quiet_from == self.quiet_until:
            return False
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= moment < self.quiet_until
        return moment >= self.quiet_from or moment < self.quiet_until


@pghistory.track()
class DomainRate(TimestampedModel):
    """A domain with a rate of its own, because its mail servers ask for it."""

    domain = models.CharField(
        _("domain"), max_length=120, unique=True, validators=[RegexValidator(r"^[a-z0-9.-]+\.[a-z]{2,}$", _("A domain such as qq.com, in lower case."))]
    )
    per_minute = models.PositiveIntegerField(_("mails per minute"), validators=[MaxValueValidator(60000)])

    class Meta:
        verbose_name = _("rate of a domain")
        verbose_name_plural = _("rates of domains")
        ordering = ("domain",)
        constraints = [models.CheckConstraint(condition=models.Q(per_minute__gt=0), name="domain_rate_is_positive")]

    def __str__(self) -> str:
        return f"{self.domain}: {self.per_minute}"
