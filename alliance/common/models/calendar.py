"""Days that the law moved: holidays, and the weekends worked for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models.base import TimestampedModel


class CalendarDay(TimestampedModel):
    """A day on which the office works or rests differently from what the library's calendar or the weekday says."""

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"), default=False, help_text=_("Off: a holiday. On: a weekend worked in exchange for one."))
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()
