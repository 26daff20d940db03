"""Fields in a notice, `{{单位名称}}`: what is particular to each unit that reads it.

The number, the date and everything else of an official notice are the same for all; only such words differ. Who belongs to no unit
(the public, staff) reads the general words instead.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELD = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


@dataclass(frozen=True)
class Field:
    """A field: its Chinese and its English name (both are understood), what it is, and what stands there for those who have no unit."""

    name: str
    english: str
    label: str | Promise
    general: str


FIELDS = (
    Field("单位名称", "institution", _("Official name of the unit"), "贵单位"),
    Field("联络人", "person", _("Name of the person who is written to"), "联络人"),
    Field("会员编号", "member_number", _("Member number"), "会员编号"),
    Field("会员类别", "tier", _("Tier of this year"), "会员类别"),
    Field("入盟日期", "joined_on", _("Day of joining"), "入盟日期"),
    Field("应缴金额", "owed", _("What the unit owes in all"), "应缴金额"),
    Field("缴费截止日期", "due_on", _("Earliest due date of what is owed"), "缴费截止日期"),
    Field("免费会议余额", "meetings_left", _("Free quarterly meetings left this year"), "免费会议余额"),
    Field("缴费页面", "dues_link", _("Link to the unit's dues"), "成员单位缴费页面"),
    Field("单位主页", "portal_link", _("Link to the unit's own pages"), "成员单位主页"),
    Field("本年", "year", _("The present year"), "本年度"),
    Field("联盟名称", "alliance", _("Name of the alliance"), "联盟"),
)
BY_NAME = {name: field for field in FIELDS for name in (field.name, field.english)}


def fields_in(text: str) -> list[str]:
    """The names of the fields in a text, as written."""
    return [hit.group(1) for hit in FIELD.finditer(text)]


def unknown_fields(text: str) -> list[str]:
    """Those that we do not know, each once."""
    return list(dict.fromkeys(name for name in fields_in(text) if name not in BY_NAME))


def fill(text: str, values: dict[str, str] | None = None) -> str:
    """The text with its fields filled: `values` by Chinese name, else the general words. An unknown field stays, for all to see."""

    def word(hit: re.Match[str]) -> str:
        field = BY_NAME.get(hit.group(1))
        if field is None:
            return hit.group(0)
        return (values or {}).get(field.name) or field.general

    return FIELD.sub(word, text)
