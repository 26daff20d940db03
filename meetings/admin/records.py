"""Meetings' records in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.base import AllianceInline
from alliance.common.clock import today
from alliance.common.exceptions import DomainError
from alliance.common.money import format_money
from meetings.admin import day, letters, nominations, planning, steps
from meetings.admin.content import DecisionInline
from meetings.admin.terms import OfferInline, QuestionInline
from meetings.enums import LIVE, SEATED, MeetingStatus, RegistrationStatus
from meetings.forms.terms import MeetingForm
from meetings.models import AllowanceRule, Meeting, Registration, Session
from meetings.selectors.figures import figures
from meetings.selectors.numbers import answers_of
from meetings.selectors.prints import standing_prints
from meetings.selectors.refunds import refunds_refused, refunds_to_decide
from meetings.services.planning import change_meeting
from members.admin.searching import InstitutionSearch
from members.models import MembershipTier, Tier

FIELDS = (
    "kind",
    "quarter",
    "title",
    "slug",
    "theme",
    "starts_at",
    "ends_at",
    "place",
    "online_link",
    "invitation_note",
    "capacity",
    "members_from",
    "public_from",
    "register_until",
    "substitute_until",
    "cancel_until",
    "late_frees_seat",
    "late_frees_allowance",
    "accept_hours",
    "hold_days",
    "unit_limit",
    "answers_days",
    "is_internal",
)


# What participants' calendars show.
MOVED = ("starts_at", "ends_at", "place", "online_link")


def is_open(meeting: Meeting) -> bool:
    """Published and not over."""
    return meeting.status == MeetingStatus.PUBLISHED


def is_shown(meeting: Meeting) -> bool:
    """Published or held."""
    return meeting.status in {MeetingStatus.PUBLISHED, MeetingStatus.HELD}


class SessionInline(AllianceInline):
    """The agenda."""

    model = Session
    fields = ("title", "starts_at", "ends_at", "room", "speakers", "capacity")
    editable_fields = fields


@admin.register(Meeting)
class MeetingAdmin(AllianceModelAdmin):
    """Meetings."""

    list_display = ("title", "kind", "starts_at", "place", "status", "taken", "capacity")
    list_filter = ("status", "kind")
    search_fields = ("title", "place")
    fields = (*FIELDS, "status")
    readonly_fields = ("status",)
    editable_fields = FIELDS
    form = MeetingForm
    inlines = (OfferInline, QuestionInline, SessionInline, DecisionInline)
    list_before_template = "meetings/admin_meeting_list.html"
    panels = ("meetings/admin_meeting.html",)
    workflow = [
        WorkflowButton("publish", _("Publish"), "meetings.manage_meetings", show=lambda m: m.status == MeetingStatus.DRAFT),
        WorkflowButton(
            "list",
            _("Registrations"),
            "meetings.view_registration",
            secondary=True,
            url=lambda m: f"{reverse('admin:meetings_registration_changelist')}?meeting__id__exact={m.pk}",
        ),
        WorkflowButton("register", _("Register somebody"), "meetings.manage_meetings", show=is_shown, secondary=True),
        WorkflowButton("letter", _("Letter to participants"), "meetings.manage_meetings", show=is_shown, secondary=True),
        WorkflowButton("numbers", _("Numbers"), "meetings.view_registration", show=is_shown, secondary=True),
        WorkflowButton("nominations", _("Nominations"), "meetings.manage_meetings", show=is_open, secondary=True),
        WorkflowButton("copy", _("Copy the list"), "meetings.manage_meetings", show=is_shown, secondary=True),
        WorkflowButton("repeat", _("As last time"), "meetings.manage_meetings", secondary=True),
        *day.BUTTONS,
        WorkflowButton(
            "cancel",
            _("Cancel the meeting"),
            "meetings.manage_meetings",
            show=lambda m: m.status in {MeetingStatus.DRAFT, MeetingStatus.PUBLISHED},
            danger=True,
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Meeting]:
        """With the places taken."""
        return super().get_queryset(request).annotate(seats_taken=Count("registrations", filter=Q(registrations__status__in=SEATED)))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Once people have made plans, time and place change by a step that tells them."""
        fixed = MOVED if obj is not None and obj.status != MeetingStatus.DRAFT else ()
        return [*super().get_readonly_fields(request, obj), *fixed]

    def panel_context(self, request: HttpRequest, obj: Meeting) -> dict[str, Any]:
        """Attendance, what was printed, the files."""
        return {"figures": figures(obj), "prints": standing_prints(obj), "materials": obj.materials.all()}

    @admin.display(description=_("taken"))
    def taken(self, meeting: Any) -> int:
        """Places taken."""
        return meeting.seats_taken

    def save_model(self, request: HttpRequest, obj: Meeting, form: Any, change: bool) -> None:
        """Changes go through the service, which updates the participants' calendars."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        values = {name: form.cleaned_data[name] for name in form.changed_data if name in FIELDS}
        if values:
            fresh = change_meeting(Meeting.objects.get(pk=obj.pk), actor=request.user, **values)
            obj.sequence = fresh.sequence

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        views: dict[str, Any] = {
            "publish": steps.Publish, "cancel": steps.CancelMeeting, "register": steps.StaffRegister, "letter": steps.Letter,
            "nominations": nominations.Nominations, "numbers": planning.Numbers, "answers": planning.Answers, "copy": planning.CopyList, "repeat": planning.Repeat,
        }  # fmt: skip
        wrap = admin.site.admin_view
        pages = [
            path("planner/", wrap(planning.Planner.as_view()), name="meetings_meeting_planner"),
            path("plan/", wrap(planning.Plan.as_view()), name="meetings_meeting_plan"),
        ]
        return [*pages, *(workflow_path(view, name) for name, view in views.items()), *day.paths(), *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the domain or the database refuses while saving (somebody took a place meanwhile) is said, and nothing is changed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (DomainError, IntegrityError) as error:
            text = str(error) if isinstance(error, DomainError) else _("More places are taken than the new numbers allow. Nothing was changed.")
            messages.error(request, text)
            return redirect(request.path)


class TierFilter(admin.SimpleListFilter):
    """By the unit's tier of today."""

    title = _("tier")
    parameter_name = "tier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All tiers."""
        return [(tier.code, tier.name) for tier in Tier.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        """Units whose latest tier that has begun is this one."""
        if not self.value():
            return queryset
        begun = MembershipTier.objects.filter(membership__institution=OuterRef("institution"), from_year__lte=today().year).order_by("-from_year", "-pk")
        return queryset.annotate(tier_code=Subquery(begun.values("tier__code")[:1])).filter(tier_code=self.value())


class MoneyFilter(admin.SimpleListFilter):
    """Paid places that were cancelled: finance decides on the money, on the payment notice."""

    title = _("money")
    parameter_name = "money"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What somebody has to work on, and what was decided against."""
        return [("due", _("Paid, then cancelled: to be decided")), ("refused", _("Paid, then cancelled: refund refused"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        """Those of the queue on the start page, or those whose money stays."""
        rows = {"due": refunds_to_decide, "refused": refunds_refused}.get(self.value() or "")
        return queryset.filter(pk__in=rows().values("pk")) if rows else queryset


@admin.register(Registration)
class RegistrationAdmin(InstitutionSearch, AllianceModelAdmin):
    """Who comes."""

    list_display = ("person", "institution", "meeting", "status", "offer", "price_shown", "province", "created_at")
    list_filter = (
        "status", "meeting", "meeting__kind", "offer__price_kind", "institution__province", TierFilter, ("override_reason", admin.EmptyFieldListFilter),
        "keeps_allowance", MoneyFilter,
    )  # fmt: skip
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("person__name", "meeting__title")
    list_select_related = ("person", "institution", "meeting", "offer")
    fields = (
        "meeting", "institution", "person", "offer", "status", "price", "invoice", "money_back", "hold_until", "accept_until", "queued_at", "ticket", "replaces",
        "registered_by", "reason", "override_reason", "keeps_seat", "keeps_allowance",
        "consent_at", "answers_deleted_at",
    )  # fmt: skip
    readonly_fields = ("price", "money_back")
    workflow = [
        WorkflowButton(
            "notice",
            _("Payment notice"),
            "fees.view_invoice",
            show=lambda r: r.invoice_id is not None,
            secondary=True,
            url=lambda r: reverse("admin:fees_invoice_change", args=[r.invoice_id]),
        ),
        WorkflowButton("prolong", _("Hold longer"), "meetings.manage_meetings", show=lambda r: r.status == RegistrationStatus.PENDING_PAYMENT),
        WorkflowButton("cancel", _("Cancel the registration"), "meetings.manage_meetings", show=lambda r: r.status in LIVE, danger=True),
    ]
    actions = (letters.write_letter,)
    panels = ("meetings/admin_answers.html",)

    def panel_context(self, request: HttpRequest, obj: Registration) -> dict[str, Any]:
        """What the participant answered, until it is deleted."""
        return {"answers": answers_of(obj)}

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """Who may write to participants."""
        return request.user.has_perm("meetings.manage_meetings")

    @admin.display(description=_("price"), ordering="price")
    def price_shown(self, registration: Registration) -> str:
        """In yuan; a dash for free ones."""
        return format_money(registration.price) if registration.price else "—"

    @admin.display(description=_("refunds on the payment notice"))
    def money_back(self, registration: Registration) -> str:
        """How much, where it stands, and why not; a dash for none."""
        own = registration.refunds.order_by("pk")
        # A place from before refunds named their places shows those of its notice.
        rows = own or (registration.invoice.refunds.filter(places=None).order_by("pk") if registration.invoice else [])
        return "；".join(f"{format_money(row.amount)} {row.get_state_display()} {row.refusal}".strip() for row in rows) or "—"

    @admin.display(description=_("province"), ordering="institution__province")
    def province(self, registration: Registration) -> str:
        """Of the unit."""
        return registration.institution.province

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [
            workflow_path(steps.CancelRegistration, "cancel"),
            workflow_path(steps.Prolong, "prolong"),
            *super().get_urls(),
        ]


@admin.register(AllowanceRule)
class AllowanceRuleAdmin(AllianceModelAdmin):
    """Free meetings and places by year."""

    list_display = ("from_year", "free_meetings", "delegates_per_meeting")
    editable_fields = ("free_meetings", "delegates_per_meeting")
    list_before_template = "meetings/admin_meeting_list.html"

    def get_urls(self) -> list[URLPattern]:
        """The use of all units."""
        return [path("use/", admin.site.admin_view(planning.AllowanceUse.as_view()), name="meetings_allowancerule_use"), *super().get_urls()]
