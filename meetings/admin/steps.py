"""Meetings' steps as pages of the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from meetings.models import Meeting, Registration
from meetings.services.planning import cancel_meeting, publish_meeting
from meetings.services.registration import cancel_registration


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


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


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
    form_class = ReasonForm

    def perform_step(self, form: Any) -> Any:
        """Cancel."""
        return cancel_registration(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])
