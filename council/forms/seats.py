"""What is entered on seats and rules of procedure."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import today
from council.enums import Choice
from council.models import Procedure
from members.models import Person


class HolderForm(forms.Form):
    """Who, from when, why."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("New holder"), help_text=_("People of the seat's institution."))
    on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Reason"), max_length=200)


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


class WithdrawForm(forms.Form):
    """Why rules are withdrawn before they come into force."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ProcedureToComeForm(forms.ModelForm):
    """Rules of procedure that are not in force yet."""

    class Meta:
        model = Procedure
        fields = (
            "effective_from",
            "quorum_numerator",
            "quorum_denominator",
            "majority_numerator",
            "majority_denominator",
            "majority_strict",
            "majority_base",
            "recused_count_for_quorum",
            "changeable",
            "tie_rule",
            "closes_early",
            "secret",
            "correspondence_allowed",
            "proxies_allowed",
            "quorum_extension_days",
            "reminder_days",
            "clause",
            "is_sample",
        )

    def clean_effective_from(self) -> dt.date:
        """Still to come: what was in force on a day does not change afterwards."""
        day: dt.date = self.cleaned_data["effective_from"]
        if day <= today():
            raise forms.ValidationError(_("The day must lie in the future."))
        return day
