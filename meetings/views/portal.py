"""The unit's meetings: see, register colleagues, replace, cancel."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from alliance.common.clock import now
from alliance.common.templatetags.alliance import moment
from alliance.common.views import DomainErrorMixin
from meetings.enums import LIVE, RegistrationStatus, RequestStatus
from meetings.forms.registering import NEW_ROWS, CancelForm, RegisterForm, SubstituteForm
from meetings.models import Meeting, PlaceRequest, Registration, UnitLink
from meetings.selectors.allowances import allowance_at
from meetings.selectors.certificates import certified
from meetings.selectors.content import units_projects
from meetings.selectors.meetings import meetings_for_unit, upcoming_for_unit
from meetings.selectors.offers import best_of, fits_for, has_details, position_in_line, seats_taken, takes_registrations
from meetings.services.drafts import draft_of, drop_draft, keep_draft
from meetings.services.registration import Outcome, give_place_up, register_group, substitute_delegate
from members.enums import PersonRole
from members.models import Person
from members.services.people import add_person
from members.views.portal import PortalView


class Meetings(PortalView, TemplateView):
    """What is coming, and who of the unit is registered."""

    template_name = "meetings/portal_meetings.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The coming meetings with what the unit has used, and the unit's registrations."""
        mine = Registration.objects.filter(institution=self.institution, status__in=LIVE).select_related("meeting", "person").order_by("-meeting__starts_at")
        waiting = PlaceRequest.objects.filter(institution=self.institution, status=RequestStatus.WAITING).select_related("meeting")
        projects = units_projects(self.institution)
        return super().get_context_data(meetings=upcoming_for_unit(self.institution), registrations=mine, requests=waiting, projects=projects, **kwargs)


class UnitMeetingView(PortalView):
    """Pages of one meeting for the unit."""

    @property
    def meeting(self) -> Meeting:
        """The meeting of the address, if this unit may know of it yet."""
        if not hasattr(self, "_meeting"):
            self._meeting = get_object_or_404(meetings_for_unit(self.institution), slug=self.kwargs["slug"])  # type: ignore[attr-defined]
        return self._meeting


