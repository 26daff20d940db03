"""The alliance's projects and their reports, heard every quarter (R17)."""

import pghistory
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.models import TimestampedModel
from meetings.enums import ProjectStatus, Readers


@pghistory.track()
class Project(TimestampedModel):
    """A project: what, who leads it, where it stands."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    summary = models.TextField(_("in short"), blank=True)
    status = models.CharField(_("status"), max_length=8, choices=ProjectStatus.choices, default=ProjectStatus.RUNNING)
    lead_institution = models.ForeignKey("members.Institution", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("leading unit"))
    lead_person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead"))
    started_on = models.DateField(_("began"), null=True, blank=True)
    ended_on = models.DateField(pgettext_lazy("of a project", "ended"), null=True, blank=True)
    readers = models.CharField(
        _("who may read it"), max_length=12, choices=[(r, r.label) for r in (Readers.MEMBERS, Readers.EVERYBODY)], default=Readers.MEMBERS
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")), name="project_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The project's page."""
        return reverse("projects:project", args=[self.pk])


@pghistory.track()
class ProjectReport(TimestampedModel):
    """A project's report of a quarter, and the meeting that heard it."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="reports", verbose_name=_("project"))
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"), choices=[(n, str(n)) for n in (1, 2, 3, 4)])
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("heard at"))
    summary = models.TextField(_("progress"))
    file = models.ForeignKey("common.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file"))
    readers = models.CharField(_("who may read it"), max_length=12, choices=Readers.choices, default=Readers.MEMBERS)
    visible_from = models.DateTimeField(_("to be read from"))
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed in by"))

    class Meta:
        verbose_name = _("project report")
        verbose_name_plural = _("project reports")
        ordering = ("-year", "-quarter", "project__position", "project_id")
        constraints = [models.UniqueConstraint(fields=["project", "year", "quarter"], name="one_report_per_project_and_quarter")]

    def __str__(self) -> str:
        return f"{self.project} {self.year} Q{self.quarter}"
