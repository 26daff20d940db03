"""Names of institutions, and roles of people that end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.clock import today
from members.enums import AliasKind, Level, Ownership
from members.forms.application import CreditCodeMixin
from members.forms.fields import FoldedCharField, FoldedEmailField
from members.forms.membership import DATE
from members.models import Affiliation, Institution, InstitutionAlias, Person


class NewInstitutionForm(CreditCodeMixin, forms.Form):
    """A university that the ministry's list does not have."""

    name = FoldedCharField(label=_("Official name in full"), max_length=120)
    name_en = FoldedCharField(label=_("English name"), max_length=200, required=False)
    province = FoldedCharField(label=_("Province"), max_length=40, required=False)
    city = FoldedCharField(label=_("City"), max_length=60, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=[("", "—"), *Level.choices], required=False)
    ownership = forms.ChoiceField(label=_("Ownership"), choices=Ownership.choices)
    credit_code = FoldedCharField(label=_("Unified social credit code"), max_length=40, required=False)


class AddNameForm(forms.Form):
    """A name and what kind of name it is."""

    name = FoldedCharField(label=pgettext_lazy("of a thing", "Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=[c for c in AliasKind.choices if c[0] != AliasKind.OFFICIAL])
    valid_until = forms.DateField(label=_("In use until"), required=False, help_text=_("For former names."), **DATE)
    ambiguous = forms.BooleanField(
        label=_("Others go by this name, too: never decide by it alone"), required=False,
    )  # fmt: skip


class RenameForm(forms.Form):
    """The new name, and since when."""

    name = FoldedCharField(label=_("New official name"), max_length=120)
    on = forms.DateField(label=_("From"), initial=today, **DATE)


class RemoveNameForm(forms.Form):
    """Which one."""

    alias = forms.ModelChoiceField(InstitutionAlias.objects.none(), label=pgettext_lazy("of a thing", "Name"), empty_label=None)

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alias"].queryset = institution.aliases.exclude(kind=AliasKind.OFFICIAL)  # type: ignore[attr-defined]
        self.fields["alias"].label_from_instance = lambda a: f"{a.name} · {a.get_kind_display()}"  # type: ignore[attr-defined]


class EndRoleForm(forms.Form):
    """Which one."""

    affiliation = forms.ModelChoiceField(Affiliation.objects.none(), label=_("Role"), empty_label=None)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["affiliation"].queryset = person.affiliations.filter(until=None).select_related("institution")  # type: ignore[attr-defined]
        self.fields["affiliation"].label_from_instance = lambda a: f"{a.institution.name} · {a.get_role_display()}"  # type: ignore[attr-defined]


class SigninAddressForm(forms.Form):
    """The address that takes the place of the one so far."""

    email = FoldedEmailField(label=_("New e-mail address"))
