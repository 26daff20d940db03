"""Meetings. On what terms one takes part stands in their offers."""

import datetime as dt

import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import local_date
from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from meetings.enums import MEETING_TRANSITIONS, MeetingKind, MeetingStatus
from meetings.triggers import capacity_guard, year_moves


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
    substitute_until = models.DateTimeField(_("colleagues may be replaced until"), null=True, blank=True, help_text=_("Empty: until it begins."))
    cancel_until = models.DateTimeField(
        _("cancelled in time until"), null=True, blank=True, help_text=_("Empty: until it begins. After it the two rules below hold.")
    )
    late_frees_seat = models.BooleanField(_("a late cancellation frees the seat"), default=True)
    late_frees_allowance = models.BooleanField(_("a late cancellation gives the free meeting back"), default=False)
    accept_hours = models.PositiveSmallIntegerField(
        _("hours to accept an offered place"),
        null=True,
        blank=True,
        default=48,
        help_text=_("Empty: whoever moves up from the waiting list has the place at once."),
    )
    hold_days = models.PositiveSmallIntegerField(_("days an unpaid place is held"), default=14)
    unit_limit = models.PositiveSmallIntegerField(_("places per unit in all"), null=True, blank=True, help_text=_("Over all offers. Empty: no limit."))
    answers_days = models.PositiveSmallIntegerField(_("personal answers deleted after days"), default=30, help_text=_("Counted from the end of the meeting."))
    is_internal = models.BooleanField(_("internal"), default=False, help_text=_("Shown to staff only; staff register who takes part."))
    template = models.ForeignKey("meetings.MeetingTemplate", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("template"))
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
        triggers = [transitions_trigger("status", MEETING_TRANSITIONS, initial={MeetingStatus.DRAFT}), capacity_guard(), year_moves()]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The meeting's page."""
        return reverse("meetings:meeting", args=[self.slug])

    @property
    def year(self) -> int:
        """The year of its date in Beijing: the year whose allowance it draws on."""
        return local_date(self.starts_at).year

    @property
    def swap_until(self) -> dt.datetime:
        """Until when a colleague may take a place over."""
        return self.substitute_until or self.starts_at

    @property
    def free_cancel_until(self) -> dt.datetime:
        """Until when a place is given up without losing anything."""
        return self.cancel_until or self.starts_at
