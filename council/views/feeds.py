"""The calendar of closing times, and where a person gets its address."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from alliance.common.feeds import feed_of, live_feed
from alliance.common.views import PermissionRequired, PublicView
from council.calendars import deadlines
from council.models import DeadlineFeed
from council.roll import holds_current_seat
from council.selectors.ballots import ballots_visible_to
from council.services.feeds import end_deadlines, renew_deadlines


class Deadlines(PublicView, View):
    """The closing times of somebody's open ballots: a program asks every hour or so, without a sign-in; the address itself is the key."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """ICS; 404 for an address that is none or has ended, or whose owner no longer votes."""
        feed = live_feed(DeadlineFeed, token, "user")
        if feed is None or not feed.user.is_active or not holds_current_seat(feed.user):
            raise Http404
        response = HttpResponse(deadlines(ballots_visible_to(feed.user)), content_type="text/calendar; charset=utf-8")
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


class DeadlineCalendar(PermissionRequired, TemplateView):
    """The address: made, renewed, ended."""

    permission = "council.enter_council"
    template_name = "council/calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The address, and the same for programs that know webcal."""
        feed = feed_of(DeadlineFeed, "user", self.request.user)
        url = settings.SITE_URL + reverse("council:calendar", args=[feed.token]) if feed else ""
        return super().get_context_data(feed=feed, url=url, webcal=url.replace(f"{urlsplit(url).scheme}://", "webcal://", 1) if url else "", **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """A new address, or none."""
        if "end" in request.POST:
            end_deadlines(request.user)
            messages.success(request, _("The calendar's address has ended."))
        else:
            renew_deadlines(request.user)
            messages.success(request, _("The calendar has a new address."))
        return redirect("council:calendar_address")
