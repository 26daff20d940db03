"""Reminders of dues: pauses, times of quiet, and what the letters say."""

from string import Formatter

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel

# What a letter may name; anything else in braces is an error when the text is saved, not a hole in a mail that went out.
WRONG_FIELD = _("The text names a field that does not exist, or a brace stands alone: %(what)s.")
FIELDS = ("name", "unit", "number", "owed", "due", "total", "days")


@pghistory.track()
class DunningPause(TimestampedModel):
    """No reminders about dues to a unit until a day, and why."""

    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="dunning_pauses", verbose_name=_("institution"))
    until = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))

    class Meta:
        verbose_name = _("pause of reminders")
        verbose_name_plural = _("pauses of reminders")
        ordering = ("-until",)

    def __str__(self) -> str:
        return f"{self.institution} → {self.until}"


@pghistory.track()
class QuietPeriod(TimestampedModel):
    """No reminder about dues goes out in this time (school holidays, the closing of a university's books): it waits for the first working day after."""

    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    yearly = models.BooleanField(_("every year"), default=False, help_text=_("The same days of each year; the year written here does not matter."))
    reason = models.CharField(_("reason"), max_length=100)
    is_sample = models.BooleanField(_("sample"), default=False)

    class Meta:
        verbose_name = _("quiet period")
        verbose_name_plural = _("quiet periods")
        ordering = ("first",)
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="quiet_period_in_order")]

    def __str__(self) -> str:
        return f"{self.reason} {self.first} – {self.last}"


@pghistory.track()
class DunningText(TimestampedModel):
    """How the letter of one step begins, for all units or for those of one tier. Without a row the shipped words are used."""

    offset_days = models.SmallIntegerField(_("days"), help_text=_("The step of the ladder: days before (negative) or after the due date."))
    tier = models.ForeignKey("members.Tier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only this tier"))
    text = models.TextField(
        _("text"),
        max_length=2000,
        help_text=_("May name {name}, {unit}, {number}, {owed}, {due}, {total} and {days}; bank data and list follow by themselves."),
    )

    class Meta:
        verbose_name = _("text of a reminder of dues")
        verbose_name_plural = _("texts of reminders of dues")
        ordering = ("offset_days", "tier")
        constraints = [
            models.UniqueConstraint(fields=["offset_days", "tier"], nulls_distinct=False, name="one_dunning_text_per_step_and_tier"),
            models.CheckConstraint(condition=~Q(text=""), name="dunning_text_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.offset_days:+d}" + (f" · {self.tier}" if self.tier else "")

    def clean(self) -> None:
        """Refuse a field that the letter does not know."""
        try:
            named = {field for _text, field, _format, _conversion in Formatter().parse(self.text) if field is not None}
        except ValueError as error:
            raise ValidationError({"text": WRONG_FIELD % {"what": error}}) from error
        # Exactly these names: an attribute or an index behind one would reach into Python.
        if unknown := sorted(named - set(FIELDS)):
            raise ValidationError({"text": WRONG_FIELD % {"what": "、".join(unknown) or "{}"}})
