"""After the close: minutes, and the papers of a secret ballot."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.generic import TemplateView

from alliance.common.files import DOCX
from alliance.common.views import PermissionRequired
from council import documents
from council.enums import BallotStatus
from council.models import Ballot
from council.selectors.tally import visible_result
from council.views.own import OwnBallot


class Minutes(PermissionRequired, View):
    """The minutes of a closed ballot as PDF, for its electors and for staff."""

    permission = "council.read_minutes"

    def get_permission_object(self) -> Ballot:
        """Only closed ballots have minutes."""
        self.ballot = get_object_or_404(Ballot, pk=self.kwargs["pk"], status=BallotStatus.CLOSED)  # type: ignore[attr-defined]
        return self.ballot

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The PDF."""
        response = HttpResponse(documents.minutes(self.ballot, request.user), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="minutes-{pk}.pdf"'
        return response


class MinutesInWord(Minutes):
    """The same minutes as DOCX."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The document."""
        response = HttpResponse(documents.minutes_docx(self.ballot, request.user), content_type=DOCX)
        response.headers["Content-Disposition"] = f'attachment; filename="minutes-{pk}.docx"'
        return response


class Urn(OwnBallot, TemplateView):
    """After a secret ballot: all papers by receipt, so that each voter finds their own."""

    template_name = "council/urn.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Per motion the papers in the order of their receipts; none for motions from which the person is recused."""
        if self.ballot.status != BallotStatus.CLOSED or not (self.ballot.procedure and self.ballot.procedure.secret):
            raise Http404
        motions = self.ballot.motions.select_related("result").prefetch_related("papers", "recusals")
        return super().get_context_data(ballot=self.ballot, motions=[motion for motion in motions if visible_result(motion, self.request.user)], **kwargs)
