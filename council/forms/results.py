"""What is entered of a meeting's result, and for another round."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import BEIJING, now
from alliance.common.fields import MomentField
from council.enums import Choice
from council.forms.kept import KeptUpload
from council.models import Body, Motion
from council.selectors.kept import MINUTES


class MeetingResultForm(KeptUpload):
    """The day, the minutes, and the counts of each motion."""

    upload_field, purpose, missing = "minutes", MINUTES, _("Choose the scan of the minutes.")

    decided_on = forms.DateField(label=_("Decided on"), widget=forms.DateInput(attrs={"type": "date"}))
    minutes = forms.FileField(label=_("Scanned minutes (PDF)"), required=False)

    def __init__(self, *args: Any, motions: list[Motion], aside: Mapping[int, int], chair_decides: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.motions, self.chair_decides = motions, chair_decides
        labels = {"votes_for": _("For"), "votes_against": _("Against"), "abstentions": _("Abstain"), "recused": _("Recused")}
        for motion in motions:
            for name, label in labels.items():
                text = format_lazy("{position}. {title} · {label}", position=motion.position, title=motion.title, label=label)
                initial = {"votes_for": None, "recused": aside.get(motion.pk, 0)}.get(name, 0)
                self.fields[f"{name}_{motion.pk}"] = forms.IntegerField(label=text, min_value=0, max_value=2000, initial=initial)
            if chair_decides:
                text = format_lazy("{position}. {title} · {label}", position=motion.position, title=motion.title, label=_("The chair voted"))
                self.fields[f"chair_{motion.pk}"] = forms.ChoiceField(label=text, required=False, choices=[("", _("not at all")), *Choice.choices])

    def clean_decided_on(self) -> dt.date:
        """Not in the future."""
        day = self.cleaned_data["decided_on"]
        if day > now().astimezone(BEIJING).date():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def counts(self) -> dict[int, dict[str, int]]:
        """Per motion, as the service takes it."""
        names = ("votes_for", "votes_against", "abstentions", "recused")
        return {motion.pk: {name: self.cleaned_data[f"{name}_{motion.pk}"] for name in names} for motion in self.motions}

    def chairs(self) -> dict[int, str]:
        """What the chair voted on each motion, where a tie is the chair's."""
        return {motion.pk: self.cleaned_data.get(f"chair_{motion.pk}", "") for motion in self.motions}


class RoundForm(forms.Form):
    """In which body, until when."""

    body = forms.ModelChoiceField(Body.objects.order_by("-electorate", "name"), label=_("Body"), empty_label=None)
    closes_at = MomentField(label=_("Closes (Beijing time)"))
