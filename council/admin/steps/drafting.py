"""Steps on a draft: the ballot, its motions, the discussion, the preview."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import BEIJING, now
from council.admin.panels import ballot_panel
from council.admin.steps.fields import DEFAULT_DAYS
from council.dossier import attachments_by_motion, dossier_digests
from council.forms import DiscussForm, DraftForm, MotionForm, NewBallotForm, VoteForm
from council.models import Ballot, Body
from council.selectors.electorate import procedure_for
from council.services.drafting import add_motion, draft_ballot, edit_draft, open_discussion
from members.enums import ApplicationStatus
from members.models import Application


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
        return {"body": council, "closes_at": end, "applications": waiting, "title": _("Admission of %(count)s universities") % {"count": waiting.count()}}

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
    form_class = DiscussForm

    def get_form(self, form_class: Any = None) -> Any:
        """The motions of this draft, all of them ticked."""
        form = super().get_form(form_class)
        form.fields["motions"].queryset = self.record.motions.order_by("position")
        form.fields["motions"].initial = list(self.record.motions.values_list("pk", flat=True))
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The motions that will be discussed."""
        return super().get_context_data(**ballot_panel(self.record, self.request.user), **kwargs)

    def perform_step(self, form: Any) -> Any:
        """Open it."""
        return open_discussion(self.record, actor=self.request.user, motions=list(form.cleaned_data["motions"]))


class Preview(WorkflowView):
    """The ballot as a council member will see it. Casts nothing."""

    model = Ballot
    permission = "council.view_ballot"
    title = _("Preview")
    button: Any = ""  # a page to read; the way back is there anyway

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
