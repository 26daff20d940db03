"""Meetings for everybody, and the participant's ticket."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.generic import TemplateView

from alliance.common.clock import now
from alliance.common.views import PublicView
from alliance.common.views.files import served
from meetings.calendars import calendar_entry
from meetings.models import Meeting
from meetings.selectors.content import levels_of_user, materials_for, page_content, reports_for
from meetings.selectors.meetings import meetings_visible_to
from meetings.selectors.offers import is_full, offers_of, takes_registrations


class MeetingList(PublicView, TemplateView):
    """Coming and past meetings that the visitor may know of."""

    template_name = "meetings/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Coming ones soonest first, past ones latest first."""
        visible = meetings_visible_to(self.request.user)
        coming = visible.filter(ends_at__gte=now()).order_by("starts_at")
        return super().get_context_data(coming=coming, past=visible.filter(ends_at__lt=now()).order_by("-starts_at")[:50], **kwargs)


class VisibleMeeting(PublicView):
    """Pages of one meeting: one that the visitor may not know of yet does not exist."""

    @property
    def meeting(self) -> Meeting:
        """The meeting of the address."""
        return get_object_or_404(meetings_visible_to(self.request.user), slug=self.kwargs["slug"])  # type: ignore[attr-defined]


class MeetingPage(VisibleMeeting, TemplateView):
    """What, when, where, on what terms."""

    template_name = "meetings/meeting.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The meeting with its offers."""
        meeting = self.meeting
        takes = takes_registrations(meeting)
        registering = self.request.user.has_perm("members.enter_portal") and takes
        offers = offers_of(meeting)
        asking = takes and meeting.public_from is not None and meeting.public_from <= now() and any(o.audience in {"others", "public"} for o in offers)
        content = page_content(meeting, levels_of_user(self.request.user, meeting))
        return super().get_context_data(
            content=content, meeting=meeting, offers=offers, registering=registering, asking=asking, full=is_full(meeting), **kwargs
        )


class MeetingCalendar(VisibleMeeting, View):
    """The meeting as a calendar entry, without the online link."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The ICS file."""
        response = HttpResponse(calendar_entry(self.meeting), content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
        return response


class MeetingMaterial(VisibleMeeting, View):
    """A file of the meeting, for those among the visitors who may read it."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """The bytes."""
        meeting = self.meeting
        material = get_object_or_404(materials_for(meeting, levels_of_user(request.user, meeting)), pk=pk)
        return served(material.file, request)


class MeetingReport(VisibleMeeting, View):
    """The file of a project report that the meeting heard (R17)."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """The bytes."""
        meeting = self.meeting
        report = get_object_or_404(reports_for(meeting, levels_of_user(request.user, meeting)).exclude(file=None), pk=pk)
        assert report.file is not None
        return served(report.file, request)
