"""What is entered for a ballot that opens or runs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.fields import MomentField


class ScheduleForm(forms.Form):
    """When, or empty for not at all."""

    opens_at = MomentField(label=_("Opens (Beijing time)"), required=False, help_text=_("Empty: it opens only by hand."))


class ExtendForm(forms.Form):
    """Until when, and why."""

    closes_at = MomentField(label=_("Closes (Beijing time)"))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class CancelForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
