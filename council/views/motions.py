"""One motion: its dossier, stepping aside, the discussion before the vote."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from alliance.common.audit import timeline
from alliance.common.clock import today
from alliance.common.views import DomainErrorMixin, PermissionRequired
from council.dossier import attachments_of, latest_submission
from council.enums import BallotStatus
from council.forms import CommentForm, RecusalForm
from council.models import Ballot, Motion
from council.roll import conflicts, voters
from council.selectors.tally import hidden_motions
from council.services.drafting import comment
from council.services.voting import recuse
from council.views.own import OwnMotion
from members.answers import labelled
from members.models import Institution
from members.selectors.screening import applications_before, memberships_before


class Dossier(OwnMotion, TemplateView):
    """Everything about a motion: answers, sealed form, the secretariat's recommendation, history. Not for the recused."""

    template_name = "council/dossier.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The dossier as it stands."""
        motion = self.motion
        if motion.pk in hidden_motions(self.ballot, self.request.user):
            raise Http404
        application = motion.application
        return super().get_context_data(
            ballot=self.ballot,
            motion=motion,
            application=application,
            groups=labelled(application, without={"invoicing"}) if application else [],
            memberships=memberships_before(application).exclude(number=None).order_by("pk") if application else [],
            earlier=applications_before(application) if application else [],
            submission=latest_submission(motion),
            departure=motion.departure,
            attachments=attachments_of(motion),
            comments=motion.comments.select_related("author", "institution"),
            here=self.here(),
            entries=timeline(application).exclude(action__startswith="ballot").exclude(action__startswith="motion") if application else [],
            **kwargs,
        )


class Recuse(OwnMotion, DomainErrorMixin, FormView):
    """Step aside from a motion."""

    template_name = "council/recuse.html"
    form_class = RecusalForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which motion."""
        return super().get_context_data(ballot=self.ballot, motion=self.motion, here=self.here(), **kwargs)

    def perform(self, form: forms.Form) -> HttpResponse:
        """Recuse."""
        recuse(self.elector, self.motion, actor=self.request.user, reason=form.cleaned_data["reason"])
        messages.success(self.request, _("You take no part in this motion."))
        return redirect(self.here())


class Discussion(PermissionRequired, DomainErrorMixin, FormView):
    """What will be voted on, and what the members say about it before."""

    permission = "council.discuss"
    template_name = "council/discussion.html"
    form_class = CommentForm

    def get_permission_object(self) -> Ballot:
        """Ballots that were put to discussion."""
        self.ballot = get_object_or_404(Ballot.objects.exclude(discussion_from=None).select_related("body"), pk=self.kwargs["pk"])
        return self.ballot

    def own_institutions(self) -> set[int]:
        """The institutions for which the person would vote."""
        return {voter.institution.pk for voter in voters(self.ballot.body, today()) if voter.person.user_id == self.request.user.pk}

    def motions(self) -> list[Motion]:
        """Without those from which the person is recused, or will be when the vote opens."""
        found = self.ballot.motions.select_related("application__institution", "departure__membership", "membership")
        motions = list(found.prefetch_related("comments__author", "comments__institution"))
        own = [voter for voter in voters(self.ballot.body, today()) if voter.person.user_id == self.request.user.pk]
        hidden = hidden_motions(self.ballot, self.request.user) | {motion.pk for _voter, motion in conflicts(own, motions)}
        return [motion for motion in motions if motion.discussed and motion.pk not in hidden]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The motions with material and comments."""
        rows = [{"motion": motion, "attachments": attachments_of(motion)} for motion in self.motions()]
        can_comment = self.ballot.status == BallotStatus.DRAFT and bool(self.own_institutions())
        return super().get_context_data(ballot=self.ballot, rows=rows, can_comment=can_comment, **kwargs)

    def perform(self, form: forms.Form) -> HttpResponse:
        """Keep the comment."""
        motion = next((m for m in self.motions() if m.pk == form.cleaned_data["motion"]), None)
        own = self.own_institutions()
        if motion is None or not own:
            raise PermissionDenied
        comment(motion, actor=self.request.user, institution=Institution.objects.get(pk=min(own)), text=form.cleaned_data["text"])
        messages.success(self.request, _("Your comment stands below the motion."))
        return redirect("council:discussion", self.ballot.pk)
