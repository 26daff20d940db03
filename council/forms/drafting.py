"""What is entered for a draft: the ballot, its motions, what is discussed first."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import now
from alliance.common.fields import MomentField
from council.models import Ballot, Body, Motion
from members.enums import ApplicationStatus, DepartureStatus
from members.forms.files import MultipleFileField, MultipleFileInput
from members.models import Application, Departure, Tier
from members.selectors.memberships import current_members


def second_vote_field() -> forms.BooleanField:
    """Whether the assembly votes second (R15)."""
    return forms.BooleanField(
        label=_("A major matter: also put to the assembly before it is carried out"),
        required=False,
        help_text=_("Charter: the council decides, then the general assembly."),
    )


class NewBallotForm(forms.Form):
    """Which applications, under which title, until when."""

    body = forms.ModelChoiceField(Body.objects.order_by("-electorate", "name"), label=_("Body"), empty_label=None)
    title = forms.CharField(label=_("Title"), max_length=160)
    introduction = forms.CharField(label=_("Introduction"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    closes_at = MomentField(label=_("Closes (Beijing time)"))
    applications = forms.ModelMultipleChoiceField(
        Application.objects.filter(status=ApplicationStatus.SCREENED).select_related("institution"),
        label=_("Applications"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    departures = forms.ModelMultipleChoiceField(
        Departure.objects.filter(status=DepartureStatus.SCREENED).select_related("membership__institution"),
        label=_("Departures"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    motion_title = forms.CharField(label=_("A motion of its own: title"), max_length=160, required=False)
    motion_text = forms.CharField(label=_("A motion of its own: text"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    needs_second_vote = second_vote_field()

    def clean(self) -> dict[str, Any]:
        """Something to vote on."""
        data = super().clean() or {}
        if not self.errors and not (data.get("applications") or data.get("departures") or data.get("motion_title")):
            raise forms.ValidationError(_("Choose at least one thing to vote on."))
        return data

    def clean_closes_at(self) -> dt.datetime:
        """Later than now."""
        closes_at = self.cleaned_data["closes_at"]
        if closes_at <= now():
            raise forms.ValidationError(_("The closing time has passed. Set a later one."))
        return closes_at


class MotionForm(forms.Form):
    """An application, a departure, a change of tier, or a text; attachments with any of them."""

    application = forms.ModelChoiceField(
        Application.objects.filter(status=ApplicationStatus.SCREENED).select_related("institution"), label=_("Application"), required=False
    )
    departure = forms.ModelChoiceField(
        Departure.objects.filter(status=DepartureStatus.SCREENED).select_related("membership__institution"), label=_("Departure"), required=False
    )
    title = forms.CharField(label=_("Title"), max_length=160, required=False, help_text=_("Empty: the application or departure gives it."))
    text = forms.CharField(label=_("Text"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5}))
    attachments = MultipleFileField(
        label=_("Attachments (PDF)"), required=False, widget=MultipleFileInput(attrs={"accept": "application/pdf", "multiple": True})
    )
    membership = forms.ModelChoiceField(current_members(), label=_("Change of tier: member"), required=False)
    tier = forms.ModelChoiceField(Tier.objects.all(), label=_("Change of tier: new tier"), required=False)
    from_year = forms.IntegerField(label=_("Change of tier: from year"), required=False, min_value=2018, max_value=2100)
    needs_second_vote = second_vote_field()

    def __init__(self, *args: Any, ballot: Ballot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("application", "departure"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = field.queryset.exclude(motions__ballot=ballot)

    def clean(self) -> dict[str, Any]:
        """One subject at most, all three of a change of tier or none, and a title where no subject gives one."""
        data = super().clean() or {}
        given = [bool(data.get(name)) for name in ("membership", "tier", "from_year")]
        if any(given) and not all(given):
            raise forms.ValidationError(_("A change of tier needs the member, the tier and the year."))
        subjects = [name for name in ("application", "departure", "membership") if data.get(name)]
        if len(subjects) > 1:
            raise forms.ValidationError(_("A motion is about one thing: an application, a departure or a change of tier."))
        if not self.errors and not data.get("title") and subjects not in (["application"], ["departure"]):
            self.add_error("title", _("This motion needs a title."))
        return data


class DraftForm(forms.Form):
    """What can be corrected before the vote opens."""

    title = forms.CharField(label=_("Title"), max_length=160)
    introduction = forms.CharField(label=_("Introduction"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    closes_at = MomentField(label=_("Closes (Beijing time)"))
    without = forms.ModelMultipleChoiceField(Motion.objects.none(), label=_("Remove these motions"), required=False, widget=forms.CheckboxSelectMultiple)


class DiscussForm(forms.Form):
    """Which motions are discussed first."""

    motions = forms.ModelMultipleChoiceField(
        Motion.objects.none(),
        label=_("Discussed first"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The others are not shown before the vote opens."),
        error_messages={"required": _("Choose at least one motion to discuss.")},
    )
