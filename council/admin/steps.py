"""Ballots as pages of the admin."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import BEIJING, now
from council.dossier import attachments_of, dossier_digest
from council.enums import Choice
from council.forms import VoteForm
from council.models import Ballot, Body, Elector, Motion, Procedure, Seat
from council.procedure import decide
from council.selectors.ballots import procedure_for
from council.services.balloting import (
    add_motion,
    cancel_ballot,
    close_ballot,
    draft_ballot,
    extend_ballot,
    give_proxy,
    new_round,
    open_ballot,
    open_discussion,
    record_meeting_result,
    schedule_opening,
)
from council.services.seats import replace_holder
from members.enums import ApplicationStatus, DepartureStatus
from members.forms.files import MultipleFileField, MultipleFileInput
from members.models import Application, Departure, Person, Tier
from members.selectors.memberships import current_members

DEFAULT_DAYS = 7


class BeijingDateTimeField(forms.DateTimeField):
    """Date and time as a person in Beijing means them."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class NewBallotForm(forms.Form):
    """Which applications, under which title, until when."""

    body = forms.ModelChoiceField(Body.objects.order_by("-electorate", "name"), label=_("Body"), empty_label=None)
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
    """A text with attachments, or a change of tier."""

    title = forms.CharField(label=_("Title"), max_length=160)
    text = forms.CharField(label=_("Text"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5}))
    attachments = MultipleFileField(
        label=_("Attachments (PDF)"), required=False, widget=MultipleFileInput(attrs={"accept": "application/pdf", "multiple": True})
    )
    membership = forms.ModelChoiceField(current_members(), label=_("Change of tier: member"), required=False)
    tier = forms.ModelChoiceField(Tier.objects.all(), label=_("Change of tier: new tier"), required=False)
    from_year = forms.IntegerField(label=_("Change of tier: from year"), required=False, min_value=2018, max_value=2100)
    needs_second_vote = forms.BooleanField(
        label=_("A major matter: also put to the assembly before it is carried out"),
        required=False,
        help_text=_("Charter: the council decides, then the general assembly."),
    )

    def clean(self) -> dict[str, Any]:
        """All three of a change of tier, or none."""
        data = super().clean() or {}
        given = [bool(data.get(name)) for name in ("membership", "tier", "from_year")]
        if any(given) and not all(given):
            raise forms.ValidationError(_("A change of tier needs the member, the tier and the year."))
        return data


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
        data = form.cleaned_data
        change = (data["membership"], data["tier"], data["from_year"]) if data["membership"] else None
        add_motion(
            self.record,
            title=data["title"],
            text=data["text"],
            tier_change=change,
            attachments=[upload for upload in data["attachments"] if upload],
            needs_second_vote=data["needs_second_vote"],
            actor=self.request.user,
        )


class Discuss(WorkflowView):
    """Let the council comment first."""

    model = Ballot
    permission = "council.manage_ballots"
    previews_mail = True
    title = _("Open the discussion")
    lead = _("Those who will vote can read the motions and comment on them until the vote opens.")
    button = _("Open the discussion")
    done = _("The discussion is open.")
    panel_template = "council/admin_ballot.html"

    def perform_step(self, form: Any) -> Any:
        """Open it."""
        return open_discussion(self.record, actor=self.request.user)


class ScheduleForm(forms.Form):
    """When, or empty for not at all."""

    opens_at = BeijingDateTimeField(label=_("Opens (Beijing time)"), required=False, help_text=_("Empty: it opens only by hand."))


