"""Meetings for everybody, and the participant's ticket."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.generic import TemplateView

from alliance.common.clock import now
from alliance.common.documents import qr_svg
from alliance.common.views import PublicView
from meetings.calendars import calendar_entry
from meetings.enums import LIVE, RegistrationStatus
from meetings.mails import ticket_link
from meetings.models import Meeting, Registration
from meetings.selectors.meetings import meetings_visible_to
from meetings.selectors.offers import is_full, offers_of, position_in_line, takes_registrations


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
        return super().get_context_data(meeting=meeting, offers=offers, registering=registering, asking=asking, full=is_full(meeting), **kwargs)


class MeetingCalendar(VisibleMeeting, View):
    """The meeting as a calendar entry, without the online link."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The ICS file."""
        response = HttpResponse(calendar_entry(self.meeting), content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
        return response


class Ticket(PublicView, TemplateView):
    """A participant's page, for whoever has the link: place, online link, QR code for the door."""

    template_name = "meetings/ticket.html"

    def get_context_data(self, ticket: str, **kwargs: Any) -> dict[str, Any]:
        """The registration; a dead ticket says so."""
        registration = get_object_or_404(Registration.objects.select_related("meeting", "person", "institution"), ticket=ticket)
        valid = registration.status in {RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED}
        qr = qr_svg(ticket_link(registration)) if valid else ""
        meeting = registration.meeting
        position = position_in_line(registration) if registration.status == RegistrationStatus.WAITLISTED else None
        details = registration.status in LIVE and (meeting.questions.exists() or meeting.sessions.filter(capacity__isnull=False).exists())
        return super().get_context_data(
            registration=registration, meeting=meeting, valid=valid, qr=qr, position=position, has_details=details, now=now(), **kwargs
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Not for caches or search engines: the address is the key."""
        response = super().render_to_response(context, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
