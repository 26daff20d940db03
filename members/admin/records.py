"""The records of members in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from members.admin import screening_tools as tools
from members.admin import steps
from members.admin.scans import ScanPage
from members.admin.screening_panel import screening_panel
from members.admin.searching import InstitutionSearch
from members.enums import ApplicationStatus
from members.models import Application, User

SUBMITTED = ApplicationStatus.SUBMITTED


def is_submitted(application: Application) -> bool:
    """It is the secretariat's turn."""
    return application.status == SUBMITTED


@admin.register(Application)
class ApplicationAdmin(InstitutionSearch, AllianceModelAdmin):
    """The screener's list and page."""

    list_display = ("reference", "institution_name", "status", "submitted_at", "screener", "round", "liaison_name")

    def further_history(self, obj: Application) -> list[Any]:
        """The story goes on with the membership, its payment notices and, once admitted, all that the unit does: registrations, dues, notices."""
        membership = getattr(obj, "membership", None)
        return [membership, membership.institution, *membership.invoices.all()] if membership else []

    list_filter = ("status", "recruitment", "screener")
    search_fields = ("reference", "institution_typed", "liaison_name", "liaison_email")
    list_select_related = ("institution", "screener")
    date_hierarchy = None
    fields = (
        "reference",
        "status",
        "round",
        "submitted_at",
        "screener",
        "recruitment",
        "on_hold_since",
        "hold_reason",
        "recommendation",
        "decision_reason",
        "consent_charter_at",
        "consent_privacy_at",
        "consent_version",
    )
    panels = ("members/admin_application.html",)
    workflow = [
        WorkflowButton("pass", _("Pass to the council"), "members.screen_application", show=lambda a: is_submitted(a) and a.institution_id is not None),
        WorkflowButton("link", _("Link the typed institution"), "members.screen_application", show=lambda a: a.institution_id is None and is_submitted(a)),
        WorkflowButton("return", _("Return for correction"), "members.screen_application", show=is_submitted, secondary=True),
        WorkflowButton("message", _("Message to the applicant"), "members.screen_application", secondary=True),
        WorkflowButton("checklist", _("Checklist"), "members.screen_application", show=is_submitted, secondary=True),
        WorkflowButton("note", _("Note among staff"), "members.screen_application", secondary=True),
        WorkflowButton("assign", _("Hand to a screener"), "members.screen_application", show=is_submitted, secondary=True),
        WorkflowButton("hold", _("Put on hold"), "members.screen_application", show=lambda a: is_submitted(a) and not a.on_hold_since, secondary=True),
        WorkflowButton("resume", _("Take off hold"), "members.screen_application", show=lambda a: bool(a.on_hold_since)),
        WorkflowButton("decline", _("Decline"), "members.screen_application", show=is_submitted, danger=True),
        WorkflowButton(
            "ballot",
            _("Put to the vote"),
            "council.manage_ballots",
            show=lambda a: a.status == ApplicationStatus.SCREENED,
            url=lambda a: reverse("admin:council_ballot_new"),
        ),
    ]

    def get_fields(self, request: HttpRequest, obj: Application | None = None) -> list[str]:
        """Only what is filled: the answers and the scan should stand high on the page."""
        always = {"reference", "status", "round"}
        return [name for name in self.fields if obj is None or name in always or getattr(obj, name)]

    @admin.display(description=_("institution"))
    def institution_name(self, application: Application) -> str:
        """Picked or typed."""
        return application.institution_name

    def panel_context(self, request: HttpRequest, obj: Application) -> dict[str, Any]:
        """The answers beside the scan, and all that helps to decide."""
        return screening_panel(obj)

    def get_urls(self) -> list[URLPattern]:
        """The steps, and the pages of the scan."""
        page = path("<int:pk>/scan/<int:number>.jpg", admin.site.admin_view(ScanPage.as_view()), name="members_application_page")
        views = {
            "pass": steps.Pass, "return": steps.Return, "decline": steps.Decline, "link": steps.Link, "message": tools.Message, "note": tools.Note,
            "checklist": tools.MarkChecklist, "assign": tools.Assign, "hold": tools.Hold, "resume": tools.Resume,
        }  # fmt: skip
        return [page, *(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]


@admin.register(User)
class UserAdmin(AllianceModelAdmin):
    """Accounts and staff roles."""

    list_display = ("email", "name", "role_names", "is_active", "last_login")
    list_filter = ("staff_roles__role", "is_active")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "last_login", "date_joined", "role_names")
    readonly_fields = ("role_names", "date_joined")
    editable_fields = ("name", "is_active")
    list_before_template = "members/admin_user_list.html"
    workflow = [WorkflowButton("revoke", _("Withdraw a role"), "members.delete_staffrole", show=lambda u: u.is_staff, danger=True)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With their roles, in one query."""
        return super().get_queryset(request).prefetch_related("staff_roles")

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        """In words."""
        return "、".join(role.get_role_display() for role in user.staff_roles.all())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the step, which asks for the role."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [
            path("staff/", admin.site.admin_view(steps.NewStaff.as_view()), name="members_user_staff"),
            workflow_path(steps.RevokeRole, "revoke"),
            *super().get_urls(),
        ]
