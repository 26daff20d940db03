"""Conditions of an audience, as a form and back."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting
from members.enums import PersonRole
from members.models import Institution, InstitutionAlias, Person, Tier
from notices.enums import NoticeState, Presence, Standing, UnitKind
from notices.models import Audience, Notice

Found = tuple[list[int], list[int]]


class ByHandField(forms.CharField):
    """Units and people, one a line: a unit by any of its names, a person by e-mail. Cleans to the ids of institutions and of people."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Found:  # type: ignore[override]
        """Raises ValidationError with every line that means nobody, or more than one."""
        lines = [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]
        units, people, wrong = [], [], []
        for line in lines[:500]:
            rows = list(Person.objects.filter(email__iexact=line, merged_into=None)[:2]) if "@" in line else list(_institutions(line)[:2])
            if len(rows) != 1:
                wrong.append(line)
            elif isinstance(rows[0], Person):
                people.append(rows[0].pk)
            else:
                units.append(rows[0].pk)
        if wrong:
            raise forms.ValidationError(_t("Nobody, or more than one, is known as: %(lines)s") % {"lines": "、".join(wrong[:10])})
        return units, people

    @staticmethod
    def as_text(units: list[int], people: list[int]) -> str:
        """The lines that mean these."""
        names = Institution.objects.filter(pk__in=units).values_list("name", flat=True)
        return "\n".join([*names, *Person.objects.filter(pk__in=people).values_list("email", flat=True)])


def _institutions(name: str) -> Any:
    by_alias = InstitutionAlias.objects.filter(name=name, ambiguous=False).values("institution")
    return Institution.objects.filter(Q(name=name) | Q(pk__in=by_alias), merged_into=None)


def _choices(enum: Any, label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(choices=enum.choices, label=label, required=False, widget=forms.CheckboxSelectMultiple)


class AudienceForm(forms.Form):
    """Every condition that is left empty asks for nothing; those that are filled must all be true."""

    name = forms.CharField(label=_("Name of the audience"), max_length=80)
    roles = forms.MultipleChoiceField(
        choices=PersonRole.choices, label=_("Who at the units"), initial=[PersonRole.LIAISON], widget=forms.CheckboxSelectMultiple
    )
    standing = _choices(Standing, _("Standing"))
    kinds = _choices(UnitKind, _("Kind"))
    tiers = forms.ModelMultipleChoiceField(Tier.objects.all(), label=_("Tier of this year"), required=False, widget=forms.CheckboxSelectMultiple)
    provinces = forms.MultipleChoiceField(label=_("Province"), required=False, help_text=_("Several with the Ctrl key; none means all."))
    joined_from = forms.DateField(label=_("Joined from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    joined_until = forms.DateField(label=_("Joined until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    owes = forms.ChoiceField(label=_("Owes something"), required=False, choices=[("", _("Either way")), ("yes", _("Yes")), ("no", _("No"))])
    meeting = forms.ModelChoiceField(Meeting.objects.all(), label=_("Meeting"), required=False, empty_label=_("Any"))
    presence = forms.ChoiceField(
        label=_("At this meeting"),
        required=False,
        choices=[("", "—"), *Presence.choices],
        help_text=_("Registered and attended mean the people themselves; not registered means the units that send nobody."),
    )
    not_acknowledged = forms.ModelChoiceField(Notice.objects.filter(state=NoticeState.ISSUED), label=_("Has not acknowledged"), required=False, empty_label="—")
    added = ByHandField(label=_("Also to"), required=False, help_text=_("One a line: a unit's name, or the e-mail address of a person in the register."))
    taken_out = ByHandField(label=_("But not to"), required=False, help_text=_("As above."))

    def __init__(self, *args: Any, instance: Audience | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance = instance
        provinces = Institution.objects.filter(memberships__isnull=False).exclude(province="").order_by("province").values_list("province", flat=True)
        self.fields["provinces"].choices = [(name, name) for name in provinces.distinct()]  # type: ignore[attr-defined]
        for name in ("added", "taken_out"):
            self.fields[name].widget.attrs["rows"] = 3

    def clean_name(self) -> str:
        """Names are unique."""
        name = self.cleaned_data["name"]
        if Audience.objects.filter(name=name).exclude(pk=getattr(self.instance, "pk", None)).exists():
            raise forms.ValidationError(_("Another audience has this name."))
        return name

    def clean(self) -> dict[str, Any]:
        """A meeting and what of it belong together."""
        data = super().clean() or {}
        if bool(data.get("meeting")) != bool(data.get("presence")):
            self.add_error("presence", _("Choose a meeting and what the unit has to do with it, or neither."))
        return data

    def conditions(self) -> dict[str, Any]:
        """As they are kept: ids, words and dates in plain JSON; what is empty is left out."""
        data = self.cleaned_data
        (with_units, with_people), (without_units, without_people) = data["added"], data["taken_out"]
        raw = {
            **{name: list(data[name]) for name in ("roles", "standing", "kinds", "provinces")},
            "tiers": [tier.pk for tier in data["tiers"]],
            **{name: data[name].isoformat() for name in ("joined_from", "joined_until") if data[name]},
            "owes": data["owes"],
            "meeting": data["meeting"].pk if data["meeting"] else None,
            "presence": data["presence"],
            "not_acknowledged": data["not_acknowledged"].pk if data["not_acknowledged"] else None,
            "with_units": with_units,
            "with_people": with_people,
            "without_units": without_units,
            "without_people": without_people,
        }
        return {name: value for name, value in raw.items() if value}


def initial_of(audience: Audience) -> dict[str, Any]:
    """The form's values of a saved audience."""
    kept = audience.conditions
    return {
        **kept,
        "name": audience.name,
        "added": ByHandField.as_text(kept.get("with_units", []), kept.get("with_people", [])),
        "taken_out": ByHandField.as_text(kept.get("without_units", []), kept.get("without_people", [])),
    }
