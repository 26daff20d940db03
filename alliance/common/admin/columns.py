"""Columns of lists that look one way on the page and are another value in a file."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.utils.functional import Promise

from alliance.common.money import format_money


def yuan(field: str, label: str | Promise) -> Callable[[Any, Any], str]:
    """A column with the amount of `field` as money; an exported file gets the number itself, which adds up."""

    @admin.display(description=label, ordering=field)
    def shown(model_admin: Any, obj: Any) -> str:
        value = getattr(obj, field)
        return "—" if value is None else format_money(value)

    shown.exported = field  # type: ignore[attr-defined]
    return shown