class Schedule(WorkflowView):
    """Open at a time."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("Open at a time")
    lead = _("The electorate is frozen and the council is written to at that time. If something is missing then, the ballot stays a draft and says so.")
    button = _("Save")
    done = _("Saved.")
    form_class = ScheduleForm

    def get_initial(self) -> dict[str, Any]:
        """As set."""
        return {"opens_at": self.record.opens_at}

    def perform_step(self, form: Any) -> Any:
        """Set or clear."""
        return schedule_opening(self.record, actor=self.request.user, opens_at=form.cleaned_data["opens_at"])


class Preview(WorkflowView):
    """The ballot as a council member will see it. Casts nothing."""

    model = Ballot
    permission = "council.view_ballot"
    title = _("Preview")
    button = _("Back")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The voting page without its buttons."""
        ballot = self.record
        ballot.procedure = ballot.procedure or procedure_for(ballot.body_id, now().astimezone(BEIJING).date())
        motions = ballot.motions.select_related("application__institution", "departure")
        rows = [
            {"motion": m, "attachments": attachments_of(m), "form": VoteForm(motion=m, prefix=f"m{m.pk}", initial={"dossier": dossier_digest(m)})}
            for m in motions
        ]
        left = max(ballot.closes_at - now(), dt.timedelta())
        context = {
            "ballot": ballot,
            "rows": rows,
            "votable": len(rows),
            "preview": True,
            "secret": bool(ballot.procedure and ballot.procedure.secret),
            "days_left": left.days,
            "hours_left": int(left.total_seconds() // 3600),
        }
        return render(request, "council/vote.html", context)

    def perform(self, form: Any) -> HttpResponse:
        """Nothing to do."""
        return redirect(self.record_url())


class ProxyForm(forms.Form):
    """Who votes for whom, and the paper that says so."""

    giver = forms.ModelChoiceField(Elector.objects.none(), label=_("Gives the vote"))
    holder = forms.ModelChoiceField(Elector.objects.none(), label=_("Votes for them"))
    authority = forms.FileField(label=_("Written authority (PDF or picture)"))


class GiveProxy(WorkflowView):
    """Enter a proxy."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("Enter a proxy")
    lead = _("Each elector may hold one. It cannot be taken back while the ballot runs.")
    button = _("Enter")
    done = _("The proxy is recorded.")
    form_class = ProxyForm

    def get_form(self, form_class: Any = None) -> Any:
        """The electors of this ballot."""
        form = super().get_form(form_class)
        for name in ("giver", "holder"):
            form.fields[name].queryset = self.record.electors.select_related("institution", "person")
        return form

    def perform_step(self, form: Any) -> Any:
        """Record it."""
        data = form.cleaned_data
        give_proxy(data["giver"], data["holder"], authority=data["authority"], actor=self.request.user)


class MeetingResultForm(forms.Form):
    """The day, the minutes, and the counts of each motion."""

    decided_on = forms.DateField(label=_("Decided on"), widget=forms.DateInput(attrs={"type": "date"}))
    minutes = forms.FileField(label=_("Scanned minutes (PDF)"))

    def __init__(self, *args: Any, motions: list[Motion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.motions = motions
        labels = {"votes_for": _("For"), "votes_against": _("Against"), "abstentions": _("Abstain"), "recused": _("Recused")}
        for motion in motions:
            for name, label in labels.items():
                text = format_lazy("{position}. {title} · {label}", position=motion.position, title=motion.title, label=label)
                initial = None if name == "votes_for" else 0
                self.fields[f"{name}_{motion.pk}"] = forms.IntegerField(label=text, min_value=0, max_value=2000, initial=initial)

    def clean_decided_on(self) -> dt.date:
        """Not in the future."""
        day = self.cleaned_data["decided_on"]
        if day > now().astimezone(BEIJING).date():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def counts(self) -> dict[int, dict[str, int]]:
        """Per motion, as the service takes it."""
        names = ("votes_for", "votes_against", "abstentions", "recused")
        return {motion.pk: {name: self.cleaned_data[f"{name}_{motion.pk}"] for name in names} for motion in self.motions}


class MeetingResult(WorkflowView):
    """Enter what was decided on paper."""

    model = Ballot
    permission = "council.manage_ballots"
    previews_mail = True
    title = _("Enter the result of a meeting")
    lead = _("The outcome follows from the counts by the rules in force on that day, and is carried out at once. This cannot be undone.")
    button = _("Enter and carry out")
    done = _("The result is entered and carried out.")
    danger = True
    form_class = MeetingResultForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The motions of the draft."""
        return {**super().get_form_kwargs(), "motions": list(self.record.motions.all())}

    def preview(self, form: Any) -> Any:
        """No letters first: the browser would have to send the scan a second time, and the result itself is on paper already."""
        return []

    def perform_step(self, form: Any) -> Any:
        """Record it."""
        data = form.cleaned_data
        return record_meeting_result(self.record, decided_on=data["decided_on"], counts=form.counts(), minutes=data["minutes"], actor=self.request.user)


class RoundForm(forms.Form):
    """In which body, until when."""

    body = forms.ModelChoiceField(Body.objects.order_by("-electorate", "name"), label=_("Body"), empty_label=None)
    closes_at = BeijingDateTimeField(label=_("Closes (Beijing time)"))


class NewRound(WorkflowView):
    """Vote again on what was left undecided, or let the assembly vote second."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("New round")
    lead = _("A draft is made with the motions that had no decision or wait for their second vote. The earlier result stands.")
    button = _("Make the draft")
    done = _("The draft is ready. Look at it, then open it.")
    form_class = RoundForm

    def get_initial(self) -> dict[str, Any]:
        """A week from now."""
        end = (now().astimezone(BEIJING) + dt.timedelta(days=DEFAULT_DAYS)).replace(hour=17, minute=0, second=0, microsecond=0)
        return {"closes_at": end, "body": self.record.body_id}

    def perform_step(self, form: Any) -> Any:
        """Draft."""
        return new_round(self.record, body=form.cleaned_data["body"], closes_at=form.cleaned_data["closes_at"], actor=self.request.user)


class HolderForm(forms.Form):
    """Who, from when, why."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("New holder"), help_text=_("People of the seat's institution."))
    on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ReplaceHolder(WorkflowView):
    """Another person takes a seat within its term."""

    model = Seat
    permission = "council.change_seat"
    title = _("Replace the holder")
    lead = _("The seat stays with the institution and its term runs on. Open ballots keep the electorate they were opened with.")
    button = _("Replace")
    done = _("The seat has a new holder.")
    form_class = HolderForm

    def get_form(self, form_class: Any = None) -> Any:
        """People of the institution."""
        form = super().get_form(form_class)
        form.fields["person"].queryset = Person.objects.filter(affiliations__institution=self.record.institution_id).distinct()
        return form

    def perform_step(self, form: Any) -> Any:
        """Replace."""
        return replace_holder(self.record, actor=self.request.user, **form.cleaned_data)


class CountsForm(forms.Form):
    """Counts as they might come out."""

    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2000)
    votes_for = forms.IntegerField(label=_("For"), min_value=0, max_value=2000)
    votes_against = forms.IntegerField(label=_("Against"), min_value=0, max_value=2000)
    abstentions = forms.IntegerField(label=_("Abstain"), min_value=0, max_value=2000, initial=0)
    recused = forms.IntegerField(label=_("Recused"), min_value=0, max_value=2000, initial=0)
    chair = forms.ChoiceField(label=_("The chair votes"), required=False, choices=[("", _("not at all")), *Choice.choices])

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
