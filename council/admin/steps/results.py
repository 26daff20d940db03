"""Steps beside the vote: results of meetings on paper, another round."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import BEIJING, now, today
from council.admin.steps.fields import DEFAULT_DAYS, BeijingDateTimeField
from council.enums import Choice, Electorate, TieRule
from council.models import Ballot, Body, Motion
from council.selectors.electorate import conflicts, voters
from council.selectors.rounds import waiting_motions
from council.selectors.tally import hidden_motions
from council.selectors.verification import discrepancies
from council.services.rounds import new_round, record_meeting_result


class MeetingResultForm(forms.Form):
    """The day, the minutes, and the counts of each motion."""

    decided_on = forms.DateField(label=_("Decided on"), widget=forms.DateInput(attrs={"type": "date"}))
    minutes = forms.FileField(label=_("Scanned minutes (PDF)"))

    def __init__(self, *args: Any, motions: list[Motion], aside: Mapping[int, int], chair_decides: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.motions, self.chair_decides = motions, chair_decides
        labels = {"votes_for": _("For"), "votes_against": _("Against"), "abstentions": _("Abstain"), "recused": _("Recused")}
        for motion in motions:
            for name, label in labels.items():
                text = format_lazy("{position}. {title} · {label}", position=motion.position, title=motion.title, label=label)
                initial = {"votes_for": None, "recused": aside.get(motion.pk, 0)}.get(name, 0)
                self.fields[f"{name}_{motion.pk}"] = forms.IntegerField(label=text, min_value=0, max_value=2000, initial=initial)
            if chair_decides:
                text = format_lazy("{position}. {title} · {label}", position=motion.position, title=motion.title, label=_("The chair voted"))
                self.fields[f"chair_{motion.pk}"] = forms.ChoiceField(label=text, required=False, choices=[("", _("not at all")), *Choice.choices])

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

    def chairs(self) -> dict[int, str]:
        """What the chair voted on each motion, where a tie is the chair's."""
        return {motion.pk: self.cleaned_data.get(f"chair_{motion.pk}", "") for motion in self.motions}


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
        """The motions of the draft, and how many are recused from each by rule."""
        motions = list(self.record.motions.select_related("application", "departure__membership", "membership"))
        return {
            **super().get_form_kwargs(),
            "motions": motions,
            "aside": Counter(motion.pk for _voter, motion in conflicts(voters(self.record.body, today()), motions)),
            "chair_decides": self.record.body.procedures.filter(tie_rule=TieRule.CHAIR).exists(),
        }

    def preview(self, form: Any) -> Any:
        """No letters first: the browser would have to send the scan a second time, and the result itself is on paper already."""
        return []

    def perform_step(self, form: Any) -> Any:
        """Record it."""
        data = form.cleaned_data
        return record_meeting_result(
            self.record, decided_on=data["decided_on"], counts=form.counts(), chair=form.chairs(), minutes=data["minutes"], actor=self.request.user
        )


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
        """A week from now; the assembly, when something waits for its second vote."""
        end = (now().astimezone(BEIJING) + dt.timedelta(days=DEFAULT_DAYS)).replace(hour=17, minute=0, second=0, microsecond=0)
        assembly = Body.objects.filter(electorate=Electorate.MEMBERS).first() if waiting_motions(self.record).second else None
        return {"closes_at": end, "body": assembly or self.record.body_id}

    def perform_step(self, form: Any) -> Any:
        """Draft."""
        return new_round(self.record, body=form.cleaned_data["body"], closes_at=form.cleaned_data["closes_at"], actor=self.request.user)


class Verify(WorkflowView):
    """Count a closed ballot again."""

    model = Ballot
    permission = "council.view_ballot"
    title = _("Verify")
    lead = _("Everything is counted again from the votes, decided again by the frozen rules, and compared with what was stored at the close.")
    button = _("Back")
    panel_template = "council/admin_verify.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What does not agree. Somebody recused from a motion of the ballot learns only whether there is anything."""
        found = discrepancies(self.record)
        hidden = bool(hidden_motions(self.record, self.request.user))
        return super().get_context_data(found=found, hidden=hidden, **kwargs)

    def perform(self, form: Any) -> HttpResponse:
        """Nothing to do."""
        return redirect(self.record_url())
