"""Reminders: which are sent, and when the sweep last ran."""

import pghistory
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from notices.enums import Audience, ReminderKind


@pghistory.track()
class ReminderRule(TimestampedModel):
    """One reminder: what, and how many days before (negative) or after the day in question."""

    kind = models.CharField(_("what"), max_length=24, choices=ReminderKind.choices)
    offset_days = models.SmallIntegerField(_("days"), help_text=_("Negative: so many days before; 0: on the day; positive: after."))
    working_days = models.BooleanField(_("working days"), default=False, help_text=_("Count working days only; the mail then never falls on a day off."))
    audience = models.CharField(_("to whom"), max_length=12, choices=Audience.choices, blank=True, default="")
    variant = models.SlugField(
        _("text"), max_length=40, blank=True, help_text=_("Empty: the usual text. Variants are written under “Texts of mails”, one for each language.")
    )
    is_active = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ("kind", "offset_days")
        constraints = [
            models.UniqueConstraint(fields=["kind", "offset_days", "working_days", "audience"], name="one_reminder_rule_per_kind_day_and_audience"),
            models.CheckConstraint(condition=models.Q(offset_days__gte=-366, offset_days__lte=366), name="reminder_within_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.when}"

    @property
    def when(self) -> str:
        """3 days before, on the day, 5 working days after."""
        count = abs(self.offset_days)
        if count == 0:
            return gettext("on the day")
        if self.working_days:
            return (gettext("%d working days before") if self.offset_days < 0 else gettext("%d working days after")) % count
        return (gettext("%d days before") if self.offset_days < 0 else gettext("%d days after")) % count


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
