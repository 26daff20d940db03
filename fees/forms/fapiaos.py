"""What stands on a fapiao, and the files that come back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.enums import FapiaoRequestState
from fees.forms.fields import FoldedField
from fees.models import Fapiao, FapiaoRequest, Invoice
from fees.selectors.fapiaos import known_titles
from members.credit_codes import doubt, tidy
from members.enums import InvoiceType
from members.forms.fields import FoldedEmailField
from members.forms.files import MultipleFileField, MultipleFileInput
from members.models import Institution
from members.names import normalise


class InvoicingDataForm(forms.Form):
    """What stands on a unit's fapiaos."""

    title = FoldedField(label=_("Invoice title"), max_length=120)
    tax_number = FoldedField(label=_("Taxpayer number"), max_length=20, help_text=_("The unified social credit code."))
    kind = forms.ChoiceField(label=_("Kind of invoice"), choices=InvoiceType.choices, widget=forms.RadioSelect)
    address_phone = FoldedField(
        label=_("Address and telephone"), max_length=200, required=False, help_text=_("Needed for a special VAT invoice. A space before the number.")
    )
    bank_account = FoldedField(
        label=_("Bank and account"), max_length=200, required=False, help_text=_("Needed for a special VAT invoice. A space before the number.")
    )
    email = FoldedEmailField(label=_("E-mail for the invoice"))

    def clean_tax_number(self) -> str:
        """The code in its plain form, with its check digit."""
        value = tidy(self.cleaned_data["tax_number"])
        if why := doubt(value):
            raise forms.ValidationError(why)
        return value

    def clean(self) -> dict[str, Any]:
        """A special VAT invoice shows address and bank."""
        data = super().clean() or {}
        if data.get("kind") == InvoiceType.SPECIAL:
            for name in ("address_phone", "bank_account"):
                if not data.get(name):
                    self.add_error(name, _("Needed for a special VAT invoice."))
        return data


class FapiaoForm(InvoicingDataForm):
    """For which notices, and what stands on the fapiao."""

    invoices = forms.ModelMultipleChoiceField(Invoice.objects.none(), label=_("Payment notices"), widget=forms.CheckboxSelectMultiple)
    remark = FoldedField(label=_("Remark on the fapiao"), max_length=100, required=False)
    title_is_right = forms.BooleanField(label=_("The title is right although it is neither our unit's name nor that of the payer"), required=False)
    field_order = ("invoices",)

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution
        taken = FapiaoRequest.objects.filter(institution=institution).exclude(state=FapiaoRequestState.CANCELLED).values("invoices")
        free = Invoice.objects.filter(institution=institution, voided_at=None).exclude(pk__in=taken).order_by("due_on")
        self.fields["invoices"].queryset = free  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A title that is neither the unit's nor a payer's is asked for once."""
        data = super().clean() or {}
        title, chosen = data.get("title"), data.get("invoices")
        if title and chosen is not None and not data.get("title_is_right") and normalise(title) not in known_titles(self.institution, list(chosen)):
            self.add_error("title_is_right", _("“%(title)s” is neither your unit's name nor that of a payer. Correct it, or tick here.") % {"title": title})
        return data


class TemplateForm(forms.Form):
    """The bureau's template."""

    template = forms.FileField(label=_("The tax bureau's empty batch template (XLSX)"), help_text=_("The one of today: columns are found by their names."))


class FilesForm(forms.Form):
    """What was issued."""

    files = MultipleFileField(
        label=_("Issued fapiaos"),
        help_text=_("PDF, OFD or XML, several at once, or zips of them; also the tax bureau's summary (XLSX, CSV)."),
        widget=MultipleFileInput(attrs={"multiple": True}),
    )


class AssignForm(forms.Form):
    """To which request."""

    request = forms.ModelChoiceField(FapiaoRequest.objects.none(), label=_("Request"))


class FirstForm(forms.Form):
    """Which one it reverses."""

    first = forms.ModelChoiceField(Fapiao.objects.none(), label=_("The fapiao that it reverses"))
