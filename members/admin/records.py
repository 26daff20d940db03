"""The records of members in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.base import AllianceInline
from alliance.common.clock import today
from members.admin import screening_tools as tools
from members.admin import steps, upkeep
from members.answers import changes_since, labelled
from members.enums import ApplicationStatus, MembershipStatus
from members.models import Affiliation, Application, Institution, InstitutionAlias, Membership, MembershipTier, Person, Suspension, Tier, User
from members.scans.wording import told
from members.selectors.institutions import search_institutions
from members.selectors.register import completeness, gaps, with_gaps
from members.selectors.screening import memberships_before, screening_due, similar_applications, similar_institutions
from members.wording import GAPS

SUBMITTED = ApplicationStatus.SUBMITTED


def is_submitted(application: Application) -> bool:
    """It is the secretariat's turn."""
    return application.status == SUBMITTED


@admin.register(Application)
class ApplicationAdmin(AllianceModelAdmin):
    """The screener's list and page."""

    list_display = ("reference", "institution_name", "status", "submitted_at", "screener", "round", "liaison_name")

    def further_history(self, obj: Application) -> list[Any]:
        """The story goes on with the membership and its payment notices."""
        membership = getattr(obj, "membership", None)
        return [membership, *membership.invoices.all()] if membership else []

    list_filter = ("status", "recruitment", "screener")
    search_fields = ("reference", "institution__name", "institution_typed", "liaison_name", "liaison_email")
    list_select_related = ("institution", "screener")
    date_hierarchy = None
    fields = ("reference", "status", "round", "submitted_at", "screener", "recruitment", "on_hold_since", "hold_reason", "recommendation", "decision_reason")
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
        submissions = list(obj.submissions.select_related("scan", "submitted_by"))
        before = submissions[-2].snapshot if len(submissions) > 1 else None
        changed = changes_since(obj, before) if before is not None else {}
        return {
            "application": obj,
            "groups": [(title, [(field, label, value, changed.get(field)) for field, label, value in rows]) for title, rows in labelled(obj)],
            "submissions": submissions,
            "reading": told(obj.scan_reading),
            "due": screening_due(obj),
            "marks": obj.marks.filter(round=obj.round).select_related("item", "marked_by"),
            "thread": obj.messages.select_related("author"),
            "points": obj.correction_points.all(),
            "earlier": similar_applications(obj),
            "memberships": memberships_before(obj).select_related("institution"),
            "alike": similar_institutions(obj.institution_typed) if obj.institution_id is None else (),
        }

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        views = {
            "pass": steps.Pass, "return": steps.Return, "decline": steps.Decline, "link": steps.Link, "message": tools.Message, "note": tools.Note,
            "checklist": tools.MarkChecklist, "assign": tools.Assign, "hold": tools.Hold, "resume": tools.Resume,
        }  # fmt: skip
        return [*(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]


class AliasInline(AllianceInline):
    """Names."""

    model = InstitutionAlias
    fields = ("name", "kind", "valid_until", "ambiguous")
    editable_fields = ()


class MemberFilter(admin.SimpleListFilter):
    """Members only, or the others."""

    title = _("member")
    parameter_name = "member"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Two."""
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Institution]) -> QuerySet[Institution]:
        """By the annotation."""
        return queryset.filter(is_member=self.value() == "yes") if self.value() in {"yes", "no"} else queryset


class MissingFilter(admin.SimpleListFilter):
    """Members whose data have a gap."""

    title = _("missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All kinds of gaps."""
        return list(GAPS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Institution]) -> QuerySet[Institution]:
        """Of members."""
        name = (self.value() or "").removeprefix("no_")
        if self.value() not in GAPS:
            return queryset
        held = {f"has_{name}": False} if name in {"liaison", "finance", "head"} else {name: ""}
        return queryset.filter(is_member=True, **held)


