"""The register in the admin: institutions, people, memberships, tiers."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.base import AllianceInline
from alliance.common.clock import today
from members.admin import membership_steps, names, people_steps, steps
from members.admin.filters import KindFilter, MemberFilter, MissingFilter, StandingFilter, TierFilter, YearFilter
from members.admin.register_day import RegisterOnDay
from members.admin.searching import InstitutionSearch
from members.credit_codes import remark
from members.enums import MembershipStatus, Ownership, PersonRole
from members.forms.application import CreditCodeMixin
from members.models import Affiliation, Institution, InstitutionAlias, Membership, MembershipTier, Person, Suspension, Tier
from members.selectors.institutions import named
from members.selectors.register import completeness, gaps, with_gaps
from members.services.people import change_institution, give_account
from members.wording import GAPS


class AliasInline(AllianceInline):
    """Names; added, and taken away, by steps that keep the search right."""

    model = InstitutionAlias
    fields = ("name", "kind", "valid_until", "ambiguous")
    editable_fields = ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the step."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the step."""
        return False


class InstitutionAdminForm(CreditCodeMixin, forms.ModelForm):
    """The credit code as people type it: folded, proved by its check digit, with the likely slip in words."""

    # Longer than the column: what is pasted has spaces and dashes.
    credit_code = forms.CharField(label=_("unified social credit code"), max_length=40, required=False)


@admin.register(Institution)
class InstitutionAdmin(AllianceModelAdmin):
    """The register of universities."""

    form = InstitutionAdminForm
    list_display = ("name", "moe_code", "province", "city", "level", "ownership", "member", "complete", "missing")
    list_filter = (MemberFilter, MissingFilter, KindFilter, "province", "level", "ownership", "is_listed")
    search_fields = ("name",)
    search_help_text = _("Any name, part of a name, pinyin, initials or the ministry's code")
    editable_fields = ("name_en", "credit_code", "is_985", "is_211", "is_double_first_class")
    workflow = [
        WorkflowButton("invite", _("Invite a liaison"), "members.manage_membership", show=lambda i: i.merged_into_id is None),
        WorkflowButton("name", _("Add a name"), "members.change_institution", show=lambda i: i.merged_into_id is None, secondary=True),
        WorkflowButton("rename", _("Rename the institution"), "members.change_institution", show=lambda i: i.merged_into_id is None, secondary=True),
        WorkflowButton("unname", _("Remove a name"), "members.change_institution", show=lambda i: i.merged_into_id is None, secondary=True),
        WorkflowButton("merge", _("Merge into another institution"), "members.merge_records", show=lambda i: i.merged_into_id is None, danger=True),
    ]
    inlines = (AliasInline,)
    actions_list = ()

    def further_history(self, obj: Institution) -> list[Any]:
        """One page for a unit's whole way: its applications, memberships and payment notices."""
        return [*obj.applications.all(), *obj.memberships.all(), *obj.invoices.all()]

    list_before_template = "members/admin_institution_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By the step, which makes the row of the search, too."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Institution]:
        """With who is missing, in the same query."""
        open_states = [MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED]
        running = Membership.objects.filter(institution=OuterRef("pk"), status__in=open_states)
        return with_gaps(super().get_queryset(request)).annotate(is_member=Exists(running))

    @admin.display(description=_("member"), boolean=True, ordering="is_member")
    def member(self, institution: Any) -> bool:
        """Whether it is one today."""
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
        """The one search of the house: any name, pinyin, initials, the ministry's code."""
        return (queryset.filter(pk__in=named(search_term)) if search_term else queryset), False

    def save_model(self, request: HttpRequest, obj: Institution, form: Any, change: bool) -> None:
        """By the service, which keeps the search right; an unusual code is remarked on and never refused."""
        fresh = Institution.objects.get(pk=obj.pk)
        change_institution(fresh, actor=request.user, **{name: form.cleaned_data[name] for name in form.changed_data})  # type: ignore[arg-type]
        hint = remark(obj.credit_code) if "credit_code" in form.changed_data and obj.ownership == Ownership.PUBLIC else ""
        if hint:
            messages.warning(request, hint)

    def get_urls(self) -> list[URLPattern]:
        """The steps, and the import."""
        wrap = admin.site.admin_view
        views = {
            "merge": people_steps.MergeInstitution, "invite": people_steps.InviteLiaison, "name": names.AddName, "rename": names.Rename, "unname": names.RemoveName,
        }  # fmt: skip
        return [
            *(workflow_path(view, name) for name, view in views.items()),
            path("new/", wrap(names.NewInstitution.as_view()), name="members_institution_new"),
            path("import/", wrap(steps.ImportList.as_view()), name="members_institution_import"),
            path("import/<uuid:pk>/", wrap(steps.ConfirmImport.as_view()), name="members_institution_import_confirm"),
            *super().get_urls(),
        ]


