"""Fields of the forms about money: what people and banks write is folded before it is read."""

import datetime as dt
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import today
from members.models import Institution

FOUNDED = dt.date(2018, 10, 1)
# Signs that people and banks write around an amount; NFKC has already turned full-width digits, points and commas into plain ones.
AROUND = str.maketrans("", "", ",， ¥￥元\u00a0")


def folded(value: Any) -> Any:
    """Text with full-width characters made plain and without space around it; anything else as it is."""
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def parse_day(text: str) -> dt.date | None:
    """A date from an address, or None for what is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


class FoldedField(forms.CharField):
    """Text in which full-width letters and digits are as good as plain ones."""

    def to_python(self, value: Any) -> str:
        """Fold, then as ever."""
        return super().to_python(folded(value))


class AmountField(forms.DecimalField):
    """Yuan above zero: full-width digits, thousands separators and a yuan sign are understood."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_digits=12, decimal_places=2, min_value=Decimal("0.01"), widget=widget, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Fold, strip, read."""
        text = folded(value)
        if isinstance(text, str):
            text = text.translate(AROUND)
            if any(c.isalpha() for c in text):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)

    def run_validators(self, value: Any) -> None:
        """One message for one amount: what is too small is not also said to have too many places."""
        try:
            super().run_validators(value)
        except forms.ValidationError as error:
            raise error.error_list[0] from None


class DayField(forms.DateField):
    """A day, not after today."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> dt.date | None:
        """Full-width digits too."""
        return super().to_python(folded(value))

    def validate(self, value: dt.date | None) -> None:
        """Money does not come tomorrow."""
        super().validate(value)
        if value and value > today():
            raise forms.ValidationError(_("The date lies in the future."))
        if value and value < FOUNDED:
            raise forms.ValidationError(_("The date lies before the alliance was founded."))


class FutureDayField(forms.DateField):
    """Any day."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def member_units() -> Any:
    """Units with a membership, by name."""
    return Institution.objects.filter(memberships__isnull=False).distinct().order_by("name")
