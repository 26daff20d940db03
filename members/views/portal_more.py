"""The unit's further pages: invitations, hand-over, the yearly check, leaving."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from alliance.common.clock import today
from alliance.common.exceptions import DomainError
from alliance.common.ratelimit import RateLimited
from alliance.common.views import DomainErrorMixin, PermissionRequired
from members.enums import DEPARTURE_OPEN, MembershipStatus
from members.forms.more import ConfirmForm, HandOverForm, LeaveForm
from members.models import Invitation
from members.selectors.memberships import affiliations_in_force, membership_of
from members.selectors.register import completeness, gaps, with_gaps
from members.services.datachecks import confirm_data, open_answer_of
from members.services.departures import ask_to_leave, effects_of, withdraw_departure
from members.services.invitations import accept_invitation, invitation_of, invite_liaison, revoke_invitation
from members.views.portal import PortalView
from members.wording import GAPS


class AcceptInvitation(PermissionRequired, TemplateView):
    """What the link in the mail opens: says what it is about; only the button takes it up, since mail scanners follow links."""

    permission = "common.signed_in"
    template_name = "members/invitation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The invitation, or why it is none."""
        try:
            invitation: Invitation | None = invitation_of(self.kwargs["token"])
            problem = ""
        except DomainError as error:
            invitation, problem = None, str(error)
        return super().get_context_data(invitation=invitation, problem=problem, **kwargs)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Take it up."""
        try:
            invitation = accept_invitation(invitation_of(token), user=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("portal:invitation", token)
        messages.success(request, _("Welcome! The invitation has been taken up."))
        return redirect("apply:tasks", invitation.application.reference) if invitation.application else redirect("portal:overview")


class HandOver(PortalView, RateLimited, DomainErrorMixin, FormView):
    """Name another liaison, beside oneself or instead."""

    template_name = "members/portal_liaisons.html"
    form_class = HandOverForm
    rate = "20/h"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Open invitations."""
        invitations = self.institution.invitations.filter(accepted_at=None, revoked_at=None)
        return super().get_context_data(invitations=invitations, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Invite, or take an invitation back."""
        if "revoke" not in request.POST:
            return super().post(request, *args, **kwargs)
        pk = request.POST["revoke"]
        revoke_invitation(get_object_or_404(self.institution.invitations, pk=pk if pk.isdecimal() else 0), actor=request.user)
        messages.info(request, _("The invitation has been taken back."))
        return redirect("portal:liaisons")

    def perform(self, form: Any) -> HttpResponse:
        """Invite."""
        invite_liaison(self.institution, actor=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("The invitation has been sent."))
        return redirect("portal:liaisons")


class CheckData(PortalView, DomainErrorMixin, FormView):
    """One page with all we hold of the unit: correct it where it is wrong, then confirm."""

    template_name = "members/portal_check.html"
    form_class = ConfirmForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Data, people, what is missing."""
        row = with_gaps(type(self.institution).objects.filter(pk=self.institution.pk)).get()
        return super().get_context_data(
            answer=open_answer_of(self.institution),
            affiliations=affiliations_in_force(self.institution),
            percent=completeness(row),
            missing=[GAPS[code] for code in gaps(row)],
            **kwargs,
        )

    def perform(self, form: Any) -> HttpResponse:
        """Confirm."""
        answer = open_answer_of(self.institution)
        if answer is None:
            raise DomainError(_("There is no data check at present."))
        confirm_data(answer, actor=self.request.user, remark=form.cleaned_data["remark"])
        messages.success(self.request, _("Thank you. Your unit's data are confirmed."))
        return redirect("portal:overview")


class Leave(PortalView, DomainErrorMixin, FormView):
    """Apply to leave the alliance; what it means stands on the page."""

    template_name = "members/portal_leave.html"
    form_class = LeaveForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The open departure, or the form with what it would mean today."""
        membership = membership_of(self.institution)
        member = membership is not None and membership.status in {MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED}
        departure = membership.departures.filter(status__in=DEPARTURE_OPEN).first() if membership else None
        effects = effects_of(membership, today()) if member and membership else []
        return super().get_context_data(departure=departure, member=member, effects=effects, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Apply, or take it back."""
        if "stay" not in request.POST:
            return super().post(request, *args, **kwargs)
        membership = membership_of(self.institution)
        departure = membership.departures.filter(status__in=DEPARTURE_OPEN).first() if membership else None
        if departure is not None:
            withdraw_departure(departure, actor=request.user)
            messages.success(request, _("Your unit stays a member."))
        return redirect("portal:leave")

    def perform(self, form: Any) -> HttpResponse:
        """Apply."""
        membership = membership_of(self.institution)
        if membership is None:
            raise DomainError(_("Only a unit that is a member can leave."))
        departure = ask_to_leave(membership, actor=self.request.user, **form.cleaned_data)
        messages.success(
            self.request, _("Received under %(reference)s. The secretariat looks it through; then the council decides.") % {"reference": departure.reference}
        )
        return redirect("portal:leave")
