"""What is entered of a meeting's result, and for another round."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import BEIJING, now
from alliance.common.fields import MomentField
from alliance.common.models import StoredFile
from council.enums import Choice
from council.models import Ballot, Body, Motion
from council.selectors.rounds import kept_scans


class MeetingResultForm(forms.Form):
    """The day, the minutes, and the counts of each motion."""

    decided_on = forms.DateField(label=_("Decided on"), widget=forms.DateInput(attrs={"type": "date"}))
    minutes = forms.FileField(label=_("Scanned minutes (PDF)"), required=False)
    kept = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ballot: Ballot, motions: list[Motion], aside: Mapping[int, int], chair_decides: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballot, self.motions, self.chair_decides = ballot, motions, chair_decides
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

    def clean(self) -> dict[str, Any]:
        """A scan: sent now, or kept from the look at the letters."""
        data = super().clean() or {}
        if not data.get("minutes") and "minutes" not in self.errors and self.kept_scan() is None:
            self.add_error("minutes", _("Choose the scan of the minutes."))
        return data

    def kept_scan(self) -> StoredFile | None:
        """The scan of this ballot that was kept from the look at the letters."""
        kept = self.cleaned_data.get("kept")
        return kept_scans(self.ballot).filter(pk=kept).first() if kept else None

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
