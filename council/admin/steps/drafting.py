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
from council.models import Ballot, Body
from council.selectors.electorate import procedure_for
from council.services.drafting import add_motion, draft_ballot, open_discussion
from members.enums import ApplicationStatus, DepartureStatus
from members.forms.files import MultipleFileField, MultipleFileInput
from members.models import Application, Departure, Tier
from members.selectors.memberships import current_members


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
            actor=self.request.user,
        )


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
