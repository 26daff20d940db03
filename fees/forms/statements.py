"""The file of the bank."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """The file of the bank."""

    file = forms.FileField(label=_("Statement of the bank"), help_text=_("CSV, XLS or XLSX as the bank exports it. Only money that came in is taken over."))
