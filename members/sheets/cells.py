"""What a cell of members' tables says: a choice in either language, a history of tiers, times of rest."""

import datetime as dt
import itertools
import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override

from alliance.common.sheets.services import as_date
from alliance.common.sheets.text import cell_text

LANGUAGES = ("zh-hans", "en")
TIER = re.compile(r"^(\d{4})\s*年?\s*起?\s*:?\s*(\S.*)$")
REST = re.compile(r"^(\d{4}\D\d{1,2}\D\d{1,2}日?)\s*(?:至|到|~|—|–|to|-)\s*(\d{4}\D\d{1,2}\D\d{1,2}日?|今|now)?\s*:?\s*(.*)$")


class CellUnclear(ValueError):
    """The cell's text is none of what it may be; the message says why, for people."""


@dataclass(frozen=True)
class Rest:
    """A time of rest: first day, day of the return (None while it lasts), reason. Beijing dates."""

    since: dt.date
    until: dt.date | None
    reason: str


def day_text(day: dt.date | None) -> str:
    """2025-03-05, or nothing."""
    return day.isoformat() if day else ""


def choice_of(text: str, choices: type[models.TextChoices]) -> str | None:
    """The value that `text` means: the value itself, or its label in one of our languages."""
    wanted = cell_text(text)
    for language in LANGUAGES:
        with override(language):
            for value, label in choices.choices:
                if wanted in {value, cell_text(str(label))}:
                    return str(value)
    return None


def tiers_of(text: str, known: dict[str, str]) -> dict[int, str]:
    """`2024 普通联盟单位`, one a line → year to the tier's name. `known`: names and codes, folded, to names. Raises CellUnclear."""
    found: dict[int, str] = {}
    for line in _lines(text):
        match = TIER.match(line)
        name = known.get(cell_text(match[2])) if match else None
        if match is None or name is None or not 2000 <= int(match[1]) <= 2100:
            raise CellUnclear(_("“%(text)s”: write the year and one of %(names)s.") % {"text": line[:60], "names": "、".join(sorted(set(known.values())))})
        if int(match[1]) in found:
            raise CellUnclear(_("The year %(year)s stands there twice.") % {"year": match[1]})
        found[int(match[1])] = name
    return found


def tiers_text(tiers: dict[int, str]) -> str:
    """Back to a cell."""
    return "\n".join(f"{year} {name}" for year, name in sorted(tiers.items()))


def rests_of(text: str) -> dict[dt.date, Rest]:
    """`2024-03-01 至 2024-06-01 原因`, one a line; `至今` while it lasts → first day to the rest. Raises CellUnclear."""
    found: dict[dt.date, Rest] = {}
    for line in _lines(text):
        match = REST.match(line)
        since = as_date(match[1]) if match else None
        lasting = match is not None and (match[2] or "今") in {"今", "now"}
        until = None if match is None or lasting else as_date(match[2])
        if match is None or since is None or (until is None and not lasting) or (until is not None and until < since):
            raise CellUnclear(_("“%(text)s”: write it as 2024-03-01 至 2024-06-01 and the reason.") % {"text": line[:60]})
        found[since] = Rest(since, until, match[3].strip()[:200])
    return found


def rests_text(rests: dict[dt.date, Rest]) -> str:
    """Back to a cell."""
    return "\n".join(f"{day_text(rest.since)} 至 {day_text(rest.until) or '今'} {cell_text(rest.reason)}".strip() for _since, rest in sorted(rests.items()))


def overlap(rests: dict[dt.date, Rest]) -> bool:
    """Whether two of them share a day, or one goes on while another begins."""
    ordered = [rest for _since, rest in sorted(rests.items())]
    return any(before.until is None or before.until > after.since for before, after in itertools.pairwise(ordered))


def _lines(text: str) -> list[str]:
    """One a line; people also write semicolons, which count only before a date or a year."""
    return [part.strip() for part in re.split(r"\n|[;；](?=\s*\d{4})", text) if part.strip()]
