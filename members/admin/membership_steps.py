"""Steps of a membership and of a departure in the admin: each a page with what it means."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from members.enums import DepartureKind, EndedHow
from members.forms.membership import DecisionForm, DepartForm, EndForm, ReasonForm, TierForm
from members.models import Departure, Membership
from members.services.departures import approve_departure, ask_to_leave, decline_departure, effects_of, pass_departure
from members.services.memberships import change_tier, end_membership, reinstate_membership, suspend_membership


class MembershipStep(WorkflowView):
    """A step of a membership with reason and date."""

    model = Membership
    permission = "members.manage_membership"
    form_class: type[forms.BaseForm] = ReasonForm


class Suspend(MembershipStep):
    """Let it rest."""

    title = gettext_lazy("Suspend the membership")
    lead = gettext_lazy("The unit stays in the register, marked as suspended, and has no benefits until it is reinstated.")
    button = gettext_lazy("Suspend")
    done = gettext_lazy("The membership is suspended.")
    danger = True

    def perform_step(self, form: Any) -> Any:
        """Suspend."""
        suspend_membership(self.record, actor=self.request.user, **form.cleaned_data)


class Reinstate(MembershipStep):
    """End the rest."""

    title = gettext_lazy("Reinstate the membership")
    button = gettext_lazy("Reinstate")
    done = gettext_lazy("The membership is active again.")

    def perform_step(self, form: Any) -> Any:
        """Reinstate."""
        reinstate_membership(self.record, actor=self.request.user, **form.cleaned_data)


class End(MembershipStep):
    """For what needs no decision of the council: universities merged, or never paid."""

    title = gettext_lazy("End the membership")
    lead = gettext_lazy(
        "Only for universities that were merged or that never paid. A unit that leaves or is removed: enter a departure, which the council decides."
    )
    button = gettext_lazy("End")
    done = gettext_lazy("The membership has ended.")
    danger = True
    form_class = EndForm

    def perform_step(self, form: Any) -> Any:
        """End."""
        data = form.cleaned_data
        end_membership(self.record, actor=self.request.user, how=EndedHow(data["how"]), reason=data["reason"], on=data["on"])


class ChangeTier(MembershipStep):
    """Another tier from a year on."""

    title = gettext_lazy("Change the tier")
    lead = gettext_lazy("Counts from the beginning of the year; earlier years and what was billed stay as they are.")
    button = gettext_lazy("Change")
    done = gettext_lazy("The tier is changed.")
    form_class = TierForm

    def perform_step(self, form: Any) -> Any:
        """Change."""
        change_tier(self.record, actor=self.request.user, **form.cleaned_data)


class Depart(MembershipStep):
    """Enter a departure."""

    title = gettext_lazy("Enter a departure")
    lead = gettext_lazy("It is looked through, then the council decides; the membership ends only then.")
    button = gettext_lazy("Enter")
    done = gettext_lazy("Entered.")
    form_class = DepartForm
    panel_template = "members/admin_effects.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What leaving today would mean."""
        return super().get_context_data(effects=effects_of(self.record, today()), **kwargs)

    def perform_step(self, form: Any) -> Any:
        """Enter."""
        data = form.cleaned_data
        kind = DepartureKind(data.pop("kind"))
        return ask_to_leave(self.record, actor=self.request.user, kind=kind, **data)


class DepartureStep(WorkflowView):
    """A step of a departure."""

    model = Departure
    permission = "members.manage_membership"
    panel_template = "members/admin_effects.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it means."""
        return super().get_context_data(effects=effects_of(self.record.membership, self.record.effective_on), **kwargs)


class PassDeparture(DepartureStep):
    """To the council."""

    title = gettext_lazy("Pass to the council")
    button = gettext_lazy("Pass to the council")
    done = gettext_lazy("Passed.")

    def perform_step(self, form: Any) -> Any:
        """Pass."""
        pass_departure(self.record, actor=self.request.user)


class ApproveDeparture(DepartureStep):
    """The council agreed."""

    previews_mail = True
    title = gettext_lazy("The council has agreed")
    lead = gettext_lazy("The membership ends on the day asked for. What stands below is carried out.")
    button = gettext_lazy("End the membership")
    done = gettext_lazy("The membership has ended; the unit has been written to.")
    danger = True
    form_class = DecisionForm

    def perform_step(self, form: Any) -> Any:
        """Approve."""
        approve_departure(self.record, actor=self.request.user, **form.cleaned_data)


class DeclineDeparture(DepartureStep):
    """The council did not agree, or something is missing."""

    previews_mail = True
    title = gettext_lazy("Decline the departure")
    button = gettext_lazy("Decline")
    done = gettext_lazy("Declined; the unit has been written to.")
    danger = True
    form_class = DecisionForm

    def perform_step(self, form: Any) -> Any:
        """Decline."""
        decline_departure(self.record, actor=self.request.user, **form.cleaned_data)
