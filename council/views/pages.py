"""The council members' own pages. Opening a page changes nothing; only the button votes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.audit import timeline
from alliance.common.clock import database_now
from alliance.common.exceptions import DomainError
from alliance.common.views import DomainErrorMixin, PermissionRequired
from council import documents
from council.dossier import latest_submission
from council.enums import BallotStatus, Choice
from council.forms import RecusalForm, vote_forms
from council.models import Ballot, Elector, Motion
from council.selectors.ballots import ballots_visible_to, elector_of, visible_tally
from council.services.voting import cast_votes, recuse
from members.answers import labelled


class Index(PermissionRequired, TemplateView):
    """Open ballots first, then the decided ones."""

    permission = "council.enter_council"
    template_name = "council/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The ballots of the person's electorate, with what they have voted."""
        ballots = list(ballots_visible_to(self.request.user).prefetch_related("motions__result"))
        electors = Elector.objects.filter(ballot__in=ballots, person__user=self.request.user).prefetch_related("votes", "recusals")
        mine = {elector.ballot_id: len(elector.votes.all()) + len(elector.recusals.all()) for elector in electors}
        rows = [{"ballot": ballot, "done": mine.get(ballot.pk, 0), "motions": len(ballot.motions.all())} for ballot in ballots]
        return super().get_context_data(
            open=[row for row in rows if row["ballot"].status == BallotStatus.OPEN],
            past=[row for row in rows if row["ballot"].status != BallotStatus.OPEN],
            **kwargs,
        )


class OwnBallot(PermissionRequired):
    """Pages of one ballot: for its electors; for others it does not exist."""

    permission = "council.view_own_ballot"

    @property
    def ballot(self) -> Ballot:
        """The ballot of the address."""
        if not hasattr(self, "_ballot"):
            self._ballot = get_object_or_404(ballots_visible_to(self.request.user).select_related("body", "procedure"), pk=self.kwargs["pk"])  # type: ignore[attr-defined]
        return self._ballot

    @property
    def elector(self) -> Elector:
        """The person's place in the electorate."""
        elector = elector_of(self.request.user, self.ballot)  # type: ignore[attr-defined]
        if elector is None:
            raise Http404
        return elector

    def get_permission_object(self) -> Ballot:
        """The permission is about this ballot."""
        return self.ballot


