"""The other ways to a place for a unit: its link, requests that came by it, nominations, what a colleague needs."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView

from alliance.common.exceptions import DomainError
from alliance.common.views import DomainErrorMixin
from meetings.enums import LIVE, NominationStatus
from meetings.forms.details import DetailsForm, RefuseForm
from meetings.forms.registering import NominateForm
from meetings.models import Nomination, PlaceRequest, Registration, UnitLink
from meetings.services.answers import choose_sessions, save_answers
from meetings.services.nominating import nominate, withdraw_nomination
from meetings.services.requests import accept_request, close_link, open_link, refuse_request
from meetings.services.waiting import accept_place
from meetings.views.portal import OwnRegistration, UnitMeetingView


class Link(UnitMeetingView, View):
    """Open or close the unit's link for its people."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """`close` makes the address dead."""
        if "close" in request.POST:
            for link in UnitLink.objects.filter(institution=self.institution, meeting=self.meeting, closed_at=None):
                close_link(link)
            messages.success(request, _("The link is closed."))
        else:
            open_link(self.meeting, self.institution, actor=request.user)
            messages.success(request, _("The link is ready. Copy it to your colleagues; you confirm who comes."))
        return redirect("unit_meetings:register", slug)


class Decide(UnitMeetingView, DomainErrorMixin, FormView):
    """A colleague asks by the link: confirm with one press, or refuse with a reason."""

    template_name = "meetings/portal_refuse.html"
    form_class = RefuseForm

    @property
    def place_request(self) -> PlaceRequest:
        """The request of the address; another unit's does not exist."""
        return get_object_or_404(PlaceRequest, pk=self.kwargs["pk"], institution=self.institution, meeting=self.meeting)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who asks."""
        return super().get_context_data(place_request=self.place_request, meeting=self.meeting, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """`accept` registers; anything else is a refusal with its form."""
        if "accept" not in request.POST:
            return super().post(request, *args, **kwargs)
        asked = self.place_request
        try:
            registration = accept_request(asked, actor=request.user)
            messages.success(request, f"{asked.name}: {registration.get_status_display()}")
        except DomainError as error:
            messages.error(request, _("%(name)s: %(reason)s") % {"name": asked.name, "reason": error})
        return redirect("unit_meetings:register", self.meeting.slug)

    def perform(self, form: forms.Form) -> HttpResponse:
        """Refuse."""
        refuse_request(self.place_request, actor=self.request.user, reason=form.cleaned_data["reason"])
        messages.success(self.request, _("Refused; the person has been told by mail."))
        return redirect("unit_meetings:register", self.meeting.slug)


class AcceptPlace(OwnRegistration, View):
    """The liaison takes an offered place for a colleague."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Accept; when it is too late, that is said. Another unit's place does not exist."""
        place = self.registration
        try:
            accept_place(place, actor=request.user)
            messages.success(request, f"{place.person.name}: {place.get_status_display()}")
        except DomainError as error:
            messages.error(request, _("%(name)s: %(reason)s") % {"name": place.person.name, "reason": error})
        return redirect("unit_meetings:register", slug)


class Nominate(UnitMeetingView, DomainErrorMixin, FormView):
    """Name people for recommended places, and see what became of it."""

    template_name = "meetings/portal_nominate.html"
    form_class = NominateForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The unit's people and the offers that take nominations."""
        return super().get_form_kwargs() | {"institution": self.institution, "meeting": self.meeting}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The unit's nominations so far."""
        mine = Nomination.objects.filter(offer__meeting=self.meeting, institution=self.institution).select_related("person", "offer").order_by("pk")
        offers = self.meeting.offers.filter(nominations_per_unit__gt=0)
        return super().get_context_data(meeting=self.meeting, nominations=mine, offers=offers, **kwargs)

    def perform(self, form: forms.Form) -> HttpResponse:
        """Nominate."""
        data = form.cleaned_data
        nominate(data["offer"], self.institution, data["person"], actor=self.request.user, statement=data["statement"])
        messages.success(self.request, _("%(name)s has been nominated. The secretariat decides and tells you by mail.") % {"name": data["person"].name})
        return redirect("unit_meetings:nominate", self.meeting.slug)


class WithdrawNomination(UnitMeetingView, View):
    """Take a nomination back."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Another unit's nomination does not exist."""
        nomination = get_object_or_404(Nomination, pk=pk, institution=self.institution, offer__meeting=self.meeting, status=NominationStatus.PROPOSED)
        try:
            withdraw_nomination(nomination, actor=request.user)
            messages.success(request, _("The nomination has been withdrawn."))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("unit_meetings:nominate", slug)


class DetailsOf(DomainErrorMixin, FormView):
    """Sessions and questions of one registration; `registration` and `back` come from the pages that use it."""

    template_name = "meetings/details.html"
    form_class = DetailsForm
    registration: Registration
    source = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        """The questions with the answers so far."""
        place = self.registration
        given = {answer.question_id: answer.value for answer in place.answers.all()}
        chosen = list(place.session_places.values_list("session_id", flat=True))
        asked = {"meeting": place.meeting, "given": given, "chosen": chosen, "consented": place.consent_at is not None}
        return super().get_form_kwargs() | asked

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose they are."""
        return super().get_context_data(registration=self.registration, meeting=self.registration.meeting, back=self.back(), **kwargs)

    def back(self) -> str:
        """Where one came from."""
        raise NotImplementedError

    def perform(self, form: Any) -> HttpResponse:
        """Keep both."""
        actor = None if self.source else self.request.user
        place = self.registration
        if "sessions" in form.fields:
            choose_sessions(place, list(form.cleaned_data["sessions"]), actor=actor, source=self.source)
        if form.questions:
            save_answers(place, form.answers(), actor=actor, source=self.source)
        messages.success(self.request, _("Saved."))
        return redirect(self.back())


class ColleagueDetails(OwnRegistration, DetailsOf):
    """What a colleague needs, entered by the liaison."""

    def back(self) -> str:
        """The meeting's page of the unit."""
        from django.urls import reverse

        return reverse("unit_meetings:register", args=[self.meeting.slug])

    @property
    def registration(self) -> Registration:  # type: ignore[override]
        """One of the unit's own that still counts."""
        return get_object_or_404(
            self.meeting.registrations.select_related("person", "meeting", "institution"), pk=self.kwargs["pk"], institution=self.institution, status__in=LIVE
        )
