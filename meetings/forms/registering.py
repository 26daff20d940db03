"""Registering colleagues."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import LIVE
from meetings.models import Meeting
from members.forms.fields import FoldedCharField, FoldedEmailField
from members.models import Institution, Person
from members.selectors.memberships import affiliations_in_force

# So many new colleagues fit on the page beside those whom the unit has already.
NEW_ROWS = ("", "_2", "_3")


class RegisterForm(forms.Form):
    """Pick from the unit's people, and add up to three who are not there yet."""

    people = forms.ModelMultipleChoiceField(Person.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label=_("People of your unit"))

    def __init__(self, *args: Any, institution: Institution, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        field.queryset = free_people(institution, meeting)
        field.label_from_instance = lambda person: f"{person.name} {person.post} {person.email}".strip()
        for number, row in enumerate(NEW_ROWS, start=1):
            self.fields[f"name{row}"] = FoldedCharField(label=_("New colleague %(number)s: name") % {"number": number}, max_length=80, required=False)
            self.fields[f"email{row}"] = FoldedEmailField(label=_("New colleague %(number)s: e-mail") % {"number": number}, required=False)

    def clean(self) -> dict[str, Any]:
        """At least one person; a new one with name and address."""
        data = super().clean() or {}
        for row in NEW_ROWS:
            name, email = f"name{row}", f"email{row}"
            if bool(data.get(name)) != bool(data.get(email)) and email not in self.errors:
                self.add_error(email if data.get(name) else name, _("A new person needs a name and an e-mail address."))
        if not data.get("people") and not self.new_people() and not self.errors:
            raise forms.ValidationError(_("Choose at least one person."))
        return data

    def new_people(self) -> list[tuple[str, str]]:
        """Name and address of those who were typed."""
        pairs = [(self.cleaned_data.get(f"name{row}", ""), self.cleaned_data.get(f"email{row}", "")) for row in NEW_ROWS]
        return [(name, email) for name, email in pairs if name]


class SubstituteForm(forms.Form):
    """Who comes instead."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Who comes instead"))

    def __init__(self, *args: Any, institution: Institution, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = free_people(institution, meeting)


class CancelForm(forms.Form):
    """Why a place is given up."""

    reason = FoldedCharField(label=_("Reason"), max_length=200, required=False, help_text=_("Helps the secretariat to plan."))


class NominateForm(forms.Form):
    """Whom the unit names for a recommended place."""

    offer = forms.ModelChoiceField(None, label=_("On what terms"), empty_label=None)
    person = forms.ModelChoiceField(Person.objects.none(), label=_("Person"))
    statement = FoldedCharField(label=_("Why this person"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, institution: Institution, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offer"].queryset = meeting.offers.filter(nominations_per_unit__gt=0)
        self.fields["person"].queryset = free_people(institution, meeting)


def free_people(institution: Institution, meeting: Meeting) -> Any:
    """The unit's people of today who are not registered for the meeting."""
    known = affiliations_in_force(institution).values_list("person_id", flat=True)
    taken = meeting.registrations.filter(status__in=LIVE).values_list("person_id", flat=True)
    return Person.objects.filter(pk__in=known).exclude(pk__in=taken)
