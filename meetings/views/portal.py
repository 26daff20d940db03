"""The unit's meetings: see, register colleagues, replace, cancel."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from alliance.common.exceptions import DomainError
from alliance.common.views import DomainErrorMixin
from meetings.enums import LIVE
from meetings.forms import RegisterForm, SubstituteForm
from meetings.models import Meeting, Registration
from meetings.selectors.allowances import allowance_at
from meetings.selectors.content import units_projects
from meetings.selectors.meetings import member_meetings, upcoming_for_members
from meetings.services.registration import cancel_registration, register, substitute_delegate
from members.enums import PersonRole
from members.models import Person
from members.services.people import add_person
from members.views.portal import PortalView


class Meetings(PortalView, TemplateView):
    """What is coming, and who of the unit is registered."""

    template_name = "meetings/portal_meetings.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The coming meetings and the unit's registrations."""
        mine = Registration.objects.filter(institution=self.institution, status__in=LIVE).select_related("meeting", "person").order_by("-meeting__starts_at")
        return super().get_context_data(meetings=upcoming_for_members(), registrations=mine, projects=units_projects(self.institution), **kwargs)


class UnitMeetingView(PortalView):
    """Pages of one meeting for the unit."""

    @property
    def meeting(self) -> Meeting:
        """The meeting of the address, if members may know of it yet."""
        if not hasattr(self, "_meeting"):
            self._meeting = get_object_or_404(member_meetings(), slug=self.kwargs["slug"])  # type: ignore[attr-defined]
        return self._meeting


class Register(UnitMeetingView, DomainErrorMixin, FormView):
    """Register colleagues on one page; each refusal says why, and the others keep their places."""

    template_name = "meetings/portal_register.html"
    form_class = RegisterForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The unit's people."""
        return super().get_form_kwargs() | {"institution": self.institution, "meeting": self.meeting}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The allowance before anybody registers, and who is registered."""
        mine = self.meeting.registrations.filter(institution=self.institution, status__in=LIVE).select_related("person").order_by("pk")
        allowance = allowance_at(self.institution, self.meeting)
        return super().get_context_data(meeting=self.meeting, allowance=allowance, registrations=mine, **kwargs)

    def perform(self, form: forms.Form) -> HttpResponse:
        """Register one after the other, so that the first three get their places and the fourth learns why not."""
        refused = False
        for person in form.cleaned_data["people"]:
            refused |= not self._register(form, lambda person=person: person)
        if form.cleaned_data["name"]:
            refused |= not self._register(form, lambda: self._colleague(form))
        return self.form_invalid(form) if refused else redirect("unit_meetings:register", self.meeting.slug)

    def _register(self, form: forms.Form, find: Callable[[], Person]) -> bool:
        """Whether the person got a place; a refusal leaves nothing behind, not even a new colleague."""
        name = form.cleaned_data["name"]
        try:
            with transaction.atomic():
                person = find()
                name = person.name
                registration = register(self.meeting, self.institution, person, actor=self.request.user)
        except DomainError as error:
            form.add_error(None, _("%(name)s: %(reason)s") % {"name": name, "reason": error})
            return False
        messages.success(self.request, f"{name}: {registration.get_status_display()}")
        return True

    def _colleague(self, form: forms.Form) -> Person:
        data = {"name": form.cleaned_data["name"], "email": form.cleaned_data["email"]}
        return add_person(self.institution, role=PersonRole.DELEGATE, actor=self.request.user, **data)


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


class Cancel(OwnRegistration, TemplateView):
    """Give up a place, after a question."""

    template_name = "meetings/portal_cancel.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose place it is."""
        return super().get_context_data(registration=self.registration, meeting=self.meeting, **kwargs)

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Cancel and go back."""
        try:
            cancel_registration(self.registration, actor=request.user)
            messages.success(request, _("The registration has been cancelled."))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("unit_meetings:register", slug)


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
