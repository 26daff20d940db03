"""What staff enter about notices, runs, reductions and reminders."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.forms.fields import AmountField, FoldedField, FutureDayField, member_units
from fees.forms.payments import ReasonForm
from fees.models import DuesRun
from fees.services.papers import ZIP
from members.models import Institution, Tier
from members.selectors.memberships import current_members

STATES = [("open", _("Not settled")), ("overdue", _("Overdue")), ("all", _("All that are not void"))]


class AdjustmentForm(forms.Form):
    """Who, which year, how much, why."""

    membership = forms.ModelChoiceField(current_members(), label=_("Membership"))
    year = forms.IntegerField(label=_("Year"), min_value=2018, max_value=2100)
    amount = AmountField(label=_("Reduction in yuan"))
    reason = FoldedField(label=_("Reason"), max_length=200)


class CreditForm(ReasonForm):
    """How much, why."""

    amount = AmountField(label=_("Amount in yuan"))
    field_order = ("amount", "reason")


class DisputeForm(forms.Form):
    """What the unit objects to; empty when it is settled."""

    text = FoldedField(label=_("What the unit objects to"), max_length=200, required=False, help_text=_("Empty: the dispute is settled."))


class YearsForm(forms.Form):
    """Which unit, which years."""

    membership = forms.ModelChoiceField(current_members(), label=_("Membership"))
    first = forms.IntegerField(label=_("First year"), min_value=2018, max_value=2100)
    last = forms.IntegerField(label=_("Last year"), min_value=2018, max_value=2100)

    def clean(self) -> dict[str, Any]:
        """In order, and not for ever."""
        data = super().clean() or {}
        if not self.errors and not data["first"] <= data["last"] <= data["first"] + 9:
            raise forms.ValidationError(_("The last year must not lie before the first, and not more than nine years after it."))
        return data


class ExplainForm(forms.Form):
    """Whose dues, which years."""

    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Institution"))
    first = forms.IntegerField(label=_("First year"), min_value=2018, max_value=2100)
    last = forms.IntegerField(label=_("Last year"), min_value=2018, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = member_units()  # type: ignore[attr-defined]


class PauseForm(forms.Form):
    """Whom, until when, why."""

    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Institution"))
    until = FutureDayField(label=_("Until"))
    reason = FoldedField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = member_units()  # type: ignore[attr-defined]


class PapersForm(forms.Form):
    """Which notices, in which form."""

    year = forms.IntegerField(label=_("Year"), min_value=2018, max_value=2100)
    state = forms.ChoiceField(label=_("Which"), choices=STATES)
    tier = forms.ModelChoiceField(Tier.objects.all(), label=_("Only this tier"), required=False)
    run = forms.ModelChoiceField(DuesRun.objects.all(), label=_("Only this dues run"), required=False)
    kind = forms.ChoiceField(label=_("Form"), choices=[("pdf", _("one PDF to print")), (ZIP, _("an archive of single PDFs"))])


class NewRunForm(forms.Form):
    """Which year, which date, whom."""

    year = forms.IntegerField(label=_("Year"), min_value=2018, max_value=2100)
    issued_on = FutureDayField(label=_("Date of the notices"))
    tier = forms.ModelChoiceField(Tier.objects.all(), label=_("Only this tier"), required=False)
    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Only this unit"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = member_units()  # type: ignore[attr-defined]
