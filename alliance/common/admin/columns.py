"""Columns of lists that look one way on the page and are another value in a file."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.utils.functional import Promise
from django.utils.html import format_html

from alliance.common.money import format_money


def yuan(field: str, label: str | Promise) -> Callable[[Any, Any], str]:
    """A column with the amount of `field` as money; an exported file gets the number itself, which adds up."""

    @admin.display(description=label, ordering=field)
    def shown(model_admin: Any, obj: Any) -> str:
        value = getattr(obj, field)
        # In one piece: a break after the sign would leave a minus alone on its line.
        return "—" if value is None else format_html('<span class="nowrap">{}</span>', format_money(value))

    shown.exported = field  # type: ignore[attr-defined]
    return shown
