"""Steps on seats and rules of procedure."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from council.forms import CountsForm, HolderForm, WithdrawForm
from council.models import Procedure, Seat
from council.procedure import decide
from council.services.procedures import withdraw_procedure
from council.services.seats import replace_holder
from members.models import Person


class ReplaceHolder(WorkflowView):
    """Another person takes a seat within its term."""

    model = Seat
    permission = "council.change_seat"
    title = _("Replace the holder")
    lead = _("The seat stays with the institution and its term runs on. Open ballots keep the electorate they were opened with.")
    button = _("Replace")
    done = _("The seat has a new holder.")
    form_class = HolderForm

    def get_form(self, form_class: Any = None) -> Any:
        """People of the institution."""
        form = super().get_form(form_class)
        form.fields["person"].queryset = Person.objects.filter(affiliations__institution=self.record.institution_id).distinct()
        return form

    def perform_step(self, form: Any) -> Any:
        """Replace."""
        return replace_holder(self.record, actor=self.request.user, **form.cleaned_data)


class WhatIf(WorkflowView):
    """What the outcome of given counts would be, and why. Changes nothing."""

    model = Procedure
    permission = "council.view_procedure"
    title = _("What if?")
    lead = _("Give counts, and see what the outcome would be by these rules.")
    button = _("Work it out")
    form_class = CountsForm
    panel_template = "council/admin_whatif.html"

    def perform(self, form: Any) -> HttpResponse:
        """The same page with the answer."""
        decision = decide(self.record, **form.cleaned_data)
        return self.render_to_response(self.get_context_data(form=form, decision=decision))


class WithdrawProcedure(WorkflowView):
    """Take rules back that are not in force yet."""

    model = Procedure
    permission = "council.change_procedure"
    title = _("Withdraw")
    lead = _("These rules are not in force yet and no ballot was held by them. They go, and those before them stay in force.")
    button = _("Withdraw")
    done = _("The rules are withdrawn.")
    danger = True
    form_class = WithdrawForm

    def perform(self, form: Any) -> HttpResponse:
        """Withdraw; the record is gone, so back to the list."""
        withdraw_procedure(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])
        messages.success(self.request, str(self.done))
        return redirect(self.list_url())
