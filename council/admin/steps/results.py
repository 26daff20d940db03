"""Steps beside the vote: results of meetings on paper, another round."""

import datetime as dt
from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import BEIJING, now, today
from council.admin.steps.fields import DEFAULT_DAYS
from council.admin.steps.kept import KeepsUpload
from council.enums import Electorate, TieRule
from council.forms import MeetingResultForm, RoundForm
from council.models import Ballot, Body
from council.roll import conflicts, voters
from council.selectors.rounds import waiting_motions
from council.selectors.tally import hidden_motions
from council.selectors.verification import verify
from council.services.rounds import new_round, record_meeting_result


class MeetingResult(KeepsUpload):
    """Enter what was decided on paper."""

    model = Ballot
    permission = "council.manage_ballots"
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

    def perform_step(self, form: Any) -> Any:
        """Record it."""
        data = form.cleaned_data
        return record_meeting_result(
            self.record, decided_on=data["decided_on"], counts=form.counts(), chair=form.chairs(), minutes=form.kept_file(), actor=self.request.user
        )


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
    button: Any = ""  # a page to read; the way back is there anyway
    panel_template = "council/admin_verify.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What does not agree. Somebody recused from a motion of the ballot learns only whether there is anything."""
        result = verify(self.record)
        hidden = bool(hidden_motions(self.record, self.request.user))
        return super().get_context_data(found=result.wrong, unproven=result.unproven, hidden=hidden, **kwargs)

    def perform(self, form: Any) -> HttpResponse:
        """Nothing to do."""
        return redirect(self.record_url())