class BallotPage(OwnBallot, TemplateView):
    """All motions on one page: read, tick, send. After the close the same address shows the result."""

    def get_template_names(self) -> list[str]:
        """Voting while open, the result afterwards."""
        return ["council/vote.html" if self._is_open() else "council/result.html"]

    def _is_open(self) -> bool:
        return self.ballot.status == BallotStatus.OPEN and database_now() < self.ballot.closes_at

    def get_context_data(self, forms: list[Any] | None = None, **kwargs: Any) -> dict[str, Any]:
        """The motions in their order: with a form, or recused."""
        elector = self.elector
        rows = {form.motion.pk: {"motion": form.motion, "form": form} for form in (forms or vote_forms(elector))}
        recusals = {recusal.motion_id: recusal for recusal in elector.recusals.all()}
        votes = {vote.motion_id: vote for vote in elector.votes.all()}
        motions = [
            rows.get(motion.pk, {"motion": motion}) | {"recusal": recusals.get(motion.pk), "vote": votes.get(motion.pk)}
            for motion in self.ballot.motions.select_related("application__institution", "result")
        ]
        left = self.ballot.closes_at - database_now()
        return super().get_context_data(
            ballot=self.ballot,
            elector=elector,
            rows=motions,
            votable=len(rows),
            voted=len(votes),
            hours_left=max(0, int(left.total_seconds() // 3600)),
            days_left=max(0, left.days),
            tally=visible_tally(self.ballot),
            **kwargs,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cast what was ticked, and show the receipts."""
        if not self._is_open():
            messages.error(request, _("The ballot is closed. Your vote was not counted."))
            return redirect("council:ballot", pk)
        if "rest_for" in request.POST:
            return self._fill_the_rest(request)
        forms = vote_forms(self.elector, request.POST)
        if not all([form.is_valid() for form in forms]):  # noqa: C419 (each form must be asked, so that each shows its errors)
            messages.error(request, _("Something was not understood; look at the marked motions."))
            return self.render_to_response(self.get_context_data(forms=forms), status=422)
        ticked = [tick for tick in (form.ticked() for form in forms) if tick is not None]
        if not ticked:
            messages.warning(request, _("Nothing was ticked. Choose for, against or abstain."))
            return redirect("council:ballot", pk)
        try:
            cast_votes(self.elector, ticked, actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("council:ballot", pk)
        text = ngettext("%(count)s vote received.", "%(count)s votes received.", len(ticked)) % {"count": len(ticked)}
        messages.success(request, text)
        return redirect("council:receipt", pk)

    def _fill_the_rest(self, request: HttpRequest) -> HttpResponse:
        """Tick “for” wherever nothing is ticked, and show the page again: nothing is cast before the person has looked and submitted."""
        data = request.POST.copy()
        filled = 0
        for form in vote_forms(self.elector, data):
            name = form.add_prefix("choice")
            if not data.get(name):
                data[name] = Choice.FOR
                filled += 1
        text = ngettext("“For” is ticked on %(count)s more motion.", "“For” is ticked on %(count)s more motions.", filled) % {"count": filled}
        messages.info(request, text + _("Look through them, then submit. Nothing has been cast yet."))
        return self.render_to_response(self.get_context_data(forms=vote_forms(self.elector, data)))


class Receipt(OwnBallot, TemplateView):
    """What the person has voted, with the receipts."""

    template_name = "council/receipt.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Their votes and recusals."""
        elector = self.elector
        votes = elector.votes.select_related("motion").order_by("motion__position")
        return super().get_context_data(ballot=self.ballot, votes=votes, recusals=elector.recusals.select_related("motion"), **kwargs)


class OwnMotion(OwnBallot):
    """Pages of one motion of one's ballot."""

    @property
    def motion(self) -> Motion:
        """The motion of the address."""
        return get_object_or_404(
            self.ballot.motions.select_related("application__institution", "application__scan", "departure__membership__institution"),
            pk=self.kwargs["motion_pk"],
        )  # type: ignore[attr-defined]


class Dossier(OwnMotion, TemplateView):
    """Everything about a motion: answers, sealed form, the secretariat's recommendation, history. Not for the recused."""

    template_name = "council/dossier.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The dossier as it stands."""
        motion = self.motion
        if self.elector.recusals.filter(motion=motion).exists():
            raise Http404
        application = motion.application
        return super().get_context_data(
            ballot=self.ballot,
            motion=motion,
            application=application,
            groups=labelled(application) if application else [],
            submission=latest_submission(motion),
            departure=motion.departure,
            entries=timeline(application).exclude(action__startswith="ballot") if application else [],
            **kwargs,
        )


class Recuse(OwnMotion, DomainErrorMixin, FormView):
    """Step aside from a motion."""

    template_name = "council/recuse.html"
    form_class = RecusalForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which motion."""
        return super().get_context_data(ballot=self.ballot, motion=self.motion, **kwargs)

    def perform(self, form: forms.Form) -> HttpResponse:
        """Recuse."""
        recuse(self.elector, self.motion, actor=self.request.user, reason=form.cleaned_data["reason"])
        messages.success(self.request, _("You take no part in this motion."))
        return redirect("council:ballot", self.ballot.pk)


class Minutes(PermissionRequired, View):
    """The minutes of a closed ballot as PDF, for its electors and for staff."""

    permission = "council.read_minutes"

    def get_permission_object(self) -> Ballot:
        """Only closed ballots have minutes."""
        self.ballot = get_object_or_404(Ballot, pk=self.kwargs["pk"], status=BallotStatus.CLOSED)  # type: ignore[attr-defined]
        return self.ballot

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The PDF."""
        response = HttpResponse(documents.minutes(self.ballot), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="minutes-{pk}.pdf"'
        return response
