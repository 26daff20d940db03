"""Fields in which a unit is typed by any of its names, with suggestions, instead of picked from a list of thousands."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from alliance.common.money import format_money
from fees.forms.fields import folded, member_units
from fees.models import Invoice
from members.models import Institution, Membership
from members.selectors.institutions import find_institution
from members.selectors.memberships import current_members

# Anything longer is a code of the ministry or a number of a notice, not a row's key in an address.
LONGEST_KEY = 8
TYPE_A_NAME = _("Official, former or short name; suggestions appear as you type.")


class SuggestingInput(forms.TextInput):
    """A line of text with a list of suggestions. Fields of one form may share the list: only the first brings it along (`brings`)."""

    def __init__(self, name: str, suggestions: Callable[[], Any], *, brings: bool = True) -> None:
        super().__init__(attrs={"list": name, "autocomplete": "off"})
        self.name, self.suggestions, self.brings = name, suggestions, brings

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The line, and behind it the list."""
        line = super().render(name, value, attrs, renderer)
        if not self.brings:
            return line
        rows = ((text,) for text in self.suggestions())
        return format_html('{}<datalist id="{}">{}</datalist>', line, self.name, format_html_join("", '<option value="{}"></option>', rows))


def _is_key(text: Any) -> bool:
    return isinstance(text, int) or (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY)


class TypedChoice(forms.Field):
    """A record that is typed. Links of our own pages may give its key instead. Subclasses say `rows`, `find` and `shown`."""

    unknown = _("There is nothing of this kind here.")

    def rows(self) -> QuerySet[Any]:
        """What may be chosen."""
        raise NotImplementedError

    def find(self, text: str) -> Model:
        """The record that goes by `text`; raises ValidationError, which says why there is none."""
        raise NotImplementedError

    def shown(self, record: Any) -> str:
        """The record as it stands in the line."""
        return str(record)

    def prepare_value(self, value: Any) -> Any:
        """A record or its key as text; what was typed stays."""
        if isinstance(value, Model):
            return self.shown(value)
        if _is_key(value):
            record = self.rows().filter(pk=value).first()
            return self.shown(record) if record is not None else value
        return value

    def to_python(self, value: Any) -> Any:
        """Find it."""
        if value in self.empty_values:
            return None
        if isinstance(value, Model):
            return value
        text = folded(value)
        if not text:
            return None
        if _is_key(text):
            record = self.rows().filter(pk=text).first()
            if record is None:
                raise forms.ValidationError(self.unknown)
            return record
        return self.find(text.replace("\x00", ""))


def _units() -> QuerySet[Any, str]:
    return member_units().values_list("name", flat=True)  # type: ignore[no-any-return]


class UnitField(TypedChoice):
    """A unit that is or was a member."""

    unknown = _("This unit is not and was not a member.")

    def __init__(self, *, brings: bool = True, **kwargs: Any) -> None:
        super().__init__(widget=SuggestingInput("units", _units, brings=brings), **{"help_text": TYPE_A_NAME, **kwargs})

    def rows(self) -> QuerySet[Institution]:
        """Units with a membership, also one that has ended."""
        return member_units()  # type: ignore[no-any-return]

    def find(self, text: str) -> Institution:
        """By any of its names."""
        found, why = find_institution(text)
        if found is None:
            raise forms.ValidationError(why)
        if not self.rows().filter(pk=found.pk).exists():
            raise forms.ValidationError(self.unknown)
        return found


class MembershipField(TypedChoice):
    """The membership of a unit that is a member today."""

    unknown = _("This unit is not a member today.")

    def __init__(self, **kwargs: Any) -> None:
        widget = SuggestingInput("members", lambda: current_members().values_list("institution__name", flat=True))
        super().__init__(widget=widget, **{"help_text": TYPE_A_NAME, **kwargs})

    def rows(self) -> QuerySet[Membership]:
        """Active and suspended ones."""
        return current_members()

    def find(self, text: str) -> Membership:
        """By any name of the unit."""
        found, why = find_institution(text)
        if found is None:
            raise forms.ValidationError(why)
        membership = self.rows().filter(institution=found).first()
        if membership is None:
            raise forms.ValidationError(self.unknown)
        return membership

    def shown(self, record: Any) -> str:
        """The unit's name."""
        return str(record.institution.name)


class UnitsField(forms.CharField):
    """Several units, one a line; each by any of its names, each once. Gives a list of institutions."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> Any:
        """All are found, or the message names each that is not."""
        found: dict[int, Institution] = {}
        errors = []
        for line in (folded(part) for part in str(super().clean(value) or "").splitlines()):
            if not line:
                continue
            try:
                unit = UnitField().clean(line)
            except forms.ValidationError as error:
                errors += [f"{line}：{message}" for message in error.messages]
            else:
                found.setdefault(unit.pk, unit)
        if errors:
            raise forms.ValidationError(errors)
        return list(found.values())


class NoticeField(TypedChoice):
    """An open payment notice, typed by its number; the suggestions name unit and amount."""

    unknown = _("There is no open payment notice of this number.")

    def __init__(self, invoices: QuerySet[Invoice], **kwargs: Any) -> None:
        self.invoices = invoices
        super().__init__(widget=SuggestingInput("notices", self._labels), **kwargs)

    def _labels(self) -> list[str]:
        return [self.shown(invoice) for invoice in self.invoices]

    def rows(self) -> QuerySet[Invoice]:
        """As given."""
        return self.invoices

    def shown(self, record: Any) -> str:
        """Number, unit, owed."""
        return f"{record.number} · {record.institution_name} · {format_money(record.owed)}"

    def find(self, text: str) -> Invoice:
        """By the number with which the text begins."""
        found = self.invoices.filter(number__iexact=text.split("·", maxsplit=1)[0].strip()).first()
        if found is None:
            raise forms.ValidationError(self.unknown)
        return found
