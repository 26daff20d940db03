"""Planning: the next meeting from a template or as last time, the list into the next meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from alliance.common.fields import MomentField
from meetings.enums import MeetingStatus, RegistrationStatus
from meetings.models import Meeting, MeetingTemplate
from members.forms.fields import FoldedCharField

DAY = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class PlanForm(forms.Form):
    """Which pattern, on which day."""

    template = forms.ModelChoiceField(MeetingTemplate.objects.all(), label=gettext_lazy("Template"), empty_label=None)
    day = forms.DateField(label=gettext_lazy("Date"), **DAY)


class RepeatForm(forms.Form):
    """When, and called what."""

    starts_at = MomentField(label=gettext_lazy("Begins"))
    title = FoldedCharField(label=gettext_lazy("Title"), max_length=160)


class CopyForm(forms.Form):
    """Where to, and who of them."""

    target = forms.ModelChoiceField(Meeting.objects.none(), label=gettext_lazy("Into"), empty_label=None)
    statuses = forms.MultipleChoiceField(
        label=gettext_lazy("Whom"), widget=forms.CheckboxSelectMultiple, initial=[RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED],
        choices=[(s, s.label) for s in (RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED, RegistrationStatus.ABSENT, RegistrationStatus.WAITLISTED)],
    )  # fmt: skip

    def __init__(self, *args: Any, source: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = Meeting.objects.filter(status=MeetingStatus.PUBLISHED, starts_at__gt=source.starts_at).order_by("starts_at")