@admin.register(Institution)
class InstitutionAdmin(AllianceModelAdmin):
    """The register of universities."""

    list_display = ("name", "moe_code", "province", "city", "level", "ownership", "member", "complete", "missing")
    list_filter = (MemberFilter, MissingFilter, "province", "level", "ownership", "is_985", "is_211", "is_double_first_class", "is_listed")
    search_fields = ("name",)
    editable_fields = ("name_en", "credit_code", "is_985", "is_211", "is_double_first_class")
    workflow = [
        WorkflowButton("invite", _("Invite a liaison"), "members.manage_membership", show=lambda i: i.merged_into_id is None),
        WorkflowButton("merge", _("Merge into another institution"), "members.merge_records", show=lambda i: i.merged_into_id is None, danger=True),
    ]
    inlines = (AliasInline,)
    actions_list = ()
    list_before_template = "members/admin_institution_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Institution]:
        """With who is missing, in the same query."""
        open_states = [MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED]
        running = Membership.objects.filter(institution=OuterRef("pk"), status__in=open_states)
        return with_gaps(super().get_queryset(request)).annotate(is_member=Exists(running))

    @admin.display(description=_("member"), boolean=True, ordering="is_member")
    def member(self, institution: Any) -> bool:
        """Active or suspended."""
        return institution.is_member

    @admin.display(description=_("complete"))
    def complete(self, institution: Any) -> str:
        """Of members only: the others owe us nothing."""
        return f"{completeness(institution)} %" if institution.is_member else ""

    @admin.display(description=_("missing"))
    def missing(self, institution: Any) -> str:
        """In words, of members."""
        return "、".join(str(GAPS[code]) for code in gaps(institution)) if institution.is_member else ""

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
            workflow_path(upkeep.MergeInstitution, "merge"),
            workflow_path(upkeep.InviteLiaison, "invite"),
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
    exclude = ("user", "merged_into", "erased_at")
    inlines = (AffiliationInline,)
    workflow = [
        WorkflowButton("move", _("Move to another unit"), "members.merge_records", show=lambda p: not p.erased_at and not p.merged_into_id, secondary=True),
        WorkflowButton(
            "merge", _("Merge into another person"), "members.merge_records", show=lambda p: not p.erased_at and not p.merged_into_id, secondary=True
        ),
        WorkflowButton("export", _("Export personal data"), "members.erase_person", secondary=True),
        WorkflowButton("erase", _("Erase personal data"), "members.erase_person", show=lambda p: not p.erased_at, danger=True),
    ]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        views = {"move": upkeep.MovePerson, "merge": upkeep.MergePerson, "export": upkeep.ExportPerson, "erase": upkeep.ErasePerson}
        return [*(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]


class MembershipTierInline(AllianceInline):
    """Tiers by year."""

    model = MembershipTier
    fields = ("tier", "from_year")


class SuspensionInline(AllianceInline):
    """Times of rest."""

    model = Suspension
    fields = ("since", "until", "reason")


class YearFilter(admin.SimpleListFilter):
    """By the year of joining."""

    title = _("year of joining")
    parameter_name = "joined"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The years there are."""
        years = Membership.objects.filter(joined_on__isnull=False).dates("joined_on", "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in years]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> QuerySet[Membership]:
        """Of that year."""
        value = self.value() or ""
        return queryset.filter(joined_on__year=int(value)) if value.isdecimal() else queryset


def is_running(membership: Membership) -> bool:
    """Active or suspended."""
    return membership.status in {MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED}


@admin.register(Membership)
class MembershipAdmin(AllianceModelAdmin):
    """The register of members."""

    list_display = ("number", "institution", "province", "kinds", "tier", "status", "joined_on", "ended_on")
    list_filter = (
        "status",
        "tiers__tier",
        YearFilter,
        "institution__province",
        "institution__ownership",
        "institution__is_985",
        "institution__is_211",
        "ended_kind",
    )
    search_fields = ("number", "institution__name", "institution__aliases__search_text")
    list_select_related = ("institution",)
    fields = ("institution", "number", "status", "approved_on", "joined_on", "ended_on", "ended_kind", "ended_how", "application")
    inlines = (MembershipTierInline, SuspensionInline)
    workflow = [
        WorkflowButton("suspend", _("Suspend"), "members.manage_membership", show=lambda m: m.status == MembershipStatus.ACTIVE, secondary=True),
        WorkflowButton("reinstate", _("Reinstate"), "members.manage_membership", show=lambda m: m.status == MembershipStatus.SUSPENDED),
        WorkflowButton("tier", _("Change the tier"), "members.manage_membership", show=lambda m: m.status != MembershipStatus.ENDED, secondary=True),
        WorkflowButton("depart", _("Enter a departure"), "members.manage_membership", show=is_running, secondary=True),
        WorkflowButton("end", _("End the membership"), "members.manage_membership", show=lambda m: m.status != MembershipStatus.ENDED, danger=True),
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

    @admin.display(description=_("kinds"))
    def kinds(self, membership: Membership) -> str:
        """985, 211 and so on."""
        return "、".join(membership.institution.kinds)

    @admin.display(description=_("tier"))
    def tier(self, membership: Membership) -> str:
        """This year's."""
        return str(membership.tier_in(today().year) or "")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """With tiers, in one more query."""
        return super().get_queryset(request).prefetch_related("tiers__tier")

    def get_urls(self) -> list[URLPattern]:
        """The steps, and the register of any day."""
        views = {"suspend": upkeep.Suspend, "reinstate": upkeep.Reinstate, "tier": upkeep.ChangeTier, "depart": upkeep.Depart, "end": upkeep.End}
        page = path("on-day/", admin.site.admin_view(upkeep.RegisterOnDay.as_view()), name="members_register")
        return [page, *(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]


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
