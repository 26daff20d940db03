"""Sending the application: what to tell the screener about the scan, and about points that were left as they were."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.fields import FoldedCharField
from members.selectors.corrections import Mending


class SubmitForm(forms.Form):
    """Asks only what has to be asked: a remark when the machine has doubts, an explanation when a point to correct was not touched."""

    remark = FoldedCharField(label=_("Remark on the scan, if the machine is wrong"), max_length=500, required=False)
    explanation = FoldedCharField(
        label=_("Why these points are as they were"),
        max_length=1000,
        help_text=_("The secretariat asked for a correction here. Go back and change it, or say why it is right as it stands; then you may submit."),
        error_messages={"required": _("Say why nothing was changed here, or go back and change it.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, untouched: list[Mending], remarkable: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not untouched:
            del self.fields["explanation"]
        if not remarkable:
            del self.fields["remark"]
