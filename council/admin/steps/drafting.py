"""Steps on a draft: the ballot, its motions, the discussion, the preview."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import BEIJING, now
from council.admin.panels import ballot_panel
from council.admin.steps.fields import DEFAULT_DAYS, BeijingDateTimeField
from council.dossier import attachments_by_motion, dossier_digests
from council.forms import VoteForm
from council.models import Ballot, Body, Motion
from council.selectors.electorate import procedure_for
from council.services.drafting import add_motion, draft_ballot, edit_draft, open_discussion
from members.enums import ApplicationStatus, DepartureStatus
from members.forms.files import MultipleFileField, MultipleFileInput
from members.models import Application, Departure, Tier
from members.selectors.memberships import current_members


def second_vote_field() -> forms.BooleanField:
    """Whether the assembly votes second (R15)."""
    return forms.BooleanField(
        label=_("A major matter: also put to the assembly before it is carried out"),
        required=False,
        help_text=_("Charter: the council decides, then the general assembly."),
    )


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
    needs_second_vote = second_vote_field()

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
        council = Body.objects.filter(code="council").first()
        return {"body": council, "closes_at": end, "applications": waiting, "title": f"关于接收 {waiting.count()} 所高校入盟的表决"}

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
            needs_second_vote=data["needs_second_vote"],
            actor=self.request.user,
        )


class MotionForm(forms.Form):
    """An application, a departure, a change of tier, or a text; attachments with any of them."""

    application = forms.ModelChoiceField(
        Application.objects.filter(status=ApplicationStatus.SCREENED).select_related("institution"), label=_("Application"), required=False
    )
    departure = forms.ModelChoiceField(
        Departure.objects.filter(status=DepartureStatus.SCREENED).select_related("membership__institution"), label=_("Departure"), required=False
    )
    title = forms.CharField(label=_("Title"), max_length=160, required=False, help_text=_("Empty: the application or departure gives it."))
    text = forms.CharField(label=_("Text"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5}))
    attachments = MultipleFileField(
        label=_("Attachments (PDF)"), required=False, widget=MultipleFileInput(attrs={"accept": "application/pdf", "multiple": True})
    )
    membership = forms.ModelChoiceField(current_members(), label=_("Change of tier: member"), required=False)
    tier = forms.ModelChoiceField(Tier.objects.all(), label=_("Change of tier: new tier"), required=False)
    from_year = forms.IntegerField(label=_("Change of tier: from year"), required=False, min_value=2018, max_value=2100)
    needs_second_vote = second_vote_field()

    def __init__(self, *args: Any, ballot: Ballot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("application", "departure"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = field.queryset.exclude(motions__ballot=ballot)

    def clean(self) -> dict[str, Any]:
        """One subject at most, all three of a change of tier or none, and a title where no subject gives one."""
        data = super().clean() or {}
        given = [bool(data.get(name)) for name in ("membership", "tier", "from_year")]
        if any(given) and not all(given):
            raise forms.ValidationError(_("A change of tier needs the member, the tier and the year."))
        subjects = [name for name in ("application", "departure", "membership") if data.get(name)]
        if len(subjects) > 1:
            raise forms.ValidationError(_("A motion is about one thing: an application, a departure or a change of tier."))
        if not self.errors and not data.get("title") and subjects not in (["application"], ["departure"]):
            self.add_error("title", _("This motion needs a title."))
        return data


class AddMotion(WorkflowView):
    """Another motion of a draft."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("Add a motion")
    button = _("Add")
    done = _("Added.")
    form_class = MotionForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """What stands in the draft already is not offered again."""
        return {**super().get_form_kwargs(), "ballot": self.record}

    def perform_step(self, form: Any) -> Any:
        """Add."""
        data = form.cleaned_data
        change = (data["membership"], data["tier"], data["from_year"]) if data["membership"] else None
        add_motion(
            self.record,
            title=data["title"],
            application=data["application"],
            departure=data["departure"],
            text=data["text"],
            tier_change=change,
            attachments=[upload for upload in data["attachments"] if upload],
            needs_second_vote=data["needs_second_vote"],
            actor=self.request.user,
        )


class DraftForm(forms.Form):
    """What can be corrected before the vote opens."""

    title = forms.CharField(label=_("Title"), max_length=160)
    introduction = forms.CharField(label=_("Introduction"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    closes_at = BeijingDateTimeField(label=_("Closes (Beijing time)"))
    without = forms.ModelMultipleChoiceField(Motion.objects.none(), label=_("Remove these motions"), required=False, widget=forms.CheckboxSelectMultiple)


class EditDraft(WorkflowView):
    """Correct a draft."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("Edit the draft")
    lead = _("Until the ballot opens everything can be corrected. An application or departure that is removed waits for another ballot.")
    button = _("Save")
    done = _("Saved.")
    form_class = DraftForm

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {name: getattr(self.record, name) for name in ("title", "introduction", "closes_at")}

    def get_form(self, form_class: Any = None) -> Any:
        """The motions of this draft."""
        form = super().get_form(form_class)
        form.fields["without"].queryset = self.record.motions.order_by("position")
        return form

    def perform_step(self, form: Any) -> Any:
        """Save."""
        data = {**form.cleaned_data, "without": list(form.cleaned_data["without"])}
        return edit_draft(self.record, actor=self.request.user, **data)


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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The motions that will be discussed."""
        return super().get_context_data(**ballot_panel(self.record, self.request.user), **kwargs)

    def perform_step(self, form: Any) -> Any:
        """Open it."""
        return open_discussion(self.record, actor=self.request.user)


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
        motions = list(ballot.motions.select_related("application__institution", "departure__letter", "previous__ballot").prefetch_related("comments"))
        attachments, digests = attachments_by_motion(motions), dossier_digests(motions)
        rows = [
            {
                "motion": motion,
                "attachments": attachments.get(motion.pk, []),
                "form": VoteForm(motion=motion, prefix=f"m{motion.pk}", initial={"dossier": digests[motion.pk]}),
            }
            for motion in motions
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
            "minutes_left": int(left.total_seconds() // 60),
        }
        return render(request, "council/vote.html", context)

    def perform(self, form: Any) -> HttpResponse:
        """Nothing to do."""
        return redirect(self.record_url())
