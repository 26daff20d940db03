"""What a meeting hands out and what it leaves behind: files, photos, minutes, decisions."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from meetings.enums import MaterialKind, Readers
from meetings.triggers import session_of_the_meeting


@pghistory.track()
class Material(TimestampedModel):
    """A file of a meeting: for whom, and from when on."""

    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="materials", verbose_name=_("meeting"))
    session = models.ForeignKey(
        "meetings.Session",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="materials",
        verbose_name=_("agenda item"),
        help_text=_("Empty: of the meeting."),
    )
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=MaterialKind.choices, default=MaterialKind.BEFORE)
    file = models.ForeignKey("common.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file"))
    readers = models.CharField(_("who may read it"), max_length=12, choices=Readers.choices, default=Readers.PARTICIPANTS)
    visible_from = models.DateTimeField(_("to be read from"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ("kind", "position", "pk")
        triggers = [session_of_the_meeting()]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Minutes(TimestampedModel):
    """What a meeting said and found; read by others once it is published."""

    meeting = models.OneToOneField("meetings.Meeting", models.PROTECT, related_name="minutes", verbose_name=_("meeting"))
    text = models.TextField(_("text"))
    readers = models.CharField(_("who may read it"), max_length=12, choices=Readers.choices, default=Readers.MEMBERS)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")

    def __str__(self) -> str:
        return str(self.meeting)


@pghistory.track()
class Decision(TimestampedModel):
    """What was decided, who sees to it, until when."""

    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="decisions", verbose_name=_("meeting"))
    position = models.PositiveSmallIntegerField(_("number"), default=1)
    text = models.TextField(_("decision"))
    responsible = models.CharField(_("who sees to it"), max_length=80, blank=True)
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("meeting", "position", "pk")

    def __str__(self) -> str:
        return self.text[:60]
