"""The voting page. Opening a page changes nothing; only the button votes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from alliance.common.clock import database_now
from alliance.common.exceptions import DomainError
from council.dossier import attachments_by_motion, dossier_digest
from council.enums import BallotStatus, Choice
from council.forms import VoteForm, vote_forms
from council.models import Proxy
from council.selectors.tally import hidden_motions, visible_comments, visible_result
from council.services.voting import DossierChanged, Ticked, cast_in_secret, cast_votes
from council.views.own import OwnBallot


class BallotPage(OwnBallot, TemplateView):
    """All motions on one page: read, tick, send. After the close the same address shows the result."""

    def get_template_names(self) -> list[str]:
        """Voting while open, the result afterwards."""
        return ["council/vote.html" if self._is_open() else "council/result.html"]

    def _is_open(self) -> bool:
        return self.ballot.status == BallotStatus.OPEN and database_now() < self.ballot.closes_at

    def forms(self, data: Any = None) -> list[VoteForm]:
        """A form for each motion that the person may vote on for this place."""
        return vote_forms(self.elector, data, without=hidden_motions(self.ballot, self.request.user))

    def get_context_data(self, forms: list[VoteForm] | None = None, changed: set[int] = frozenset(), **kwargs: Any) -> dict[str, Any]:  # type: ignore[assignment]
        """The motions in their order: with a form, or recused. `changed`: those whose material is not what was shown before."""
        elector = self.elector
        gave_away = Proxy.objects.filter(giver=elector).exclude(holder__person__user=self.request.user).select_related("holder__institution").first()
        rows = {} if gave_away or not self._is_open() else {form.motion.pk: form for form in (forms or self.forms())}
        left = self.ballot.closes_at - database_now()
        motions = self._rows(rows, changed)
        return super().get_context_data(
            ballot=self.ballot,
            elector=elector,
            rows=motions,
            votable=len(rows),
            to_do=sum(1 for row in motions if row["form"] and not row["vote"]),
            voted=any(row["vote"] or row["took_part"] for row in motions),
            secret=bool(self.ballot.procedure and self.ballot.procedure.secret),
            gave_away=gave_away,
            can_give=self._can_give(motions),
            others=[place for place in self.places if place.pk != elector.pk],
            here=self.here(),
            hours_left=max(0, int(left.total_seconds() // 3600)),
            minutes_left=max(0, int(left.total_seconds() // 60)),
            days_left=max(0, left.days),
            **kwargs,
        )

    def _can_give(self, rows: list[dict[str, Any]]) -> bool:
        """Whether the vote of this place, the person's own, may still be given to somebody else."""
        allowed = self.ballot.procedure is not None and self.ballot.procedure.proxies_allowed and self._is_open()
        untouched = not any(row["vote"] or row["took_part"] for row in rows)
        bound = hasattr(self.elector, "proxy_given") or hasattr(self.elector, "proxy_held")
        return allowed and untouched and not bound and self.elector.person.user_id == self.request.user.pk

    def _rows(self, forms: dict[int, VoteForm], changed: set[int]) -> list[dict[str, Any]]:
        """For each motion what this reader may see of it."""
        user, elector = self.request.user, self.elector
        recusals = {recusal.motion_id: recusal for recusal in elector.recusals.all()}
        hidden = hidden_motions(self.ballot, user) | set(recusals)
        votes = {vote.motion_id: vote for vote in elector.votes.all()}
        papers = set(elector.participations.values_list("motion_id", flat=True))
        motions = list(
            self.ballot.motions.select_related(
                "application__institution", "departure__membership", "membership", "previous__ballot", "result"
            ).prefetch_related("comments")
        )
        for motion in motions:
            motion.ballot = self.ballot
        attachments = attachments_by_motion(motions)
        return [
            {
                "motion": motion,
                "form": forms.get(motion.pk),
                "changed": motion.pk in changed,
                "hidden": motion.pk in hidden,
                "recusal": recusals.get(motion.pk),
                "own": motion.institution_id == elector.institution_id,
                "vote": votes.get(motion.pk),
                "took_part": motion.pk in papers,
                "result": visible_result(motion, user),
                "said": visible_comments(motion, user),
                "attachments": [] if motion.pk in hidden else attachments.get(motion.pk, []),
            }
            for motion in motions
        ]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cast what was ticked, and show the receipts."""
        if not self._is_open():
            messages.error(request, _("The ballot is closed. Your vote was not counted."))
            return redirect("council:ballot", pk)
        if not any(place.pk == self.elector.pk for place in self.places):
            raise PermissionDenied  # the vote was given to somebody else
        if "rest_for" in request.POST:
            return self._fill_the_rest(request)
        forms = self.forms(request.POST)
        if not all([form.is_valid() for form in forms]):  # noqa: C419 (each form must be asked, so that each shows its errors)
            messages.error(request, _("Something was not understood; look at the marked motions."))
            return self.render_to_response(self.get_context_data(forms=forms), status=422)
        ticked = [tick for tick in (form.ticked() for form in forms) if tick is not None]
        if not ticked:
            messages.warning(request, _("Nothing was ticked. Choose for, against or abstain."))
            return redirect(self.here())
        try:
            return self._cast(request, ticked)
        except DossierChanged as error:
            return self._show_again(request, error)
        except DomainError as error:
            messages.error(request, str(error))
            return self.render_to_response(self.get_context_data(forms=forms), status=409)

    def _cast(self, request: HttpRequest, ticked: list[Ticked]) -> HttpResponse:
        if self.ballot.procedure and self.ballot.procedure.secret:
            papers = cast_in_secret(self.elector, ticked, actor=request.user)
            # Shown in this answer alone: neither the session nor the database keeps who has which receipt.
            answer = render(request, "council/papers.html", {"ballot": self.ballot, "papers": papers, "here": self.here()})
            answer.headers["Cache-Control"] = "no-store"
            return answer
        before = {vote.motion_id: vote.receipt for vote in self.elector.votes.all()}
        votes = cast_votes(self.elector, ticked, actor=request.user)
        new = sum(1 for vote in votes if vote.motion_id not in before)
        changed = sum(1 for vote in votes if before.get(vote.motion_id, vote.receipt) != vote.receipt)
        if new:
            messages.success(request, ngettext("%(count)s vote received.", "%(count)s votes received.", new) % {"count": new})
        if changed:
            text = ngettext("%(count)s vote changed; it has a new receipt.", "%(count)s votes changed; each has a new receipt.", changed)
            messages.success(request, text % {"count": changed})
        if not new and not changed:
            messages.info(request, _("Nothing was changed; your votes stand as they were."))
        return redirect(self.here("council:receipt"))

    def _show_again(self, request: HttpRequest, error: DossierChanged) -> HttpResponse:
        """The page with the material as it stands now: ticks and comments stay, but no tick on a motion that has changed."""
        data = request.POST.copy()
        for motion in error.motions:
            data[f"m{motion.pk}-choice"] = ""
            data[f"m{motion.pk}-dossier"] = dossier_digest(motion)
        messages.error(request, str(error))
        context = self.get_context_data(forms=self.forms(data), changed={motion.pk for motion in error.motions})
        return self.render_to_response(context, status=409)

    def _fill_the_rest(self, request: HttpRequest) -> HttpResponse:
        """Tick “for” wherever nothing is ticked, and show the page again: nothing is cast before the person has looked and submitted."""
        data = request.POST.copy()
        filled = 0
        for form in self.forms(data):
            name = form.add_prefix("choice")
            if not data.get(name):
                data[name] = Choice.FOR
                filled += 1
        text = ngettext("“For” is ticked on %(count)s more motion.", "“For” is ticked on %(count)s more motions.", filled) % {"count": filled}
        messages.info(request, text + _("Look through them, then submit. Nothing has been cast yet."))
        return self.render_to_response(self.get_context_data(forms=self.forms(data)))


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
