"""The member unit's own pages."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.exceptions import DomainError
from alliance.common.models import VerifiableDocument
from alliance.common.views import DomainErrorMixin, PermissionRequired
from members import documents
from members.credit_codes import remark
from members.forms.unit import PersonForm, UnitForm
from members.models import Affiliation, Institution
from members.portal import cards_for, current_institution
from members.rules import liaison_institution_ids
from members.selectors.memberships import affiliations_in_force, membership_of
from members.selectors.readmission import readmission_of
from members.selectors.register import gaps, with_gaps
from members.services.datachecks import open_answer_of
from members.services.people import add_person, change_institution, end_role
from members.wording import GAPS


class PortalView(PermissionRequired):
    """Pages of the unit that the liaison has chosen."""

    permission = "members.enter_portal"
    request: HttpRequest

    @property
    def institution(self) -> Institution:
        """The unit."""
        if not hasattr(self, "_institution"):
            self._institution = current_institution(self.request)
        return self._institution

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Unit and membership for every page; the other units of a person who has several."""
        units = Institution.objects.filter(pk__in=liaison_institution_ids(self.request.user) - {self.institution.pk})
        membership = membership_of(self.institution)
        return super().get_context_data(institution=self.institution, membership=membership, other_units=units, **kwargs)  # type: ignore[misc]


class Overview(PortalView, TemplateView):
    """What needs doing, and the unit's benefits."""

    template_name = "members/portal_overview.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Staff who type the portal's address are led to their own pages."""
        user = request.user
        if user.is_authenticated and not user.has_perm(self.permission) and user.has_perm("common.enter_admin"):
            messages.info(request, _("The portal belongs to the member units. You are signed in as staff: here are your pages."))
            return redirect("admin:index")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The cards of all apps, and the unit's own data when they are asked for or have gaps."""
        answer = open_answer_of(self.institution)
        missing = gaps(with_gaps(Institution.objects.filter(pk=self.institution.pk)).get())
        cards = cards_for(self.request, self.institution)
        asked = answer.check_round if answer and not answer.confirmed_at else None
        return super().get_context_data(
            cards=cards,
            busy=asked or missing or any(card.todo for card in cards),
            return_after=readmission_of(self.institution, tell=True),
            asked=asked,
            missing=[GAPS[code] for code in missing],
            **kwargs,
        )


class Unit(PortalView, DomainErrorMixin, FormView):
    """The unit's data."""

    template_name = "members/portal_unit.html"
    form_class = UnitForm

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {"name_en": self.institution.name_en, "credit_code": self.institution.credit_code}

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Save."""
        change_institution(self.institution, actor=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("Saved."))
        if hint := remark(form.cleaned_data["credit_code"]):
            messages.warning(self.request, hint)
        return redirect("portal:unit")


class People(PortalView, DomainErrorMixin, FormView):
    """The unit's people; add one, end a role."""

    template_name = "members/portal_people.html"
    form_class = PersonForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Roles in force."""
        return super().get_context_data(affiliations=affiliations_in_force(self.institution), **kwargs)

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Add."""
        person = add_person(self.institution, actor=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("%(name)s has been added.") % {"name": person.name})
        return redirect("portal:people")


class EndRole(PortalView, View):
    """End a role of one of the unit's people."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Somebody else's person does not exist."""
        affiliation = get_object_or_404(Affiliation, pk=pk, institution=self.institution)
        try:
            end_role(affiliation, actor=request.user)
            messages.success(request, _("The role has ended."))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("portal:people")


class Certificate(PortalView, View):
    """The certificate of membership as PDF."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Only an admitted unit has one."""
        membership = membership_of(self.institution)
        if membership is None or membership.number is None:
            messages.info(request, _("The certificate is issued when the membership begins."))
            return redirect("portal:overview")
        try:
            content = documents.certificate(membership)
        except VerifiableDocument.DoesNotExist:
            messages.info(request, _("There is no valid certificate at present. Please ask the secretariat."))
            return redirect("portal:overview")
        response = HttpResponse(content, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="certificate-{membership.number}.pdf"'
        return response
