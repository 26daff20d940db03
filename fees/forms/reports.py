"""Days of reports and of closings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.forms.fields import FutureDayField


class CloseForm(forms.Form):
    """Up to which day."""

    until = FutureDayField(label=_("Closed until"))


class ReportForm(forms.Form):
    """From when to when."""

    first = FutureDayField(label=_("From"))
    last = FutureDayField(label=_("Until, and as of"))

    def clean(self) -> dict[str, Any]:
        """In order."""
        data = super().clean() or {}
        if not self.errors and data["last"] < data["first"]:
            raise forms.ValidationError(_("The end lies before the beginning."))
        return data
