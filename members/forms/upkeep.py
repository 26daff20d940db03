"""What staff say about people, units and the yearly data check."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.forms.fields import FoldedCharField, FoldedEmailField
from members.forms.membership import DATE
from members.models import Person


def _who_it_is(person: Person) -> str:
    """Name, units and contact data of a person: what tells two of one name apart."""
    units = dict.fromkeys(affiliation.institution.name for affiliation in person.affiliations.all())
    return " · ".join(filter(None, (person.name, "、".join(units), person.department, person.email, person.mobile)))


class PersonNumberForm(forms.Form):
    """The record that stays."""

    keep = forms.ModelChoiceField(Person.objects.none(), label=_("Person that stays"), empty_label=None)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Person.objects.filter(merged_into=None, erased_at=None).exclude(pk=person.pk)
        same = others.filter(name=person.name)
        if person.email:
            same |= others.filter(email__iexact=person.email)
        self.fields["keep"].queryset = same.prefetch_related("affiliations__institution")
        self.fields["keep"].label_from_instance = _who_it_is


class InviteForm(forms.Form):
    """Whom to make liaison of the unit."""

    name = FoldedCharField(label=_("Name"), max_length=80)
    email = FoldedEmailField(label=_("E-mail"))


class OpenCheckForm(forms.Form):
    """A round."""

    name = FoldedCharField(label=pgettext_lazy("of a thing", "Name"), max_length=80, help_text=_("For example 2026年度信息核对."))
    due_on = forms.DateField(label=_("Answer until"), **DATE)
