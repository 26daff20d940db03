"""What a liaison keeps up to date."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import PersonRole
from members.forms.application import CreditCodeMixin
from members.forms.fields import FoldedCharField, FoldedEmailField


class UnitForm(CreditCodeMixin, forms.Form):
    """The unit's data that the ministry's list does not have."""

    name_en = FoldedCharField(label=_("English name"), max_length=200, required=False)
    credit_code = FoldedCharField(label=_("Unified social credit code"), max_length=40, required=False, help_text=_("18 characters, for invoices."))


class PersonForm(forms.Form):
    """Somebody of the unit."""

    name = FoldedCharField(label=_("Name"), max_length=80)
    email = FoldedEmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=PersonRole.choices, initial=PersonRole.DELEGATE)
    department = FoldedCharField(label=_("Department"), max_length=120, required=False)
    post = FoldedCharField(label=_("Post"), max_length=80, required=False)
    mobile = FoldedCharField(label=_("Mobile"), max_length=30, required=False)
