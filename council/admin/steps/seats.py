"""Steps on seats and rules of procedure."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from council.enums import Choice
from council.models import Procedure, Seat
from council.procedure import decide
from council.services.seats import replace_holder
from members.models import Person


class HolderForm(forms.Form):
    """Who, from when, why."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("New holder"), help_text=_("People of the seat's institution."))
    on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Reason"), max_length=200)


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


class CountsForm(forms.Form):
    """Counts as they might come out."""

    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2000)
    votes_for = forms.IntegerField(label=_("For"), min_value=0, max_value=2000)
    votes_against = forms.IntegerField(label=_("Against"), min_value=0, max_value=2000)
    abstentions = forms.IntegerField(label=_("Abstain"), min_value=0, max_value=2000, initial=0)
    recused = forms.IntegerField(label=_("Recused"), min_value=0, max_value=2000, initial=0)
    chair = forms.ChoiceField(label=_("The chair votes"), required=False, choices=[("", _("not at all")), *Choice.choices])

    def clean(self) -> dict[str, Any]:
        """Not more than there are seats."""
        data = super().clean() or {}
        names = ("votes_for", "votes_against", "abstentions", "recused")
        if not self.errors and sum(data[name] for name in names) > data["seats"]:
            raise forms.ValidationError(_("These are more votes than seats."))
        return data


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
