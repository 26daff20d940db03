"""The records of members in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.base import AllianceInline
from members.admin import steps
from members.answers import labelled
from members.enums import ApplicationStatus, MembershipStatus
from members.models import Affiliation, Application, Institution, InstitutionAlias, Membership, MembershipTier, Person, Tier, User
from members.selectors.institutions import search_institutions

SUBMITTED = ApplicationStatus.SUBMITTED


def is_submitted(application: Application) -> bool:
    """It is the secretariat's turn."""
    return application.status == SUBMITTED


@admin.register(Application)
class ApplicationAdmin(AllianceModelAdmin):
    """The screener's list and page."""

    list_display = ("reference", "institution_name", "status", "submitted_at", "round", "liaison_name")
    list_filter = ("status",)
    search_fields = ("reference", "institution__name", "institution_typed", "liaison_name", "liaison_email")
    list_select_related = ("institution",)
    date_hierarchy = None
    fields = ("reference", "status", "round", "submitted_at", "recommendation", "decision_reason")
    panels = ("members/admin_application.html",)
    workflow = [
        WorkflowButton("pass", _("Pass to the council"), "members.screen_application", show=lambda a: is_submitted(a) and a.institution_id is not None),
        WorkflowButton("link", _("Link the typed institution"), "members.screen_application", show=lambda a: a.institution_id is None and is_submitted(a)),
        WorkflowButton("return", _("Return for correction"), "members.screen_application", show=is_submitted, secondary=True),
        WorkflowButton("decline", _("Decline"), "members.screen_application", show=is_submitted, danger=True),
        WorkflowButton(
            "ballot",
            _("Put to the vote"),
            "council.manage_ballots",
            show=lambda a: a.status == ApplicationStatus.SCREENED,
            url=lambda a: reverse("admin:council_ballot_new"),
        ),
    ]

    @admin.display(description=_("institution"))
    def institution_name(self, application: Application) -> str:
        """Picked or typed."""
        return application.institution_name

    def panel_context(self, request: HttpRequest, obj: Application) -> dict[str, Any]:
        """The answers beside the scan."""
        return {
            "application": obj,
            "groups": labelled(obj),
            "submissions": obj.submissions.select_related("scan", "submitted_by"),
            "points": obj.correction_points.all(),
            "earlier": Application.objects.filter(institution=obj.institution_id).exclude(pk=obj.pk) if obj.institution_id else (),
        }

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        views = {"pass": steps.Pass, "return": steps.Return, "decline": steps.Decline, "link": steps.Link}
        return [*(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]


class AliasInline(AllianceInline):
    """Names."""

    model = InstitutionAlias
    fields = ("name", "kind", "valid_until", "ambiguous")
    editable_fields = ()


@admin.register(Institution)
class InstitutionAdmin(AllianceModelAdmin):
    """The register of universities."""

    list_display = ("name", "moe_code", "province", "city", "level", "ownership", "is_listed")
    list_filter = ("province", "level", "ownership", "is_985", "is_211", "is_double_first_class", "is_listed")
    search_fields = ("name",)
    editable_fields = ("name_en", "credit_code", "is_985", "is_211", "is_double_first_class")
    inlines = (AliasInline,)
    actions_list = ()
    list_before_template = "members/admin_institution_list.html"

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Institution], search_term: str) -> tuple[QuerySet[Institution], bool]:
        """The one search of the house: any name, pinyin, initials."""
        if not search_term:
            return queryset, False
        if search_term.isdecimal() and len(search_term) > 4:
            return queryset.filter(moe_code__contains=search_term), False
        return queryset.filter(pk__in=[found.pk for found in search_institutions(search_term, limit=300)]), False

    def get_urls(self) -> list[URLPattern]:
        """The import."""
        wrap = admin.site.admin_view
        return [
            path("import/", wrap(steps.ImportList.as_view()), name="members_institution_import"),
            path("import/<uuid:pk>/", wrap(steps.ConfirmImport.as_view()), name="members_institution_import_confirm"),
            *super().get_urls(),
        ]


class AffiliationInline(AllianceInline):
    """Roles of a person."""

    model = Affiliation
    fields = ("institution", "role", "since", "until")
    autocomplete_fields = ("institution",)
    editable_fields = ("until",)


@admin.register(Person)
class PersonAdmin(AllianceModelAdmin):
    """People."""

    list_display = ("name", "department", "post", "email", "mobile")
    search_fields = ("name", "email", "department", "affiliations__institution__name")
    editable_fields = ("name", "department", "post", "mobile", "email")
    exclude = ("user",)
    inlines = (AffiliationInline,)


class MembershipTierInline(AllianceInline):
    """Tiers by year."""

    model = MembershipTier
    fields = ("tier", "from_year")


@admin.register(Membership)
class MembershipAdmin(AllianceModelAdmin):
    """The register of members."""

    list_display = ("number", "institution", "province", "status", "joined_on", "ended_on")
    list_filter = ("status", "institution__province")
    search_fields = ("number", "institution__name", "institution__aliases__search_text")
    list_select_related = ("institution",)
    fields = ("institution", "number", "status", "approved_on", "joined_on", "ended_on", "ended_how", "application")
    inlines = (MembershipTierInline,)
    workflow = [
        WorkflowButton(
            "certificate",
            _("Certificate (PDF)"),
            "members.view_membership",
            show=lambda m: m.status in {MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED},
            secondary=True,
            url=lambda m: reverse("members:certificate", args=[m.pk]),
        ),
    ]

    @admin.display(description=_("province"), ordering="institution__province")
    def province(self, membership: Membership) -> str:
        """Where."""
        return membership.institution.province


@admin.register(Tier)
class TierAdmin(AllianceModelAdmin):
    """Grades of membership."""

    list_display = ("name", "code", "position", "is_sample")
    editable_fields = ("name", "position", "is_sample")


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
