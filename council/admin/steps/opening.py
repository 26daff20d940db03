"""Opening, now or at a time."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from council.admin.panels import ballot_panel
from council.forms import ScheduleForm
from council.models import Ballot
from council.services.opening import open_ballot, schedule_opening


class OpenBallot(WorkflowView):
    """Open the vote."""

    model = Ballot
    permission = "council.manage_ballots"
    previews_mail = True
    title = _("Open the ballot")
    lead = _("The electorate is frozen as it stands now, and every council member gets an e-mail.")
    button = _("Open and notify the council")
    done = _("The ballot is open.")
    panel_template = "council/admin_ballot.html"

    def perform_step(self, form: Any) -> Any:
        """Open."""
        return open_ballot(self.record, actor=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The motions as the council will see them."""
        return super().get_context_data(**ballot_panel(self.record, self.request.user), **kwargs)


class Schedule(WorkflowView):
    """Open at a time."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("Open at a time")
    lead = _("The electorate is frozen and the council is written to at that time. If something is missing then, the ballot stays a draft and says so.")
    button = _("Save")
    done = _("Saved.")
    form_class = ScheduleForm

    def get_initial(self) -> dict[str, Any]:
        """As set."""
        return {"opens_at": self.record.opens_at}

    def perform_step(self, form: Any) -> Any:
        """Set or clear."""
        return schedule_opening(self.record, actor=self.request.user, opens_at=form.cleaned_data["opens_at"])
