"""What staff say when they change, end or leave a membership."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import today
from members.enums import DepartureKind, EndedHow
from members.forms.fields import FoldedCharField
from members.models import Tier

DATE: dict[str, Any] = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class ReasonForm(forms.Form):
    """Why, and from when."""

    reason = FoldedCharField(label=_("Reason"), max_length=200)
    on = forms.DateField(label=_("From"), initial=today, **DATE)


class EndForm(ReasonForm):
    """How it ended."""

    how = forms.ChoiceField(label=_("How it ended"), choices=[c for c in EndedHow.choices if c[0] in {EndedHow.MERGED, EndedHow.LAPSED}])


class TierForm(forms.Form):
    """Which tier from which year."""

    tier = forms.ModelChoiceField(Tier.objects.all(), label=_("Tier"))
    from_year = forms.IntegerField(label=_("From year"), min_value=2018, max_value=2100)
    reason = FoldedCharField(label=_("Reason"), max_length=200)


class DepartForm(forms.Form):
    """Leaving by letter, or a proposal to remove."""

    kind = forms.ChoiceField(label=_("Kind"), choices=DepartureKind.choices)
    reason = FoldedCharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    effective_on = forms.DateField(label=_("Takes effect on"), initial=today, **DATE)
    letter = forms.FileField(label=_("Sealed letter of the unit"), required=False, help_text=_("Needed when the unit itself leaves."))


class DecisionForm(forms.Form):
    """Where it was decided."""

    decision = FoldedCharField(label=_("Decision: where, by which minutes, for what reason"), max_length=300)
    on = forms.DateField(label=_("Decided on"), initial=today, **DATE)
