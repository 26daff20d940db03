"""What staff enter about notices, runs, reductions and reminders."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.enums import UnitKind
from fees.forms.fields import AmountField, FoldedField, FutureDayField, member_units
from fees.forms.payments import ReasonForm
from fees.forms.units import MembershipField, UnitField, UnitsField
from fees.models import DuesRun
from fees.services.papers import ZIP
from members.models import Tier

STATES = [("open", _("Not settled")), ("overdue", _("Overdue")), ("all", _("All that are not void"))]


class AdjustmentForm(forms.Form):
    """Who, which year, how much, why."""

    membership = MembershipField(label=_("Institution"))
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

    membership = MembershipField(label=_("Institution"))
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

    institution = UnitField(label=_("Institution"))
    first = forms.IntegerField(label=_("First year"), min_value=2018, max_value=2100)
    last = forms.IntegerField(label=_("Last year"), min_value=2018, max_value=2100)


class PauseForm(forms.Form):
    """Whom, until when, why."""

    institution = UnitField(label=_("Institution"))
    until = FutureDayField(label=_("Until"))
    reason = FoldedField(label=_("Reason"), max_length=200)


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
    kind = forms.ChoiceField(label=_("Only units of this kind"), choices=[("", "—"), *UnitKind.choices], required=False)
    province = forms.ChoiceField(label=_("Only this province"), required=False)
    joined_from = forms.IntegerField(label=_("Only units that joined in or after the year"), min_value=2018, max_value=2100, required=False)
    joined_to = forms.IntegerField(label=_("Only units that joined in or before the year"), min_value=2018, max_value=2100, required=False)
    institution = UnitField(label=_("Only this unit"), required=False)
    chosen = UnitsField(
        label=_("Only these units"), required=False, help_text=_("One name a line, as from a column of a table. All conditions count together.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = member_units().exclude(province="").order_by("province").values_list("province", flat=True).distinct()
        self.fields["province"].choices = [("", "—"), *((name, name) for name in provinces)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The years in order."""
        data = super().clean() or {}
        first, last = data.get("joined_from"), data.get("joined_to")
        if first and last and first > last:
            self.add_error("joined_to", _("This year lies before the one in the field above."))
        return data
