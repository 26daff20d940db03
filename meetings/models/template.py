"""Patterns of meetings: what the next one of its sort looks like (R9 to R11, R14, R17)."""

import datetime as dt
from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from meetings.enums import MeetingKind
from meetings.models.offer import PRICE_BY_KIND, Terms


@pghistory.track()
class MeetingTemplate(TimestampedModel):
    """A pattern. Times are days before the meeting begins; `{year}` and `{quarter}` in the title are filled in."""

    kind = models.CharField(_("kind"), max_length=12, choices=MeetingKind.choices, default=MeetingKind.QUARTERLY)
    name = models.CharField(_("name"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160, help_text=_("{year} and {quarter} are filled in: {year}年第{quarter}季度项目会议"))
    theme = models.TextField(_("theme and agenda"), blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    begins = models.TimeField(_("begins at"), default=dt.time(9))
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, default=Decimal("8.0"))
    capacity = models.PositiveIntegerField(_("places"), default=120)
    members_days = models.PositiveSmallIntegerField(_("members see it, days before"), default=42)
    public_days = models.PositiveSmallIntegerField(_("the public sees it, days before"), null=True, blank=True, help_text=_("Empty: never."))
    register_days = models.PositiveSmallIntegerField(_("registration ends, days before"), default=7)
    substitute_days = models.PositiveSmallIntegerField(_("replacing ends, days before"), default=1)
    cancel_days = models.PositiveSmallIntegerField(_("cancelled in time, days before"), default=3)
    is_internal = models.BooleanField(_("internal"), default=False)
    is_sample = models.BooleanField(_("sample"), default=False, help_text=_("An example that the alliance has not decided."))

    class Meta:
        verbose_name = _("meeting template")
        verbose_name_plural = _("meeting templates")
        ordering = ("pk",)
        constraints = [models.CheckConstraint(condition=Q(public_days=None) | Q(public_days__lte=models.F("members_days")), name="template_members_first")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class TemplateOffer(Terms):
    """An offer of the pattern."""

    template = models.ForeignKey(MeetingTemplate, models.CASCADE, related_name="offers", verbose_name=_("template"))
    closes_days = models.PositiveSmallIntegerField(_("open until, days before"), null=True, blank=True, help_text=_("Empty: until registration ends."))

    class Meta:
        verbose_name = _("offer of a template")
        verbose_name_plural = _("offers of templates")
        ordering = ("template", "position", "pk")
        constraints = [models.CheckConstraint(condition=PRICE_BY_KIND, name="template_price_by_kind")]