class AffiliationInline(AllianceInline):
    """Roles of a person: one can be added here; ending one is a step, since a unit's last liaison stays."""

    model = Affiliation
    fields = ("institution", "role", "since", "until")
    autocomplete_fields = ("institution",)
    editable_fields = ()


@admin.register(Person)
class PersonAdmin(InstitutionSearch, AllianceModelAdmin):
    """People."""

    list_display = ("name", "units", "department", "post", "email", "mobile", "email_dead_since")
    list_filter = ("affiliations__role", ("email_dead_since", admin.EmptyFieldListFilter))
    search_fields = ("name", "email", "department")
    search_help_text = _("Name, address, department, or any name of the unit")
    institution_paths = ("affiliations__institution",)
    editable_fields = ("name", "department", "post", "mobile", "email")
    exclude = ("user", "merged_into", "erased_at")
    readonly_fields = ("email_dead_since", "email_dead_reason")
    inlines = (AffiliationInline,)
    workflow = [
        WorkflowButton("alive", _("The address works"), "members.change_person", show=lambda p: p.email_dead_since is not None),
        WorkflowButton("signin", _("Change the sign-in address"), "members.merge_records", show=lambda p: p.user_id and not p.erased_at, secondary=True),
        WorkflowButton("endrole", _("End a role"), "members.merge_records", show=lambda p: p.affiliations.filter(until=None).exists(), secondary=True),
        WorkflowButton("move", _("Move to another unit"), "members.merge_records", show=lambda p: not p.erased_at and not p.merged_into_id, secondary=True),
        WorkflowButton(
            "merge", _("Merge into another person"), "members.merge_records", show=lambda p: not p.erased_at and not p.merged_into_id, secondary=True
        ),
        WorkflowButton("export", _("Export personal data"), "members.erase_person", secondary=True),
        WorkflowButton("erase", _("Erase personal data"), "members.erase_person", show=lambda p: not p.erased_at, danger=True),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        """With their roles, in two more queries."""
        return super().get_queryset(request).prefetch_related("affiliations__institution")

    @admin.display(description=_("unit and role"))
    def units(self, person: Person) -> str:
        """Of today."""
        held = [row for row in person.affiliations.all() if row.until is None or row.until > today()]
        return "、".join(f"{row.institution.name} {row.get_role_display()}" for row in held)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A new liaison can sign in."""
        super().save_formset(request, form, formset, change)
        person = form.instance
        if person.affiliations.filter(role=PersonRole.LIAISON, until=None).exists():
            give_account(person)

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        views = {
            "move": people_steps.MovePerson, "merge": people_steps.MergePerson, "export": people_steps.ExportPerson, "erase": people_steps.ErasePerson, "endrole": names.EndRole,
            "alive": names.AddressAlive, "signin": names.ChangeSigninAddress,
        }  # fmt: skip
        return [*(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]


class MembershipTierInline(AllianceInline):
    """Tiers by year."""

    model = MembershipTier
    fields = ("tier", "from_year")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the step, which asks for the reason."""
        return False


class SuspensionInline(AllianceInline):
    """Times of rest."""

    model = Suspension
    fields = ("since", "until", "reason")


def is_running(membership: Membership) -> bool:
    """Active or suspended."""
    return membership.status in {MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED}


@admin.register(Membership)
class MembershipAdmin(InstitutionSearch, AllianceModelAdmin):
    """The register of members."""

    list_display = ("number", "institution", "province", "kinds", "tier", "status", "joined_on", "ended_on", "complete", "missing")
    list_display_links = ("number", "institution")  # A membership has no number before it is paid.
    list_filter = (StandingFilter, TierFilter, KindFilter, YearFilter, MissingFilter, "institution__province", "status", "ended_kind")
    search_fields = ("number",)
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
            show=is_running,
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

    @admin.display(description=_("complete"))
    def complete(self, membership: Membership) -> str:
        """Of those who are members."""
        return f"{completeness(membership.institution, membership)} %" if is_running(membership) else ""

    @admin.display(description=_("missing"))
    def missing(self, membership: Membership) -> str:
        """In words."""
        return "、".join(str(GAPS[code]) for code in gaps(membership.institution, membership)) if is_running(membership) else ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """With what is missing, and with tiers in one more query."""
        return with_gaps(super().get_queryset(request), "institution").prefetch_related("tiers__tier")

    def get_urls(self) -> list[URLPattern]:
        """The steps, and the register of any day."""
        views = {
            "suspend": membership_steps.Suspend,
            "reinstate": membership_steps.Reinstate,
            "tier": membership_steps.ChangeTier,
            "depart": membership_steps.Depart,
            "end": membership_steps.End,
        }
        page = path("on-day/", admin.site.admin_view(RegisterOnDay.as_view()), name="members_register")
        return [page, *(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]


@admin.register(Tier)
class TierAdmin(AllianceModelAdmin):
    """Grades of membership."""

    list_display = ("name", "code", "position", "is_sample")
    editable_fields = ("name", "position", "is_sample")