class Register(UnitMeetingView, DomainErrorMixin, FormView):
    """Register colleagues on one page; each refusal says why, and the others keep their places. What is typed is kept as a draft."""

    template_name = "meetings/portal_register.html"
    form_class = RegisterForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The unit's people."""
        return super().get_form_kwargs() | {"institution": self.institution, "meeting": self.meeting}

    def get_initial(self) -> dict[str, Any]:
        """What was typed the last time and not sent."""
        return draft_of(self.request.user, self.institution, self.meeting)  # type: ignore[arg-type]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Autosave keeps what is typed and answers in JSON; the button registers."""
        return self._autosave() if "autosave" in request.POST else super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The allowance and the terms before anybody registers; who is registered, who asks, who is nominated."""
        meeting, unit = self.meeting, self.institution
        mine = meeting.registrations.filter(institution=unit, status__in=LIVE).select_related("person", "offer", "invoice").order_by("pk")
        rows = [{"row": row, "position": position_in_line(row) if row.status == RegistrationStatus.WAITLISTED else None} for row in mine]
        fits = fits_for(meeting, unit)
        return super().get_context_data(
            meeting=meeting,
            allowance=allowance_at(unit, meeting),
            registrations=rows,
            fits=fits,
            best=best_of(fits),
            full=seats_taken(meeting) >= meeting.capacity,
            link=UnitLink.objects.filter(institution=unit, meeting=meeting, closed_at=None).first(),
            requests=PlaceRequest.objects.filter(institution=unit, meeting=meeting, status=RequestStatus.WAITING).order_by("pk"),
            nominating=any(fit.offer.nominations_per_unit for fit in fits),
            has_details=has_details(meeting),
            open=takes_registrations(meeting),
            certificates=certified(meeting, unit),
            now=now(),
            **kwargs,
        )

    def perform(self, form: forms.Form) -> HttpResponse:
        """Those who find a place get it, the others learn why not; what costs money is shown before it is ordered."""
        people = self._people(form)
        if "agreed" not in self.request.POST and any(fit.price for fit in fits_for(self.meeting, self.institution) if fit.fits or fit.used_up):
            outcomes = self._tried(people)
            if any(outcome.registration and outcome.registration.price for outcome in outcomes):
                return self.render_to_response(self.get_context_data(form=form, to_pay=outcomes, total=self._total(outcomes)))
        outcomes = register_group(self.meeting, self.institution, people, actor=self.request.user)
        refused = [outcome for outcome in outcomes if outcome.error]
        for outcome in outcomes:
            if outcome.registration:
                messages.success(self.request, f"{outcome.name}: {outcome.registration.get_status_display()}")
                if not outcome.registration.person.email:
                    hint = _("%(name)s has no e-mail address, so no ticket can be sent. Add one under “People”.")
                    messages.warning(self.request, hint % {"name": outcome.name})
        for outcome in refused:
            form.add_error(None, _("%(name)s: %(reason)s") % {"name": outcome.name, "reason": outcome.error})
        drop_draft(self.request.user, self.institution, self.meeting)  # type: ignore[arg-type]
        return self.form_invalid(form) if refused else redirect("unit_meetings:register", self.meeting.slug)

    def _people(self, form: Any) -> list[tuple[str, Callable[[], Person]]]:
        chosen = [(person.name, lambda person=person: person) for person in form.cleaned_data["people"]]
        typed = [(name, lambda name=name, email=email: self._colleague(name, email)) for name, email in form.new_people()]
        return [*chosen, *typed]

    def _colleague(self, name: str, email: str) -> Person:
        return add_person(self.institution, role=PersonRole.DELEGATE, actor=self.request.user, name=name, email=email)

    def _tried(self, people: list[tuple[str, Callable[[], Person]]]) -> list[Outcome]:
        """What would become of it: carried out, looked at, and rolled back as a whole."""
        with transaction.atomic():
            outcomes = register_group(self.meeting, self.institution, people, actor=self.request.user)
            transaction.set_rollback(True)
        return outcomes

    @staticmethod
    def _total(outcomes: list[Outcome]) -> Any:
        return sum(outcome.registration.price for outcome in outcomes if outcome.registration)

    def _autosave(self) -> JsonResponse:
        typed = self.request.POST
        data: dict[str, Any] = {"people": [pk for pk in typed.getlist("people") if pk.isdecimal()]}
        data |= {f"{name}{row}": typed.get(f"{name}{row}", "").replace("\x00", "")[:200] for row in NEW_ROWS for name in ("name", "email")}
        keep_draft(self.request.user, self.institution, self.meeting, data)  # type: ignore[arg-type]
        return JsonResponse({"message": _("Saved at %(time)s") % {"time": moment(now())[-5:]}})


class OwnRegistration(UnitMeetingView):
    """Pages of one of the unit's registrations; another unit's does not exist."""

    @property
    def registration(self) -> Registration:
        """The registration of the address."""
        return get_object_or_404(
            self.meeting.registrations.select_related("person", "meeting", "institution", "offer"),
            pk=self.kwargs["pk"],
            institution=self.institution,  # type: ignore[attr-defined]
        )


class Cancel(OwnRegistration, DomainErrorMixin, FormView):
    """Give up a place, after a question; what is given back stands beside it."""

    template_name = "meetings/portal_cancel.html"
    form_class = CancelForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose place it is, and whether it is in time."""
        late = now() > self.meeting.free_cancel_until
        return super().get_context_data(registration=self.registration, meeting=self.meeting, late=late, **kwargs)

    def perform(self, form: forms.Form) -> HttpResponse:
        """Cancel."""
        give_place_up(self.registration, actor=self.request.user, reason=form.cleaned_data["reason"])
        messages.success(self.request, _("The place has been given up."))
        return redirect("unit_meetings:register", self.meeting.slug)


class Substitute(OwnRegistration, DomainErrorMixin, FormView):
    """A colleague comes instead."""

    template_name = "meetings/portal_substitute.html"
    form_class = SubstituteForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The unit's people who are not registered."""
        return super().get_form_kwargs() | {"institution": self.institution, "meeting": self.meeting}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose place it is."""
        return super().get_context_data(registration=self.registration, meeting=self.meeting, **kwargs)

    def perform(self, form: forms.Form) -> HttpResponse:
        """Replace."""
        substitute_delegate(self.registration, form.cleaned_data["person"], actor=self.request.user)
        messages.success(self.request, _("The place has been passed on."))
        return redirect("unit_meetings:register", self.meeting.slug)
