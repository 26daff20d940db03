"""When a notice is seen, whom it is mailed to, and how people want to be written to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.fields import MomentField
from notices.models import Audience


class IssueForm(forms.Form):
    """From when, and to whom."""

    members_from = MomentField(label=_("Members see it from (Beijing time)"), required=False, help_text=_("Empty: at once."))
    public_from = MomentField(label=_("Everybody sees it from (Beijing time)"), required=False, help_text=_("Empty: only members."))
    is_mailed = forms.BooleanField(label=_("Mail it when members may see it"), required=False, initial=True)
    audience = forms.ModelChoiceField(
        Audience.objects.all(), label=_("To"), required=False, empty_label=_("The liaisons of all member units"), help_text=_("More mailings can follow later.")
    )

    def clean(self) -> dict[str, Any]:
        """Members first (R12)."""
        data = super().clean() or {}
        if data.get("public_from") and data.get("members_from") and data["public_from"] < data["members_from"]:
            raise forms.ValidationError(_("Members must see it first."))
        return data


class SendForm(forms.Form):
    """One more mailing."""

    audience = forms.ModelChoiceField(Audience.objects.all(), label=_("To"), required=False, empty_label=_("The liaisons of all member units"))
    starts_at = MomentField(label=_("Begins (Beijing time)"), required=False, help_text=_("Empty: at once."))
    words = forms.CharField(
        label=_("Words in the mail"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stand below the link. Fields such as {{单位名称}} are filled for each unit."),
    )
    is_voluntary = forms.BooleanField(
        label=_("Voluntary"), required=False, help_text=_("For invitations and news: who declines such mails is left out, and each mail says how to decline.")
    )


class WordsForm(forms.Form):
    """What stands in the mail beside the shipped text."""

    words = forms.CharField(label=_("Words in the mail"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class ChoiceForm(forms.Form):
    """How one is written to."""

    digest = forms.BooleanField(label=_("One mail a day with all official notices, instead of one each"), required=False)
    voluntary = forms.BooleanField(label=_("Also invitations and news that are voluntary"), required=False)
