"""The agenda: what happens when and where within a meeting."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from meetings.triggers import session_guard, session_places


@pghistory.track()
class Session(TimestampedModel):
    """One item of the agenda. With a capacity of its own, people choose it and its places are counted; without, everybody may sit in."""

    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="sessions", verbose_name=_("meeting"))
    title = models.CharField(_("title"), max_length=160)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.CharField(_("room"), max_length=80, blank=True)
    speakers = models.CharField(_("speakers"), max_length=200, blank=True)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True, help_text=_("Empty: no limit, nobody needs to choose it."))

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ("meeting", "starts_at", "pk")
        constraints = [models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_ends_after_it_begins")]
        triggers = [session_guard()]

    def __str__(self) -> str:
        return self.title


class SessionPlace(TimestampedModel):
    """A participant's place in a session with a capacity of its own. It counts while the participant has a seat at the meeting."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="places", verbose_name=_("agenda item"))
    registration = models.ForeignKey("meetings.Registration", models.CASCADE, related_name="session_places", verbose_name=_("registration"))

    class Meta:
        verbose_name = _("place in a session")
        verbose_name_plural = _("places in sessions")
        ordering = ("session", "pk")
        constraints = [models.UniqueConstraint(fields=["session", "registration"], name="session_chosen_once")]
        triggers = [session_places()]

    def __str__(self) -> str:
        return f"{self.registration} · {self.session}"
