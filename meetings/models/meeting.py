"""Meetings, and on what terms one takes part."""

import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import local_date
from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields
from meetings.enums import MEETING_TRANSITIONS, Audience, MeetingKind, MeetingStatus


@pghistory.track()
class Meeting(TimestampedModel):
    """A meeting. Who may come and what it draws on stands in its offers."""

    TRANSITIONS = MEETING_TRANSITIONS

    kind = models.CharField(_("kind"), max_length=12, choices=MeetingKind.choices, default=MeetingKind.QUARTERLY)
    quarter = models.PositiveSmallIntegerField(_("quarter"), null=True, blank=True, choices=[(n, str(n)) for n in (1, 2, 3, 4)])
    slug = models.SlugField(_("address"), max_length=80, unique=True, help_text=_("Part of the page's address: 2026-q1"))
    title = models.CharField(_("title"), max_length=160)
    theme = models.TextField(_("theme and agenda"), blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=160)
    online_link = models.URLField(_("online link"), blank=True, help_text=_("Shown to confirmed participants only."))
    invitation_note = models.TextField(
        _("note on the invitation letter"), blank=True, help_text=_("Costs, arrival and the like, as the units' finance offices need it.")
    )
    capacity = models.PositiveIntegerField(_("places"))
    members_from = models.DateTimeField(_("members see it from"))
    public_from = models.DateTimeField(_("the public sees it from"), null=True, blank=True, help_text=_("Empty: never."))
    register_until = models.DateTimeField(_("registration until"))
    status = models.CharField(_("status"), max_length=10, choices=MeetingStatus.choices, default=MeetingStatus.DRAFT)
    sequence = models.PositiveIntegerField(default=0, editable=False, help_text="SEQUENCE of the calendar entry (RFC 5545).")

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("-starts_at",)
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_after_it_begins"),
            models.CheckConstraint(condition=models.Q(public_from=None) | models.Q(public_from__gte=models.F("members_from")), name="members_hear_first"),
        ]
        triggers = [transitions_trigger("status", MEETING_TRANSITIONS, initial={MeetingStatus.DRAFT})]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The meeting's page."""
        return reverse("meetings:meeting", args=[self.slug])

    @property
    def year(self) -> int:
        """The year of its date in Beijing: the year whose allowance it draws on."""
        return local_date(self.starts_at).year


@pghistory.track()
class Offer(TimestampedModel):
    """One way to take part (R9, R10): who, how many of a unit, and whether it uses the yearly allowance."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="offers", verbose_name=_("meeting"))
    name = models.CharField(_("name"), max_length=80)
    audience = models.CharField(_("for"), max_length=8, choices=Audience.choices, default=Audience.MEMBERS)
    needs_good_standing = models.BooleanField(_("in good standing only"), default=True)
    seats_per_unit = models.PositiveSmallIntegerField(_("places per unit"), null=True, blank=True, help_text=_("Empty: no limit."))
    draws_on_allowance = models.BooleanField(_("uses the yearly allowance"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("The first that fits is taken."))

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ("meeting", "position", "pk")
        triggers = [frozen_fields("meeting_id", name="offer_belongs")]

    def __str__(self) -> str:
        return self.name
