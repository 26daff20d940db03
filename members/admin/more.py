"""Further records of members: departures, data checks, recruitment rounds, questions, checklist, reasons; and the special days."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.models import CalendarDay
from members.admin import datacheck_steps, membership_steps
from members.admin import screening_tools as tools
from members.admin.searching import InstitutionSearch
from members.charts import recruitment
from members.enums import DEPARTURE_OPEN, DepartureStatus
from members.models import ChecklistItem, ConsentText, DataCheck, Departure, Question, ReasonTemplate, RecruitmentRound
from members.selectors.register import answers_with_completeness
from members.selectors.screening import funnel
from members.services.departures import effects_of


@admin.register(Departure)
class DepartureAdmin(InstitutionSearch, AllianceModelAdmin):
    """Who wants to leave, or is to be removed."""

    list_display = ("reference", "institution", "kind", "status", "effective_on", "decided_on")
    list_filter = ("status", "kind")
    search_fields = ("reference",)
    institution_paths = ("membership__institution",)
    list_select_related = ("membership__institution",)
    fields = ("reference", "membership", "kind", "status", "reason", "effective_on", "letter", "entered_by", "decision", "decided_on")
    panels = ("members/admin_effects_panel.html",)
    workflow = [
        WorkflowButton("pass", _("Pass to the council"), "members.manage_membership", show=lambda d: d.status == DepartureStatus.SUBMITTED),
        WorkflowButton("approve", _("The council has agreed"), "members.manage_membership", show=lambda d: d.status == DepartureStatus.SCREENED),
        WorkflowButton(
            "decline", _("Decline"), "members.manage_membership", show=lambda d: d.status in DEPARTURE_OPEN - {DepartureStatus.BALLOTED}, danger=True
        ),
    ]

    @admin.display(description=_("institution"))
    def institution(self, departure: Departure) -> str:
        """Whose."""
        return departure.membership.institution.name

    def panel_context(self, request: HttpRequest, obj: Departure) -> dict[str, Any]:
        """As of today while it is open, else as it was decided."""
        effects = effects_of(obj.membership, obj.effective_on) if obj.status in DEPARTURE_OPEN else obj.effects
        return {"departure": obj, "effects": effects}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        views = {"pass": membership_steps.PassDeparture, "approve": membership_steps.ApproveDeparture, "decline": membership_steps.DeclineDeparture}
        return [*(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]


@admin.register(DataCheck)
class DataCheckAdmin(AllianceModelAdmin):
    """Who has answered."""

    list_display = ("name", "due_on", "opened_by", "created_at", "closed_at")
    list_select_related = ("opened_by",)
    fields = ("name", "due_on", "opened_by", "closed_at")
    panels = ("members/admin_check.html",)
    list_before_template = "members/admin_check_list.html"
    workflow = [
        WorkflowButton("remind", _("Remind those who have not answered"), "members.manage_membership", show=lambda c: c.closed_at is None),
        WorkflowButton("close", _("Close the data check"), "members.manage_membership", show=lambda c: c.closed_at is None, secondary=True),
    ]

    def panel_context(self, request: HttpRequest, obj: DataCheck) -> dict[str, Any]:
        """Each unit, the silent ones first."""
        answers = answers_with_completeness(obj)
        return {"answers": answers, "check": obj, "done": sum(answer.confirmed_at is not None for answer, _percent in answers)}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        wrap = admin.site.admin_view
        return [
            path("open/", wrap(datacheck_steps.OpenCheck.as_view()), name="members_datacheck_open"),
            path("<int:pk>/answers.xlsx", wrap(datacheck_steps.CheckExport.as_view()), name="members_datacheck_export"),
            workflow_path(datacheck_steps.RemindSilent, "remind"),
            workflow_path(datacheck_steps.CloseCheck, "close"),
            *super().get_urls(),
        ]


@admin.register(RecruitmentRound)
class RecruitmentRoundAdmin(AllianceModelAdmin):
    """Calls for new members, with how far their applications came."""

    list_display = ("name", "opens_on", "closes_on", "target", "notice")
    editable_fields = ("name", "opens_on", "closes_on", "target", "notice")
    panels = ("members/admin_funnel.html",)
    list_before_template = "members/admin_rounds.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the rounds side by side."""
        shown = {"comparison": recruitment()} if self.has_view_permission(request) else {}
        return super().changelist_view(request, {**(extra_context or {}), **shown})

    def panel_context(self, request: HttpRequest, obj: RecruitmentRound) -> dict[str, Any]:
        """The funnel."""
        return {"funnel": funnel(obj), "recruitment": obj}


@admin.register(Question)
class QuestionAdmin(AllianceModelAdmin):
    """Questions of the form beyond the fixed ones; changed by a step that keeps old wordings."""

    list_display = ("text", "kind", "required", "position", "is_active", "version", "recruitment")
    list_filter = ("is_active", "recruitment")
    list_select_related = ("recruitment",)
    exclude = ("version",)
    workflow = [WorkflowButton("revise", _("Change the question"), "members.change_question", show=lambda q: q.is_active)]

    def get_urls(self) -> list[URLPattern]:
        """The step."""
        return [workflow_path(tools.Revise, "revise"), *super().get_urls()]


@admin.register(ConsentText)
class ConsentTextAdmin(AllianceModelAdmin):
    """Wordings of the consents, version by version; the newest of each kind is asked for."""

    list_display = ("kind", "version", "text", "published_at")
    list_filter = ("kind",)
    list_before_template = "members/admin_consent_list.html"
    fields = ("kind", "version", "text", "details", "published_at")
    readonly_fields = ("published_at",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By the step, which numbers the version."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The step."""
        return [path("publish/", admin.site.admin_view(tools.PublishConsent.as_view()), name="members_consenttext_publish"), *super().get_urls()]


@admin.register(ChecklistItem)
class ChecklistItemAdmin(AllianceModelAdmin):
    """What every screener looks at."""

    list_display = ("text", "position", "is_active")
    editable_fields = ("text", "position", "is_active")


@admin.register(ReasonTemplate)
class ReasonTemplateAdmin(AllianceModelAdmin):
    """Texts that recur."""

    list_display = ("title", "for_declining")
    editable_fields = ("title", "text", "for_declining")


@admin.register(CalendarDay)
class CalendarDayAdmin(AllianceModelAdmin):
    """Holidays and moved working days that the library does not know yet."""

    list_display = ("day", "is_working", "name")
    editable_fields = ("day", "is_working", "name")
    list_before_template = "members/admin_calendar.html"
