"""The council members' own pages. Opening a page changes nothing; only the button votes."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.audit import timeline
from alliance.common.clock import database_now, today
from alliance.common.exceptions import DomainError
from alliance.common.views import DomainErrorMixin, PermissionRequired, PublicView
from council import documents
from council.calendars import calendar_token, deadlines, owner_of_token
from council.dossier import attachments_of, latest_submission
from council.enums import BallotStatus, Choice, Electorate
from council.forms import RecusalForm, vote_forms
from council.models import Ballot, Body, Elector, Motion, Proxy
from council.selectors.ballots import (
    attendance,
    ballots_in_discussion,
    ballots_visible_to,
    elector_of,
    electors_of,
    holds_current_seat,
    visible_result,
    voters,
)
from council.services.balloting import comment
from council.services.voting import cast_in_secret, cast_votes, recuse
from members.answers import labelled
from members.models import Institution


class Index(PermissionRequired, TemplateView):
    """Open ballots first, then the decided ones."""

    permission = "council.enter_council"
    template_name = "council/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The ballots of the person's electorate, with what they have voted."""
        ballots = list(ballots_visible_to(self.request.user).prefetch_related("motions__result"))
        electors = Elector.objects.filter(ballot__in=ballots, person__user=self.request.user).prefetch_related("votes", "recusals", "participations")
        mine = {e.ballot_id: len(e.votes.all()) + len(e.recusals.all()) + len(e.participations.all()) for e in electors}
        rows = [{"ballot": ballot, "done": mine.get(ballot.pk, 0), "motions": len(ballot.motions.all())} for ballot in ballots]
        return super().get_context_data(
            open=[row for row in rows if row["ballot"].status == BallotStatus.OPEN],
            past=[row for row in rows if row["ballot"].status != BallotStatus.OPEN],
            discussed=ballots_in_discussion(self.request.user),
            calendar=settings.SITE_URL + reverse("council:calendar", args=[calendar_token(self.request.user)]),
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
        wanted = self.request.GET.get("for", "")  # type: ignore[attr-defined]
        places = self.places
        if wanted.isdigit():
            places = [place for place in places if place.pk == int(wanted)]
        elector = places[0] if places else elector_of(self.request.user, self.ballot)  # type: ignore[attr-defined]
        if elector is None or (wanted and not places):
            raise Http404
        return elector

    @cached_property
    def places(self) -> list[Elector]:
        """The places for which the person votes: their own, and one held by proxy."""
        return electors_of(self.request.user, self.ballot)  # type: ignore[attr-defined]

    def here(self, name: str = "council:ballot") -> str:
        """A page of this ballot, for the same place in the electorate."""
        wanted = self.request.GET.get("for", "")  # type: ignore[attr-defined]
        return reverse(name, args=[self.ballot.pk]) + (f"?for={wanted}" if wanted else "")

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
        gave_away = Proxy.objects.filter(giver=elector).exclude(holder__person__user=self.request.user).exists()
        rows = {} if gave_away else {form.motion.pk: {"motion": form.motion, "form": form} for form in (forms or vote_forms(elector))}
        recusals = {recusal.motion_id: recusal for recusal in elector.recusals.all()}
        votes = {vote.motion_id: vote for vote in elector.votes.all()}
        papers = set(elector.participations.values_list("motion_id", flat=True))
        motions = [
            rows.get(motion.pk, {"motion": motion})
            | {
                "recusal": recusals.get(motion.pk),
                "vote": votes.get(motion.pk),
                "took_part": motion.pk in papers,
                "result": visible_result(motion, elector),
                "attachments": [] if motion.pk in recusals else attachments_of(motion),
            }
            for motion in self.ballot.motions.select_related("application__institution", "result", "ballot").prefetch_related("recusals", "papers")
        ]
        left = self.ballot.closes_at - database_now()
        return super().get_context_data(
            ballot=self.ballot,
            elector=elector,
            rows=motions,
            votable=len(rows),
            voted=len(votes) or len(papers),
            secret=bool(self.ballot.procedure and self.ballot.procedure.secret),
            gave_away=gave_away,
            others=[place for place in self.places if place.pk != elector.pk],
            here=self.here(),
            hours_left=max(0, int(left.total_seconds() // 3600)),
            days_left=max(0, left.days),
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
            return redirect(self.here())
        if not any(place.pk == self.elector.pk for place in self.places):
            raise PermissionDenied  # the vote was given to somebody else
        try:
            if self.ballot.procedure and self.ballot.procedure.secret:
                papers = cast_in_secret(self.elector, ticked, actor=request.user)
                # Shown in this answer alone: neither the session nor the database keeps who has which receipt.
                return render(request, "council/papers.html", {"ballot": self.ballot, "papers": papers, "here": self.here()})
            cast_votes(self.elector, ticked, actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(self.here())
        text = ngettext("%(count)s vote received.", "%(count)s votes received.", len(ticked)) % {"count": len(ticked)}
        messages.success(request, text)
        return redirect(self.here("council:receipt"))

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
        return super().get_context_data(
            ballot=self.ballot,
            votes=votes,
            papers=elector.participations.select_related("motion").order_by("motion__position"),
            recusals=elector.recusals.select_related("motion"),
            here=self.here(),
            **kwargs,
        )


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
            attachments=attachments_of(motion),
            comments=motion.comments.select_related("author", "institution"),
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
        return redirect(self.here())


class Minutes(PermissionRequired, View):
    """The minutes of a closed ballot as PDF, for its electors and for staff."""

    permission = "council.read_minutes"

    def get_permission_object(self) -> Ballot:
        """Only closed ballots have minutes."""
        self.ballot = get_object_or_404(Ballot, pk=self.kwargs["pk"], status=BallotStatus.CLOSED)  # type: ignore[attr-defined]
        return self.ballot

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The PDF."""
        reader = None if request.user.has_perm("council.view_ballot") else elector_of(request.user, self.ballot)
        response = HttpResponse(documents.minutes(self.ballot, reader), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="minutes-{pk}.pdf"'
        return response


class Urn(OwnBallot, TemplateView):
    """After a secret ballot: all papers by receipt, so that each voter finds their own."""

    template_name = "council/urn.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Per motion the papers in the order of their receipts; none for motions from which the person is recused."""
        if self.ballot.status != BallotStatus.CLOSED or not (self.ballot.procedure and self.ballot.procedure.secret):
            raise Http404
        motions = self.ballot.motions.select_related("result").prefetch_related("papers", "recusals")
        return super().get_context_data(ballot=self.ballot, motions=[motion for motion in motions if visible_result(motion, self.elector)], **kwargs)


class CommentForm(forms.Form):
    """A comment on one motion."""

    motion = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_lazy("Your comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


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
        """Without those about the own institution."""
        own = self.own_institutions()
        motions = self.ballot.motions.select_related("application__institution", "departure__membership", "membership")
        return [m for m in motions.prefetch_related("comments__author", "comments__institution") if m.institution_id not in own]

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


class AttendancePage(PermissionRequired, TemplateView):
    """How often each seat took part in the votes of its term."""

    permission = "council.see_attendance"
    template_name = "council/attendance.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One chart for each body of seats."""
        bodies = Body.objects.filter(electorate=Electorate.SEATS)
        return super().get_context_data(bodies=[(body, attendance(body, today())) for body in bodies], **kwargs)


class Deadlines(PublicView, View):
    """The closing times of somebody's open ballots as a calendar to subscribe to; the address itself is the key."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """ICS; 404 for a key that is none, or whose owner no longer votes."""
        user = owner_of_token(token)
        if user is None or not holds_current_seat(user):
            raise Http404
        return HttpResponse(deadlines(ballots_visible_to(user)), content_type="text/calendar; charset=utf-8")
