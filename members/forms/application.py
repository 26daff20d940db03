"""The parts of the application form. What is typed is kept, complete or not; what cannot be right is said at the field."""

from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from alliance.common.models import Organisation
from members.answers import Part
from members.consents import version_in_force, wordings_in_force
from members.credit_codes import doubt, tidy
from members.forms.fields import FoldedCharField, FoldedEmailField, folded
from members.forms.files import MultipleFileField, MultipleFileInput
from members.models import Application, Institution

# A model's kind of text → the field that reads it.
FIELD_CLASSES: dict[type, type[forms.CharField]] = {models.CharField: FoldedCharField, models.TextField: FoldedCharField, models.EmailField: FoldedEmailField}


class PartForm(forms.ModelForm):
    """One part of the application. Required fields may stay empty while drafting; the task list shows the part as unfinished."""

    class Meta:
        model = Application
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, part: Part, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        for name, field in self.fields.items():
            field.required = name in part.required
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 5

    def clean(self) -> dict[str, Any]:
        """Fold all text of the form."""
        data = super().clean() or {}
        return {name: folded(value) if isinstance(value, str) else value for name, value in data.items()}


class InvoicingForm(PartForm):
    """Invoicing data, with the check digit of the taxpayer number (GB 32100-2015)."""

    invoice_tax_number = FoldedCharField(
        label=_("Taxpayer number"), max_length=40, help_text=_("Unified social credit code, 18 characters; public universities usually begin with 12.")
    )

    def clean_invoice_tax_number(self) -> str:
        """The code in its plain form; a hint for the usual slips (O for 0, I for 1)."""
        value = tidy(self.cleaned_data["invoice_tax_number"])
        if value:
            check_credit_code(value)
        return value


def check_credit_code(value: str) -> None:
    """Raise forms.ValidationError with the likely slip when `value` is no valid unified social credit code."""
    if why := doubt(value):
        raise forms.ValidationError(why)


class CreditCodeMixin:
    """A form's `credit_code`: folded, and proved when there is one."""

    cleaned_data: dict[str, Any]

    def clean_credit_code(self) -> str:
        """As it is kept."""
        value = tidy(self.cleaned_data["credit_code"])
        if value:
            check_credit_code(value)
        return value


class ConsentsForm(forms.Form):
    """Two separate consents, in the wording in force; whoever agreed to an older one is asked again."""

    consent_charter_at = forms.BooleanField(required=True)
    consent_privacy_at = forms.BooleanField(required=True)

    def __init__(self, *args: Any, part: Part, instance: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part, self.instance = part, instance
        current = instance.consent_version == version_in_force()
        for kind, wording in wordings_in_force().items():
            field = self.fields[f"consent_{kind}_at"]
            field.label, field.help_text = wording.text, wording.details
            field.initial = current and bool(getattr(instance, f"consent_{kind}_at"))
        if Organisation.load().charter is not None:
            link = format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', reverse("home:charter"), _("Read the charter (PDF)"))
            charter = self.fields["consent_charter_at"]
            charter.help_text = format_html("{} {}", charter.help_text, link) if charter.help_text else link


class InstitutionForm(forms.ModelForm):
    """The institution: picked from the search's results, or typed in full when the list does not have it."""

    institution = forms.ModelChoiceField(Institution.objects.all(), required=False, widget=forms.HiddenInput)
    institution_typed = FoldedCharField(
        label=_("Official name in full"), required=False, max_length=120, help_text=_("As on the seal. The secretariat will check it.")
    )

    class Meta:
        model = Application
        fields = ("institution", "institution_typed")

    def __init__(self, *args: Any, part: Part, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part

    def clean(self) -> dict[str, Any]:
        """One of the two; a choice wins over typing."""
        data = super().clean() or {}
        if not data.get("institution") and not data.get("institution_typed") and not self.errors:
            raise forms.ValidationError(_("Choose your institution from the list, or type its name."))
        return data

    def _post_clean(self) -> None:
        """Uniqueness is the service's word: it has the better message."""


def form_for(part: Part) -> type[forms.BaseForm]:
    """The form class of a part."""
    if part.slug == "institution":
        return InstitutionForm
    if part.slug == "consents":
        return ConsentsForm
    base = InvoicingForm if part.slug == "invoicing" else PartForm
    return forms.modelform_factory(Application, form=base, fields=part.fields, field_classes={name: FIELD_CLASSES[type(field)] for name, field in _typed(part)})


def _typed(part: Part) -> list[tuple[str, Any]]:
    """The model's fields of a part that people type text into."""
    fields = [(name, Application._meta.get_field(name)) for name in part.fields]
    return [(name, field) for name, field in fields if type(field) in FIELD_CLASSES and not field.choices]


class ScanForm(forms.Form):
    """The sealed form's scan: one PDF, or photos of the pages."""

    scan = MultipleFileField(
        label=_("Scan or photos of the sealed form"),
        help_text=_("PDF, JPG, PNG or HEIC, at most 20 MB each. A phone's photos are fine: choose all pages at once, in their order."),
        widget=MultipleFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/heic,.heic", "multiple": True}),
    )
