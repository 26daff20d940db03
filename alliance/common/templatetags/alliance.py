"""Filters and tags of our templates."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.utils import translation
from django.utils.formats import date_format

from alliance.common.clock import BEIJING
from alliance.common.money import format_money

register = template.Library()

TAGS = {
    "success": {"admitted", "active", "settled", "confirmed", "attended", "done", "sent", "approved", "passed"},
    "info": {"submitted", "screened", "balloted", "open", "running", "published", "part_paid", "sending"},
    "warning": {"returned", "pending_payment", "waitlisted", "suspended", "waiting", "unknown", "overdue"},
    "error": {"declined", "failed", "void", "absent", "rejected"},
}


@register.filter
def yuan(amount: Decimal | int | str) -> str:
    """An amount in yuan as ¥5,000.00."""
    return format_money(amount)


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """A date as 2026年3月5日, or 5 March 2026."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.astimezone(BEIJING).date()
    if (translation.get_language() or "").startswith("en"):
        return date_format(value, "j F Y")
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A time in Beijing with its date, to the minute."""
    return f"{day(value)} {value.astimezone(BEIJING):%H:%M}" if value else ""


@register.filter
def tag_class(state: Any) -> str:
    """The colour of a state's pill; the word inside says the same, so nothing depends on colour alone."""
    for colour, states in TAGS.items():
        if str(state) in states:
            return f"tag tag--{colour}"
    return "tag"


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The present address's query with some values changed (or removed, by giving an empty one)."""
    values = context["request"].GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            values.pop(name, None)
        else:
            values[name] = value
    return f"?{values.urlencode()}" if values else "?"
