"""Filters and tags of our templates."""

import contextlib
import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from alliance.common.charts import Chart
from alliance.common.clock import BEIJING
from alliance.common.money import format_money

register = template.Library()

TAGS = {
    "success": {"admitted", "active", "settled", "confirmed", "attended", "done", "sent", "approved", "passed"},
    "info": {"submitted", "screened", "balloted", "open", "running", "published", "part_paid", "sending"},
    "warning": {"returned", "pending_payment", "waitlisted", "unpaid", "offered", "suspended", "waiting", "unknown", "overdue"},
    "error": {"declined", "failed", "void", "absent", "rejected"},
}


@register.filter
def yuan(amount: Decimal | int | str) -> str:
    """An amount in yuan as ¥5,000.00."""
    return format_money(amount)


TITLES = ("老师", "理事", "主任", "处长", "院长", "校长", "部长", "科长", "教授", "）", ")")


@register.filter
def addressed(name: str) -> str:
    """A name as a letter begins with it: 李 becomes 李老师 in Chinese, unless the name ends with a title already; unchanged in English."""
    text = str(name or "")
    if not text or (translation.get_language() or "").startswith("en") or text.endswith(TITLES):
        return text
    return f"{text}老师"


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
def fact(value: object) -> object:
    """A fact of a verifiable document: dates are kept as 2026-03-05 and shown as every other date."""
    if isinstance(value, str) and len(value) == 10:
        with contextlib.suppress(ValueError):
            return day(dt.date.fromisoformat(value))
    return value


@register.filter
def short_day(value: dt.date | dt.datetime | None) -> str:
    """A date without its year, as 3月20日 or 20 March."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.astimezone(BEIJING).date()
    if (translation.get_language() or "").startswith("en"):
        return date_format(value, "j F")
    return f"{value.month}月{value.day}日"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A time in Beijing with its date, to the minute."""
    return f"{day(value)} {value.astimezone(BEIJING):%H:%M}" if value else ""


@register.filter
def clock(value: dt.datetime | None) -> str:
    """The time of day in Beijing, as 09:30."""
    return f"{value.astimezone(BEIJING):%H:%M}" if value else ""


@register.filter
def span(event: Any) -> str:
    """From when to when in Beijing, of anything with `starts_at` and `ends_at`: the day is said once when it is the same."""
    begin, end = event.starts_at.astimezone(BEIJING), event.ends_at.astimezone(BEIJING)
    return f"{moment(begin)}–{clock(end) if begin.date() == end.date() else moment(end)}"


@register.filter
def tag_class(state: Any) -> str:
    """The colour of a state's pill; the word inside says the same, so nothing depends on colour alone."""
    for colour, states in TAGS.items():
        if str(state) in states:
            return f"tag tag--{colour}"
    return "tag"


@register.simple_tag
def status_tag(state: Any, label: Any) -> SafeString:
    """The pill of a state: its class from the state, its word from the label."""
    return format_html('<span class="{}">{}</span>', tag_class(state), label)


@register.inclusion_tag("components/crumbs.html")
def crumbs(*parts: Any) -> dict[str, Any]:
    """The way to this page: label, address, label, address, …, and the label of the page itself."""
    return {"links": list(zip(parts[0:-1:2], parts[1::2], strict=True)), "here": parts[-1] if len(parts) % 2 else ""}


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: dict[str, Any], field: str, label: Any, css: str = "") -> dict[str, Any]:
    """A column's head that sorts by `?sort=field`, then by `?sort=-field`. Filters stay, the page number does not."""
    current = context["request"].GET.get("sort", "")
    direction = {field: "ascending", f"-{field}": "descending"}.get(current, "")
    wanted = f"-{field}" if direction == "ascending" else field
    return {"url": query(context, sort=wanted, page=""), "label": label, "direction": direction, "css": css}


@register.inclusion_tag("components/chart.html")
def chart(chart: Chart) -> dict[str, Any]:
    """A chart with its table; see alliance.common.charts."""
    return {"chart": chart}


@register.filter
def first_choice(field: BoundField) -> str:
    """Where the summary of errors leads for a field: its input, or the first choice of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of a group's help and error, for its fieldset; single inputs get theirs from Django."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    return " ".join([*ids, f"{field.auto_id}_error"] if field.errors else ids)


@register.filter
def without_placeholders(form: BaseForm) -> BaseForm:
    """The same form without grey words in its fields: the label above says it already, and stays when one types."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


@register.simple_tag
def upload_limit() -> int:
    """The largest upload in bytes, so that the browser can say so before sending."""
    return settings.UPLOAD_MAX_BYTES


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
