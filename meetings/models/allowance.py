"""The yearly free allowance (R9), and the rows that are locked while it is drawn on."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel


@pghistory.track()
class AllowanceRule(TimestampedModel):
    """From a year on: how many meetings a unit attends free of charge, and with how many people each."""

    from_year = models.PositiveSmallIntegerField(_("from year"), unique=True)
    free_meetings = models.PositiveSmallIntegerField(_("free meetings a year"), default=3)
    delegates_per_meeting = models.PositiveSmallIntegerField(_("free places at each"), default=3)

    class Meta:
        verbose_name = _("free allowance")
        verbose_name_plural = _("free allowances")
        ordering = ("-from_year",)

    def __str__(self) -> str:
        return f"{self.from_year}: {self.free_meetings} × {self.delegates_per_meeting}"


class UnitYear(models.Model):
    """A unit's year: the first lock of a registration."""

    institution = models.ForeignKey("members.Institution", models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "year"], name="unit_year_once")]

    def __str__(self) -> str:
        return f"{self.institution_id}/{self.year}"


class UnitMeeting(models.Model):
    """A unit's place in a meeting: the second lock."""

    institution = models.ForeignKey("members.Institution", models.CASCADE, related_name="+")
    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "meeting"], name="unit_meeting_once")]

    def __str__(self) -> str:
        return f"{self.institution_id}/{self.meeting_id}"
