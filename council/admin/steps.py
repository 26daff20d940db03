"""Ballots as pages of the admin."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import BEIJING, now
from council.models import Ballot, Body, Procedure
from council.procedure import decide
from council.services.balloting import add_motion, cancel_ballot, close_ballot, draft_ballot, extend_ballot, open_ballot
from members.enums import ApplicationStatus, DepartureStatus
from members.models import Application, Departure

DEFAULT_DAYS = 7


class BeijingDateTimeField(forms.DateTimeField):
    """Date and time as a person in Beijing means them."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class NewBallotForm(forms.Form):
    """Which applications, under which title, until when."""

    body = forms.ModelChoiceField(Body.objects.all(), label=_("Body"), empty_label=None)
    title = forms.CharField(label=_("Title"), max_length=160)
    introduction = forms.CharField(label=_("Introduction"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    closes_at = BeijingDateTimeField(label=_("Closes (Beijing time)"))
    applications = forms.ModelMultipleChoiceField(
        Application.objects.filter(status=ApplicationStatus.SCREENED).select_related("institution"),
        label=_("Applications"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    departures = forms.ModelMultipleChoiceField(
        Departure.objects.filter(status=DepartureStatus.SCREENED).select_related("membership__institution"),
        label=_("Departures"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    motion_title = forms.CharField(label=_("A motion of its own: title"), max_length=160, required=False)
    motion_text = forms.CharField(label=_("A motion of its own: text"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def clean(self) -> dict[str, Any]:
        """Something to vote on."""
        data = super().clean() or {}
        if not self.errors and not (data.get("applications") or data.get("departures") or data.get("motion_title")):
            raise forms.ValidationError(_("Choose at least one thing to vote on."))
        return data

    def clean_closes_at(self) -> dt.datetime:
        """Later than now."""
        closes_at = self.cleaned_data["closes_at"]
        if closes_at <= now():
            raise forms.ValidationError(_("The closing time has passed. Set a later one."))
        return closes_at


class NewBallot(WorkflowView):
    """Put screened applications to the vote: makes a draft."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("New ballot")
    lead = _("A draft is made; nobody is written to before you open it.")
    button = _("Make the draft")
    done = _("The draft is ready. Look at it, then open it.")
    form_class = NewBallotForm

    def get_initial(self) -> dict[str, Any]:
        """A week from now at five in the afternoon; all that wait."""
        waiting = Application.objects.filter(status=ApplicationStatus.SCREENED)
        end = (now().astimezone(BEIJING) + dt.timedelta(days=DEFAULT_DAYS)).replace(hour=17, minute=0, second=0, microsecond=0)
        return {"closes_at": end, "applications": waiting, "title": f"关于接收 {waiting.count()} 所高校入盟的表决"}

    def perform_step(self, form: Any) -> Any:
        """Draft."""
        data = form.cleaned_data
        return draft_ballot(
            body=data["body"],
            title=data["title"],
            introduction=data["introduction"],
            closes_at=data["closes_at"],
            applications=list(data["applications"]),
            departures=list(data["departures"]),
            text=(data["motion_title"], data["motion_text"]) if data["motion_title"] else None,
            actor=self.request.user,
        )


class OpenBallot(WorkflowView):
    """Open the vote."""

    model = Ballot
    permission = "council.manage_ballots"
    previews_mail = True
    title = _("Open the ballot")
    lead = _("The electorate is frozen as it stands now, and every council member gets an e-mail.")
    button = _("Open and notify the council")
    done = _("The ballot is open.")
    panel_template = "council/admin_ballot.html"

    def perform_step(self, form: Any) -> Any:
        """Open."""
        return open_ballot(self.record, actor=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The motions as the council will see them."""
        return super().get_context_data(ballot=self.record, motions=self.record.motions.select_related("application__institution", "result"), **kwargs)


class CloseBallot(OpenBallot):
    """Close before the time."""

    previews_mail = True
    title = _("Close the ballot now")
    lead = _("The votes are counted and carried out at once: approved universities get their payment notice. This cannot be undone.")
    button = _("Close and count")
    done = _("The ballot is closed and its results are carried out.")
    danger = True

    def perform_step(self, form: Any) -> Any:
        """Close."""
        return close_ballot(self.record, actor=self.request.user)


class ExtendForm(forms.Form):
    """Until when, and why."""

    closes_at = BeijingDateTimeField(label=_("Closes (Beijing time)"))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ExtendBallot(WorkflowView):
    """Give more time."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("Extend the ballot")
    button = _("Extend")
    done = _("The ballot is extended.")
    form_class = ExtendForm

    def perform_step(self, form: Any) -> Any:
        """Extend."""
        return extend_ballot(self.record, actor=self.request.user, closes_at=form.cleaned_data["closes_at"], reason=form.cleaned_data["reason"])


class CancelForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class CancelBallot(WorkflowView):
    """Stop without a result."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("Cancel the ballot")
    lead = _("There will be no result; the applications wait for another ballot.")
    button = _("Cancel the ballot")
    done = _("The ballot is cancelled.")
    danger = True
    form_class = CancelForm

    def perform_step(self, form: Any) -> Any:
        """Cancel."""
        return cancel_ballot(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class MotionForm(forms.Form):
    """A text to vote on."""

    title = forms.CharField(label=_("Title"), max_length=160)
    text = forms.CharField(label=_("Text"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5}))


class AddMotion(WorkflowView):
    """Another motion of a draft."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("Add a motion")
    button = _("Add")
    done = _("Added.")
    form_class = MotionForm

    def perform_step(self, form: Any) -> Any:
        """Add."""
        add_motion(self.record, **form.cleaned_data)


class CountsForm(forms.Form):
    """Counts as they might come out."""

    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2000)
    votes_for = forms.IntegerField(label=_("For"), min_value=0, max_value=2000)
    votes_against = forms.IntegerField(label=_("Against"), min_value=0, max_value=2000)
    abstentions = forms.IntegerField(label=_("Abstain"), min_value=0, max_value=2000, initial=0)
    recused = forms.IntegerField(label=_("Recused"), min_value=0, max_value=2000, initial=0)

    def clean(self) -> dict[str, Any]:
        """Not more than there are seats."""
        data = super().clean() or {}
        names = ("votes_for", "votes_against", "abstentions", "recused")
        if not self.errors and sum(data[name] for name in names) > data["seats"]:
            raise forms.ValidationError(_("These are more votes than seats."))
        return data


class WhatIf(WorkflowView):
    """What the outcome of given counts would be, and why. Changes nothing."""

    model = Procedure
    permission = "council.view_procedure"
    title = _("What if?")
    lead = _("Give counts, and see what the outcome would be by these rules.")
    button = _("Work it out")
    form_class = CountsForm
    panel_template = "council/admin_whatif.html"

    def perform(self, form: Any) -> HttpResponse:
        """The same page with the answer."""
        decision = decide(self.record, **form.cleaned_data)
        return self.render_to_response(self.get_context_data(form=form, decision=decision))
