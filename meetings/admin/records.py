"""Meetings' records in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.base import AllianceInline
from meetings.admin import day, steps
from meetings.admin.content import DecisionInline
from meetings.enums import LIVE, SEATED, MeetingStatus
from meetings.models import AllowanceRule, Meeting, Offer, Registration, Session
from meetings.selectors.figures import figures
from meetings.selectors.prints import standing_prints
from meetings.services.planning import change_meeting

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
)


# What participants' calendars show.
MOVED = ("starts_at", "ends_at", "place", "online_link")


class OfferInline(AllianceInline):
    """On what terms."""

    model = Offer
    fields = ("name", "audience", "needs_good_standing", "seats_per_unit", "draws_on_allowance", "position")
    editable_fields = fields


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
    inlines = (OfferInline, SessionInline, DecisionInline)
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
        WorkflowButton(
            "cancel",
            _("Cancel the meeting"),
            "meetings.manage_meetings",
            show=lambda m: m.status in {MeetingStatus.DRAFT, MeetingStatus.PUBLISHED},
            danger=True,
        ),
        *day.BUTTONS,
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
        return [workflow_path(steps.Publish, "publish"), workflow_path(steps.CancelMeeting, "cancel"), *day.paths(), *super().get_urls()]


@admin.register(Registration)
class RegistrationAdmin(AllianceModelAdmin):
    """Who comes."""

    list_display = ("person", "institution", "meeting", "status", "offer", "created_at")
    list_filter = ("status", "meeting")
    search_fields = ("person__name", "institution__name", "meeting__title")
    list_select_related = ("person", "institution", "meeting", "offer")
    fields = ("meeting", "institution", "person", "offer", "status", "ticket", "registered_by", "reason")
    workflow = [WorkflowButton("cancel", _("Cancel the registration"), "meetings.manage_meetings", show=lambda r: r.status in LIVE, danger=True)]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(steps.CancelRegistration, "cancel"), *super().get_urls()]


@admin.register(AllowanceRule)
class AllowanceRuleAdmin(AllianceModelAdmin):
    """Free meetings and places by year."""

    list_display = ("from_year", "free_meetings", "delegates_per_meeting")
    editable_fields = ("free_meetings", "delegates_per_meeting")
