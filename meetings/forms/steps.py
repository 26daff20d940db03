"""What staff type in the steps of meetings and registrations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import RegistrationStatus
from meetings.models import Meeting, Offer
from members.forms.fields import FoldedCharField, FoldedEmailField
from members.sheets.institutions import find_institution


class ReasonForm(forms.Form):
    """Why."""

    reason = FoldedCharField(label=_("Reason"), max_length=200)


class CancelPlaceForm(ReasonForm):
    """Why, and whether the unit loses anything."""

    give_back = forms.BooleanField(label=_("Give seat and free meeting back even after the time for cancelling"), required=False)


class StaffRegisterForm(forms.Form):
    """Whom, for which unit, on what terms, and why."""

    institution_name = FoldedCharField(label=_("Unit"), max_length=120, help_text=_("Any name it goes by."))
    name = FoldedCharField(label=_("Name"), max_length=80)
    email = FoldedEmailField(label=_("E-mail"), required=False)
    offer = forms.ModelChoiceField(Offer.objects.none(), label=_("On what terms"), empty_label=None)
    reason = FoldedCharField(label=_("Reason"), max_length=200, help_text=_("Recorded, since the rules of the offer are not asked."))

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offer"].queryset = meeting.offers.filter(price__isnull=False)

    def clean_institution_name(self) -> Any:
        """The one institution of that name."""
        institution, why = find_institution(self.cleaned_data["institution_name"])
        if institution is None:
            raise forms.ValidationError(why)
        return institution


class LetterForm(forms.Form):
    """To whom, and what."""

    statuses = forms.MultipleChoiceField(
        label=_("State"), choices=RegistrationStatus.choices, initial=[RegistrationStatus.CONFIRMED], widget=forms.CheckboxSelectMultiple
    )
    offers = forms.ModelMultipleChoiceField(
        Offer.objects.none(), required=False, label=_("Terms"), widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all.")
    )
    provinces = forms.MultipleChoiceField(required=False, label=_("Province"), widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all."))
    unanswered = forms.BooleanField(required=False, label=_("Only those who have not answered the questions"))
    subject = FoldedCharField(label=_("Subject"), max_length=150)
    text = forms.CharField(
        label=_("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 10}), help_text=_("The salutation and the person's link are added.")
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offers"].queryset = meeting.offers.all()
        found = meeting.registrations.order_by().values_list("institution__province", flat=True).distinct()
        self.fields["provinces"].choices = [(name, name) for name in sorted(name for name in found if name)]
        if not self.fields["provinces"].choices:
            del self.fields["provinces"]


class ProlongForm(forms.Form):
    """Until when."""

    until = forms.DateField(label=_("Held unpaid until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class WriteForm(forms.Form):
    """A letter to those who were ticked in the list."""

    subject = FoldedCharField(label=_("Subject"), max_length=150)
    text = forms.CharField(
        label=_("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 10}), help_text=_("The salutation and the person's link are added.")
    )
