"""Registering colleagues."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import LIVE
from meetings.models import Meeting
from members.forms.application import FoldedCharField
from members.models import Institution, Person
from members.selectors.memberships import affiliations_in_force


class RegisterForm(forms.Form):
    """Pick from the unit's people, and add one who is not there yet."""

    people = forms.ModelMultipleChoiceField(Person.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label=_("People of your unit"))
    name = FoldedCharField(label=_("Somebody else: name"), max_length=80, required=False)
    email = forms.EmailField(label=_("Somebody else: e-mail"), required=False)

    def __init__(self, *args: Any, institution: Institution, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = affiliations_in_force(institution).values_list("person_id", flat=True)
        taken = meeting.registrations.filter(status__in=LIVE).values_list("person_id", flat=True)
        field = self.fields["people"]
        field.queryset = Person.objects.filter(pk__in=known).exclude(pk__in=taken)
        field.label_from_instance = lambda person: f"{person.name} {person.post} {person.email}".strip()

    def clean(self) -> dict[str, Any]:
        """At least one person; a new one with name and address."""
        data = super().clean() or {}
        if bool(data.get("name")) != bool(data.get("email")) and "email" not in self.errors:
            self.add_error("email" if data.get("name") else "name", _("A new person needs a name and an e-mail address."))
        elif not data.get("people") and not data.get("name") and not self.errors:
            raise forms.ValidationError(_("Choose at least one person."))
        return data


class SubstituteForm(forms.Form):
    """Who comes instead."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Who comes instead"))

    def __init__(self, *args: Any, institution: Institution, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = affiliations_in_force(institution).values_list("person_id", flat=True)
        taken = meeting.registrations.filter(status__in=LIVE).values_list("person_id", flat=True)
        self.fields["person"].queryset = Person.objects.filter(pk__in=known).exclude(pk__in=taken)
