"""Pages without an account: the unit's link, the public form, and what a participant does on the ticket's page. The address is the key."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.exceptions import DomainError
from alliance.common.ratelimit import RateLimited
from alliance.common.views import DomainErrorMixin, PublicView
from meetings.enums import LIVE, RegistrationStatus
from meetings.forms.details import AskForm
from meetings.models import Meeting, PlaceRequest, Registration, UnitLink
from meetings.selectors.meetings import meetings_for_unit, public_meetings
from meetings.selectors.offers import offers_of, takes_registrations
from meetings.services.registration import give_place_up
from meetings.services.requests import accept_request, ask_by_link, ask_in_public
from meetings.services.waiting import accept_place
from meetings.views.places import DetailsOf

OUTSIDE = {"others", "public"}
# The way of a public request goes by mail only.
MAILED = "mail"


class Unlisted:
    """View mixin: such a page is for whoever has the address, not for caches or search engines."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, and say so in the headers."""
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "same-origin"
        return response


class Join(Unlisted, RateLimited, PublicView, DomainErrorMixin, FormView):
    """The unit's link: a colleague asks for a place, the liaison confirms."""

    template_name = "meetings/ask.html"
    form_class = AskForm

    @property
    def link(self) -> UnitLink:
        """The open link of the address, while its unit may know of the meeting."""
        if not hasattr(self, "_link"):
            link = get_object_or_404(UnitLink.objects.select_related("meeting", "institution"), token=self.kwargs["token"], closed_at=None)
            get_object_or_404(meetings_for_unit(link.institution), pk=link.meeting_id)
            self._link = link
        return self._link

    def get_form_kwargs(self) -> dict[str, Any]:
        """The meeting's questions."""
        return super().get_form_kwargs() | {"meeting": self.link.meeting, "public": False}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """For which unit."""
        link = self.link
        return super().get_context_data(meeting=link.meeting, unit=link.institution, open=takes_registrations(link.meeting), **kwargs)

    def perform(self, form: Any) -> HttpResponse:
        """Ask."""
        request = ask_by_link(self.link, answers=form.answers(), **form.person())
        return redirect("meetings:asked", request.token)


class AskInPublic(RateLimited, PublicView, DomainErrorMixin, FormView):
    """Registration for everybody, where an offer allows it."""

    template_name = "meetings/ask.html"
    form_class = AskForm

    @property
    def meeting(self) -> Meeting:
        """One that the public may know of and that has something for it."""
        if not hasattr(self, "_meeting"):
            self._meeting = get_object_or_404(public_meetings().filter(offers__audience__in=OUTSIDE).distinct(), slug=self.kwargs["slug"])
        return self._meeting

    def get_form_kwargs(self) -> dict[str, Any]:
        """The meeting's questions."""
        return super().get_form_kwargs() | {"meeting": self.meeting, "public": True}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """On what terms."""
        offers = [offer for offer in offers_of(self.meeting) if offer.audience in OUTSIDE]
        return super().get_context_data(meeting=self.meeting, offers=offers, open=takes_registrations(self.meeting), public=True, **kwargs)

    def perform(self, form: Any) -> HttpResponse:
        """Ask; the address has to be confirmed."""
        name = form.cleaned_data["institution_name"]
        ask_in_public(self.meeting, institution_name=name, answers=form.answers(), **form.person())
        return redirect("meetings:asked", MAILED)


class Asked(Unlisted, PublicView, TemplateView):
    """What happens next. Without the request's own address it tells nothing about anybody."""

    template_name = "meetings/asked.html"

    def get_context_data(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """The request of a unit's colleague; none for the public form, whose key goes by mail only."""
        rows = PlaceRequest.objects.exclude(link=None).select_related("meeting", "institution")
        request = None if token == MAILED else get_object_or_404(rows, token=token)
        return super().get_context_data(place_request=request, **kwargs)


class ConfirmRequest(Unlisted, RateLimited, PublicView, View):
    """The link in the mail shows a page; only its button registers, since mail scanners follow links."""

    def get(self, request: HttpRequest, token: str, error: str = "") -> HttpResponse:
        """The question, or on to the ticket when it was answered."""
        from django.shortcuts import render

        asked = self._asked(token)
        if asked.registration:
            return redirect("tickets:ticket", asked.registration.ticket)
        return render(
            request, "meetings/confirm_request.html", {"place_request": asked, "meeting": asked.meeting, "error": error}, status=409 if error else 200
        )

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Register."""
        asked = self._asked(token)
        try:
            registration = accept_request(asked, actor=None)
        except DomainError as error:
            return self.get(request, token, error=str(error))
        return redirect("tickets:ticket", registration.ticket)

    @staticmethod
    def _asked(token: str) -> PlaceRequest:
        return get_object_or_404(PlaceRequest.objects.filter(link=None).select_related("meeting", "registration"), token=token)


class ByTicket(Unlisted, RateLimited, PublicView):
    """Pages behind a ticket's address."""

    @property
    def registration(self) -> Registration:
        """The registration while it counts; a dead ticket leads nowhere."""
        rows = Registration.objects.select_related("meeting", "person", "institution", "offer")
        return get_object_or_404(rows, ticket=self.kwargs["ticket"], status__in=LIVE)  # type: ignore[attr-defined]


class Accept(ByTicket, View):
    """Take an offered place: a question by GET, the answer by POST."""

    def get(self, request: HttpRequest, ticket: str) -> HttpResponse:
        """The ticket's page asks."""
        return redirect("tickets:ticket", ticket)

    def post(self, request: HttpRequest, ticket: str) -> HttpResponse:
        """Accept."""
        try:
            accept_place(self.registration, source="ticket")
            messages.success(request, _("The place is yours."))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("tickets:ticket", ticket)


class GiveUp(ByTicket, DomainErrorMixin, FormView):
    """No longer wanted: a place in the line, an offered place, or one that no liaison looks after."""

    template_name = "meetings/give_up.html"
    form_class = forms.Form

    @property
    def registration(self) -> Registration:
        """Only where the person decides alone; a unit's confirmed place is its liaison's."""
        place = super().registration
        alone = place.registered_by_id is None or place.status in {RegistrationStatus.WAITLISTED, RegistrationStatus.OFFERED}
        return place if alone else get_object_or_404(Registration.objects.none())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which."""
        return super().get_context_data(registration=self.registration, meeting=self.registration.meeting, **kwargs)

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Give it up."""
        ticket = self.kwargs["ticket"]
        give_place_up(self.registration, actor=None, source="ticket", reason=_("Given up by the participant."))
        messages.success(self.request, _("The place has been given up."))
        return redirect("tickets:ticket", ticket)


class TicketDetails(ByTicket, DetailsOf):
    """What a participant needs, entered by the participant."""

    source = "ticket"

    def back(self) -> str:
        """The ticket's page."""
        return reverse("tickets:ticket", args=[self.kwargs["ticket"]])
