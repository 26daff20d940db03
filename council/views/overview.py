"""The council's start page, one's own votes, participation, the calendar of closing times."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from alliance.common.admin.exports import as_csv, as_xlsx
from alliance.common.clock import database_now, today
from alliance.common.views import PermissionRequired
from council.enums import BallotStatus, Electorate
from council.models import Body
from council.selectors.ballots import ballots_in_discussion, ballots_visible_to, rows_for
from council.selectors.participation import attendance
from council.selectors.votes import votes_of

PAGE = 20


class Index(PermissionRequired, TemplateView):
    """Open ballots first, then the decided ones."""

    permission = "council.enter_council"
    template_name = "council/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The ballots of the person's electorate, with what is left to do for each place they vote for."""
        user = self.request.user
        ballots = ballots_visible_to(user)
        now = database_now()
        running = rows_for(user, ballots.filter(status=BallotStatus.OPEN, closes_at__gt=now).order_by("closes_at"))
        decided = Paginator(ballots.exclude(status=BallotStatus.OPEN, closes_at__gt=now), PAGE)
        page = decided.get_page(self.request.GET.get("page"))
        return super().get_context_data(
            open=running,
            past=rows_for(user, page.object_list),
            page=page,
            discussed=ballots_in_discussion(user),
            **kwargs,
        )


class MyVotes(PermissionRequired, TemplateView):
    """What the person has voted, in all ballots, newest first."""

    permission = "council.enter_council"
    template_name = "council/votes.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or with `?export=xlsx` (or csv) all of it as a file."""
        kind = request.GET.get("export", "")
        if kind not in {"xlsx", "csv"}:
            return super().get(request, *args, **kwargs)
        header = [_("Ballot"), _("Motion"), _("Unit"), _("Your vote"), _("Receipt"), _("Time")]
        rows = [[own.motion.ballot.title, own.motion.title, own.place.institution.name, own.word, own.receipt, own.at] for own in votes_of(request.user)]
        return (as_xlsx if kind == "xlsx" else as_csv)(_("My votes"), header, rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One row for each motion they voted on or stepped aside from."""
        page = Paginator(votes_of(self.request.user), PAGE * 2).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, rows=page.object_list, **kwargs)


class AttendancePage(PermissionRequired, TemplateView):
    """How often each seat took part in the votes of its term."""

    permission = "council.see_attendance"
    template_name = "council/attendance.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One chart for each body of seats."""
        bodies = Body.objects.filter(electorate=Electorate.SEATS)
        return super().get_context_data(bodies=[(body, attendance(body, today(), self.request.user)) for body in bodies], **kwargs)
