"""The alliance's projects and their reports (R17)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.clock import today
from alliance.common.views import DomainErrorMixin, PublicView
from alliance.common.views.files import served
from meetings.forms.content import ReportForm
from meetings.models import Project
from meetings.selectors.content import projects_for, reports_of, units_projects
from meetings.selectors.meetings import meetings_visible_to
from meetings.services.content import hand_in_report
from members.views.portal import PortalView


class Projects(PublicView, TemplateView):
    """What the alliance works on."""

    template_name = "meetings/projects.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All that the visitor may know of."""
        return super().get_context_data(projects=projects_for(self.request.user), **kwargs)


class ProjectPage(PublicView, TemplateView):
    """One project with its reports, quarter by quarter."""

    template_name = "meetings/project.html"

    def get_context_data(self, pk: int, **kwargs: Any) -> dict[str, Any]:
        """One that the visitor may not know of does not exist; nor does the name of a meeting that is not told yet."""
        project = get_object_or_404(projects_for(self.request.user), pk=pk)
        known = set(meetings_visible_to(self.request.user).values_list("pk", flat=True))
        return super().get_context_data(project=project, reports=reports_of(project, self.request.user), known=known, **kwargs)


class ReportFile(PublicView, View):
    """The file of a report."""

    def get(self, request: HttpRequest, pk: int, report: int) -> HttpResponseBase:
        """The bytes, for those who may read the report."""
        project = get_object_or_404(projects_for(request.user), pk=pk)
        found = get_object_or_404(reports_of(project, request.user).exclude(file=None), pk=report)
        assert found.file is not None
        return served(found.file, request)


class HandIn(PortalView, DomainErrorMixin, FormView):
    """The leading unit hands in its report of a quarter; another unit's project does not exist."""

    template_name = "meetings/portal_report.html"
    form_class = ReportForm

    @property
    def project(self) -> Project:
        """The project of the address."""
        return get_object_or_404(units_projects(self.institution), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        """This quarter."""
        return {"year": today().year, "quarter": (today().month - 1) // 3 + 1}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is there already."""
        return super().get_context_data(project=self.project, reports=self.project.reports.all()[:8], **kwargs)

    def perform(self, form: forms.Form) -> HttpResponse:
        """Keep it; the secretariat says at which meeting it is heard."""
        data = form.cleaned_data
        hand_in_report(self.project, year=data["year"], quarter=data["quarter"], summary=data["summary"], upload=data["upload"], actor=self.request.user)
        messages.success(self.request, _("The report is handed in. The secretariat adds it to the quarterly meeting."))
        return redirect("projects:project", self.project.pk)
