"""Members of staff, and the list of the ministry."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import Role
from members.forms.fields import FoldedCharField, FoldedEmailField


class ImportForm(forms.Form):
    """The ministry's file."""

    file = forms.FileField(label=_("The ministry's list (XLS or XLSX)"), widget=forms.FileInput(attrs={"accept": ".xls,.xlsx"}))


class NewUserForm(forms.Form):
    """A member of staff."""

    email = FoldedEmailField(label=_("E-mail"))
    name = FoldedCharField(label=_("Name"), max_length=80)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class RevokeForm(forms.Form):
    """Which role."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
