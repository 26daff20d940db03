"""Meetings' steps as pages of the admin."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from meetings.forms.steps import CancelPlaceForm, LetterForm, ProlongForm, ReasonForm, StaffRegisterForm
from meetings.models import Meeting, Registration
from meetings.services.letters import selection, write_to_participants
from meetings.services.paying import prolong_hold
from meetings.services.planning import cancel_meeting, publish_meeting
from meetings.services.registration import cancel_registration, register_by_staff
from members.enums import PersonRole
from members.services.people import add_person


class Publish(WorkflowView):
    """Open the meeting for registration."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Publish the meeting")
    lead = _("Member units see it from the time set for members, the public from its own. Without offers it gets the free places of the year.")
    button = _("Publish")
    done = _("The meeting is published.")

    def perform_step(self, form: Any) -> Any:
        """Publish."""
        return publish_meeting(self.record, actor=self.request.user)


class CancelMeeting(WorkflowView):
    """The meeting does not take place."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Cancel the meeting")
    lead = _("Everybody who is registered gets a mail that also takes the entry out of their calendar. Free places are given back.")
    button = _("Cancel the meeting and notify")
    done = _("The meeting is cancelled.")
    danger = True
    form_class = ReasonForm
    previews_mail = True

    def perform_step(self, form: Any) -> Any:
        """Cancel."""
        return cancel_meeting(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class CancelRegistration(WorkflowView):
    """Give up a place for somebody."""

    model = Registration
    permission = "meetings.manage_meetings"
    title = _("Cancel the registration")
    button = _("Cancel the registration")
    done = _("The registration has been cancelled.")
    danger = True
    form_class = CancelPlaceForm
    previews_mail = True

    def perform_step(self, form: Any) -> Any:
        """Cancel."""
        return cancel_registration(self.record, actor=self.request.user, reason=form.cleaned_data["reason"], give_back=form.cleaned_data["give_back"])


class StaffRegister(WorkflowView):
    """Register somebody whatever the offer says; never beyond the places."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Register somebody")
    lead = _("Deadlines, audience and the waiting list are passed over; capacity, the unit's places and its free meetings are kept in any case.")
    button = _("Register")
    done = _("Registered.")
    form_class = StaffRegisterForm
    previews_mail = True

    def get_form_kwargs(self) -> dict[str, Any]:
        """The meeting's offers."""
        return super().get_form_kwargs() | {"meeting": self.record}

    @transaction.atomic
    def perform_step(self, form: Any) -> Any:
        """The person as the unit knows them, or a new one; a refusal leaves nobody behind."""
        data, actor = form.cleaned_data, self.request.user
        person = add_person(data["institution_name"], name=data["name"], email=data["email"], role=PersonRole.DELEGATE, actor=actor)
        return register_by_staff(self.record, data["institution_name"], person, data["offer"], actor=actor, reason=data["reason"])


class Letter(WorkflowView):
    """A letter to a selection; shown with its count before it goes out."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Letter to participants")
    button = _("Send")
    done = _("The letters are queued.")
    form_class = LetterForm
    previews_mail = True

    def get_form_kwargs(self) -> dict[str, Any]:
        """The meeting's offers and provinces."""
        return super().get_form_kwargs() | {"meeting": self.record}

    def perform_step(self, form: Any) -> Any:
        """Queue."""
        data = form.cleaned_data
        wanted = {name: data[name] for name in ("statuses", "offers", "unanswered")}
        rows = selection(self.record, provinces=data.get("provinces", []), **wanted)
        write_to_participants(self.record, rows, subject=data["subject"], text=data["text"], actor=self.request.user)


class Prolong(WorkflowView):
    """Hold an unpaid place longer."""

    model = Registration
    permission = "meetings.manage_meetings"
    title = _("Hold the place longer")
    button = _("Hold")
    done = _("The place is held longer.")
    form_class = ProlongForm

    def perform_step(self, form: Any) -> Any:
        """To the end of that Beijing day."""
        return prolong_hold(self.record, until=form.cleaned_data["until"], actor=self.request.user)
