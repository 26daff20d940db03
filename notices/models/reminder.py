"""Reminders: which are sent, and when the sweep last ran."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from notices.enums import ReminderKind


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
