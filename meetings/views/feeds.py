"""Calendars by a secret address, and where a unit gets its own."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from alliance.common.feeds import feed_of, live_feed
from alliance.common.views import PublicView
from meetings.calendars import person_calendar, unit_calendar
from meetings.links import feed_link
from meetings.models import CalendarFeed
from meetings.selectors.feeds import meetings_of_unit, places_of_person, places_of_unit
from meetings.services.feeds import end_unit_feed, renew_unit_feed
from members.views.portal import PortalView


class Feed(PublicView, View):
    """The calendar behind a secret address: a program asks every hour or so, without a sign-in."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Everything of the unit or the person; 404 for an address that has ended."""
        feed = live_feed(CalendarFeed, token, "institution", "person")
        if feed is None:
            raise Http404
        response = HttpResponse(_calendar(feed), content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = 'inline; filename="meetings.ics"'
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def _calendar(feed: CalendarFeed) -> bytes:
    if feed.person is not None:
        return person_calendar(_("Meetings of %(name)s") % {"name": feed.person.name}, list(places_of_person(feed.person)))
    assert feed.institution is not None
    meetings = list(meetings_of_unit(feed.institution))
    return unit_calendar(_("Meetings for %(name)s") % {"name": feed.institution.name}, meetings, list(places_of_unit(feed.institution)))


class UnitCalendar(PortalView, TemplateView):
    """The unit's calendar address: made, renewed, ended."""

    template_name = "meetings/portal_calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The address, and the same for programs that know webcal."""
        feed = feed_of(CalendarFeed, "institution", self.institution)
        url = feed_link(feed) if feed else ""
        return super().get_context_data(feed=feed, url=url, webcal=url.replace(f"{urlsplit(url).scheme}://", "webcal://", 1) if url else "", **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """A new address, or none."""
        if "end" in request.POST:
            end_unit_feed(self.institution, actor=request.user)
            messages.success(request, _("The calendar's address has ended."))
        else:
            renew_unit_feed(self.institution, actor=request.user)
            messages.success(request, _("The calendar has a new address."))
        return redirect("unit_meetings:calendar")
