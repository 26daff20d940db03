"""Materials, minutes, decisions, projects and feedback questions in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.base import AllianceInline
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from meetings.forms.content import MaterialRecordForm, MinutesForm, StaffReportForm
from meetings.models import CheckIn, Decision, FeedbackQuestion, Material, Minutes, Project, ProjectReport
from meetings.services.content import hand_in_report, publish_minutes, withdraw_material
from members.admin.searching import InstitutionSearch


class DecisionInline(AllianceInline):
    """What the meeting decided."""

    model = Decision
    fields = ("position", "text", "responsible", "due_on", "done_on")
    editable_fields = fields


class WithdrawMaterial(WorkflowView):
    """Take a file back."""

    model = Material
    permission = "meetings.manage_meetings"
    title = _("Withdraw the material")
    lead = _("Only staff can open it then.")
    button = _("Withdraw")
    done = _("The material is withdrawn.")
    danger = True

    def perform_step(self, form: Any) -> Any:
        """Withdraw."""
        return withdraw_material(self.record, actor=self.request.user)


@admin.register(Material)
class MaterialAdmin(AllianceModelAdmin):
    """Files of meetings; they are added on the meeting's record."""

    list_display = ("title", "meeting", "session", "kind", "readers", "visible_from", "withdrawn_at")
    list_filter = ("kind", "readers", "meeting")
    search_fields = ("title", "meeting__title")
    list_select_related = ("meeting", "session")
    fields = ("meeting", "session", "title", "kind", "file", "readers", "visible_from", "position", "withdrawn_at")
    editable_fields = ("session", "title", "kind", "readers", "visible_from", "position")
    form = MaterialRecordForm
    workflow = [
        WorkflowButton("open", _("Open the file"), "meetings.view_material", secondary=True, url=lambda m: m.file.get_absolute_url()),
        WorkflowButton("withdraw", _("Withdraw"), "meetings.manage_meetings", show=lambda m: m.withdrawn_at is None, danger=True),
    ]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(WithdrawMaterial, "withdraw"), *super().get_urls()]


class PublishMinutes(WorkflowView):
    """Show the minutes."""

    model = Minutes
    permission = "meetings.manage_meetings"
    title = _("Publish the minutes")
    lead = _("Minutes and decisions appear on the meeting's page for those whom you choose.")
    button = _("Publish")
    done = _("The minutes are published.")
    form_class = MinutesForm

    def get_initial(self) -> dict[str, Any]:
        """As before."""
        return {"readers": self.record.readers}

    def perform_step(self, form: Any) -> Any:
        """Publish."""
        return publish_minutes(self.record, actor=self.request.user, readers=form.cleaned_data["readers"])


@admin.register(Minutes)
class MinutesAdmin(AllianceModelAdmin):
    """Minutes; one for a meeting."""

    list_display = ("meeting", "readers", "published_at")
    list_select_related = ("meeting",)
    search_fields = ("meeting__title", "text")
    fields = ("meeting", "text", "readers", "published_at")
    readonly_fields = ("readers", "published_at")
    editable_fields = ("text",)
    workflow = [WorkflowButton("publish", _("Publish"), "meetings.manage_meetings")]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(PublishMinutes, "publish"), *super().get_urls()]


class HandInReport(WorkflowView):
    """A project's report of a quarter."""

    model = Project
    permission = "meetings.manage_meetings"
    title = _("Hand in a report")
    lead = _("It stands on the project's page and, when you choose the meeting, on the page and in the report of the quarterly meeting that hears it.")
    button = _("Hand in")
    done = _("The report is handed in.")
    form_class = StaffReportForm

    def get_initial(self) -> dict[str, Any]:
        """This quarter."""
        return {"year": today().year, "quarter": (today().month - 1) // 3 + 1}

    def perform_step(self, form: Any) -> Any:
        """Keep it."""
        hand_in_report(self.record, actor=self.request.user, **form.cleaned_data)


@admin.register(Project)
class ProjectAdmin(AllianceModelAdmin):
    """The alliance's projects (R17)."""

    list_display = ("name", "status", "lead_institution", "lead_person", "readers")
    list_filter = ("status", "readers")
    search_fields = ("name", "summary")
    list_select_related = ("lead_institution", "lead_person")
    autocomplete_fields = ("lead_institution", "lead_person")
    fields = ("name", "summary", "status", "lead_institution", "lead_person", "started_on", "ended_on", "readers", "position")
    editable_fields = fields
    panels = ("meetings/admin_project.html",)
    workflow = [WorkflowButton("report", _("Hand in a report"), "meetings.manage_meetings", secondary=True)]

    def panel_context(self, request: HttpRequest, obj: Project) -> dict[str, Any]:
        """The reports so far."""
        return {"reports": obj.reports.select_related("file", "meeting")}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(HandInReport, "report"), *super().get_urls()]


@admin.register(ProjectReport)
class ProjectReportAdmin(AllianceModelAdmin):
    """All reports, by quarter; the meeting that hears them is chosen here too."""

    list_display = ("project", "year", "quarter", "meeting", "readers", "handed_in_by")
    list_filter = ("year", "quarter", "project")
    list_select_related = ("project", "meeting", "handed_in_by")
    search_fields = ("project__name", "summary")
    fields = ("project", "year", "quarter", "summary", "file", "meeting", "readers", "visible_from", "handed_in_by")
    editable_fields = ("summary", "meeting", "readers", "visible_from")


@admin.register(FeedbackQuestion)
class FeedbackQuestionAdmin(AllianceModelAdmin):
    """What participants are asked. A question that has been answered keeps its words: switch it off and add another."""

    list_display = ("text", "kind", "meeting", "required", "active", "position")
    list_filter = ("active", "kind")
    list_select_related = ("meeting",)
    fields = ("text", "kind", "choices", "meeting", "required", "active", "position")
    editable_fields = fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Words that somebody has answered stay."""
        fixed = ["text", "kind", "choices", "meeting"] if obj is not None and obj.answers.exists() else []
        return [*super().get_readonly_fields(request, obj), *fixed]


@admin.register(CheckIn)
class CheckInAdmin(InstitutionSearch, AllianceModelAdmin):
    """Who was let in, when and by whom; also what was undone."""

    list_display = ("registration", "at", "by", "way", "undone_at")
    list_filter = ("way", "registration__meeting")
    list_select_related = ("registration__person", "registration__institution", "registration__meeting", "by")
    search_fields = ("registration__person__name",)
    institution_paths = ("registration__institution",)
    fields = ("registration", "at", "by", "way", "undone_at", "undone_by")
