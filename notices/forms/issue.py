"""When a notice is seen, and by whom."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class MomentField(forms.DateTimeField):
    """A moment in Beijing, from the browser's calendar."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class IssueForm(forms.Form):
    """From when."""

    members_from = MomentField(label=_("Members see it from (Beijing time)"), required=False, help_text=_("Empty: at once."))
    public_from = MomentField(label=_("Everybody sees it from (Beijing time)"), required=False, help_text=_("Empty: only members."))

    def clean(self) -> dict[str, Any]:
        """Members first (R12)."""
        data = super().clean() or {}
        if data.get("public_from") and data.get("members_from") and data["public_from"] < data["members_from"]:
            raise forms.ValidationError(_("Members must see it first."))
        return data
