"""The door: staff's phones let people in."""

import json
import uuid
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.exceptions import DomainError
from alliance.common.views import DomainErrorMixin, PermissionRequired, PublicView
from meetings.enums import CheckInWay, MeetingStatus
from meetings.forms.day import WalkInForm
from meetings.models import CheckIn, Meeting, Registration
from meetings.selectors import door
from meetings.services.checkin import check_in, undo_check_in, why_not
from meetings.services.offline import take_in
from meetings.services.walkins import admit_walk_in
from members.names import initials, pinyin


class DoorView(PermissionRequired):
    """Pages for staff at the door."""

    permission = "meetings.check_in"
    request: HttpRequest
    kwargs: dict[str, Any]

    @property
    def meeting(self) -> Meeting:
        """The meeting of the address; one that is not published has no door."""
        if not hasattr(self, "_meeting"):
            shown = Meeting.objects.filter(status__in=[MeetingStatus.PUBLISHED, MeetingStatus.HELD])
            self._meeting = get_object_or_404(shown, slug=self.kwargs["slug"])
        return self._meeting


class Doors(DoorView, TemplateView):
    """The meetings of these days."""

    template_name = "meetings/doors.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Soonest first."""
        return super().get_context_data(meetings=door.open_doors(), **kwargs)


class Door(DoorView, TemplateView):
    """One meeting's door: counter, search, the last ones in."""

    template_name = "meetings/door.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A ticket's code in the field opens the ticket, as a camera does."""
        ticket = door.scanned(self.meeting, request.GET.get("q", "").strip())
        return redirect("checkin:ticket", ticket.ticket) if ticket else super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was looked for, by name, unit, pinyin or initials."""
        wanted = self.request.GET.get("q", "").strip()[:60]
        found = door.find(list(door.expected(self.meeting)), wanted) if wanted else []
        return super().get_context_data(
            meeting=self.meeting, wanted=wanted, found=found, recent=door.recent(self.meeting), counter=door.counter(self.meeting), **kwargs
        )


class Counter(DoorView, TemplateView):
    """The live counter by itself; it asks for itself again."""

    template_name = "meetings/door_counter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One query."""
        return super().get_context_data(meeting=self.meeting, counter=door.counter(self.meeting), **kwargs)


class ScanTicket(DoorView, TemplateView):
    """What a ticket's QR code opens: one tap lets the person in. Who is no staff is led to the ticket itself."""

    template_name = "meetings/checkin.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Participants scan their own codes out of curiosity: they get their ticket, not a sign-in form."""
        if request.method == "GET" and not request.user.has_perm(self.permission):
            return redirect(reverse("tickets:ticket", args=[kwargs["ticket"]]) + "?door")
        return super().dispatch(request, *args, **kwargs)

    @property
    def registration(self) -> Registration:
        """The registration of the code."""
        if not hasattr(self, "_registration"):
            self._registration = get_object_or_404(
                Registration.objects.select_related("meeting", "person", "institution", "offer"), ticket=self.kwargs["ticket"]
            )
        return self._registration

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who it is, and whether the person is in already."""
        registration = self.registration
        standing = registration.checkins.filter(undone_at=None).select_related("by").first()
        return super().get_context_data(
            registration=registration, meeting=registration.meeting, standing=standing, why_not=why_not(registration), counter=door.counter(registration.meeting),
            nonce=uuid.uuid4(), **kwargs,
        )  # fmt: skip

    def post(self, request: HttpRequest, ticket: str) -> HttpResponse:
        """Let in; the answer is the same page, green the first time, amber with time and name of the first scan afterwards."""
        way = CheckInWay.SEARCH if request.POST.get("way") == CheckInWay.SEARCH else CheckInWay.QR
        try:
            entrance = check_in(self.registration, actor=request.user, way=way, nonce=nonce_of(request.POST.get("nonce", "")))
        except DomainError as error:
            return self.render_to_response(self.get_context_data(refused=str(error)), status=409)
        if way == CheckInWay.SEARCH:
            text = _("%(name)s is in.") if entrance.first else _("%(name)s was in already.")
            messages.success(request, text % {"name": self.registration.person.name})
            return redirect("checkin:door", self.registration.meeting.slug)
        return self.render_to_response(self.get_context_data(entrance=entrance))


def nonce_of(text: str) -> uuid.UUID | None:
    """The nonce of a form; None for nonsense, which then is a press of its own."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class Undo(DoorView, View):
    """It was the wrong person."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Undo and go back to the door."""
        checkin = get_object_or_404(CheckIn.objects.select_related("registration__meeting", "registration__person"), pk=pk)
        try:
            undo_check_in(checkin, actor=request.user)
            messages.success(request, _("The check-in of %(name)s is undone.") % {"name": checkin.registration.person.name})
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("checkin:door", checkin.registration.meeting.slug)


class WalkIn(DoorView, DomainErrorMixin, FormView):
    """Somebody without a registration."""

    template_name = "meetings/walk_in.html"
    form_class = WalkInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where one is."""
        return super().get_context_data(meeting=self.meeting, **kwargs)

    def perform(self, form: forms.Form) -> HttpResponse:
        """A place and in."""
        data = form.cleaned_data
        admit_walk_in(self.meeting, data["unit"], name=data["name"], email=data["email"], actor=self.request.user)
        messages.success(self.request, _("%(name)s is in.") % {"name": data["name"]})
        return redirect("checkin:door", self.meeting.slug)


def sounds(name: str) -> str:
    """Pinyin and initials, for the search on the phone."""
    return f"{pinyin(name)} {initials(name)}"


class GuestList(DoorView, View):
    """The list that a phone keeps for when the network fails: no more than the door needs."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Ticket, name, unit, whether in."""
        rows = [
            {"t": r.ticket, "n": r.person.name, "u": r.institution.name, "p": sounds(r.person.name), "in": bool(r.standing), "ok": not why_not(r)}
            for r in door.expected(self.meeting)
        ]
        return JsonResponse({"meeting": self.meeting.title, "sync": reverse("checkin:sync", args=[slug]), "rows": rows})


class Sync(DoorView, View):
    """Scans that were made without a network."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Each is taken once, however often it is sent; the answer says what became of each."""
        try:
            scans = json.loads(request.body)["scans"]
        except (ValueError, KeyError, TypeError):
            return JsonResponse({"error": "scans"}, status=400)
        return JsonResponse({"results": take_in(self.meeting, scans, actor=request.user)})


class Worker(PublicView, View):
    """The script that answers for the door while there is no network; a browser lets it answer only below its own address."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The script, never from an old cache."""
        response = HttpResponse(Path(str(finders.find("js/door-worker.js"))).read_bytes(), content_type="text/javascript")
        response.headers["Cache-Control"] = "no-cache"
        return response
