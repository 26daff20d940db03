"""The ministry's list of universities (全国高等学校名单), as the ministry publishes it.

One sheet: a preamble, a header, then for each province a separator row ("江苏省（168所）") and its universities. Codes are number cells in most
rows and text in some; names carry stray spaces; an empty remark means a public university, which the list never writes out.
"""

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from alliance.common.exceptions import Refusals
from members.enums import Level, Ownership

HEADER = ("序号", "学校名称", "学校标识码", "主管部门", "所在地", "办学层次", "备注")
PROVINCE = re.compile(r"^(?P<name>.+?)[（(](?P<count>\d{1,5})所[）)]$")
LEVELS = {"本科": Level.UNDERGRADUATE, "专科": Level.COLLEGE}
WIDE_DIGITS = {0xFF10 + n: 0x30 + n for n in range(10)}
MAX_ERRORS = 20
MAX_ROWS = 20_000
NAME_LENGTH = 120
PROVINCE_LENGTH = 40


@dataclass(frozen=True)
class ListedInstitution:
    """One university of the list; `row` is its row in the sheet, counted from 1."""

    row: int
    moe_code: str
    name: str
    province: str
    city: str
    level: str
    authority: str
    ownership: str


class ImportRefused(Refusals):
    """The file was not taken over; `errors` says which row and why."""


def read_list(content: bytes) -> list[ListedInstitution]:
    """The universities of an XLS or XLSX file. Raises ImportRefused with every error found (at most 20); nothing is guessed."""
    rows = _sheet(content)
    start = _header_row(rows)
    errors: list[str] = []
    listed = list(_universities(rows, start, errors))
    errors += _doubles(listed)
    if not listed and not errors:
        errors.append(_("The list has a header but no university."))
    if errors:
        more = len(errors) - MAX_ERRORS
        raise ImportRefused(errors[:MAX_ERRORS] + ([_("… and %(more)s more.") % {"more": more}] if more > 0 else []))
    return listed


def _sheet(content: bytes) -> list[list[Any]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except Exception as error:
        raise ImportRefused([_("The file cannot be read as an Excel workbook. Send the file as the ministry publishes it.")]) from error
    if len(rows) > MAX_ROWS:
        raise ImportRefused([_("The sheet has %(rows)s rows; a list of universities has at most %(limit)s.") % {"rows": len(rows), "limit": MAX_ROWS}])
    return rows


def _header_row(rows: list[list[Any]]) -> int:
    for position, row in enumerate(rows[:30]):
        if [_text(cell) for cell in row[: len(HEADER)]] == list(HEADER):
            return position
    raise ImportRefused([_("No header row was found among the first 30 rows. It must read: %(header)s") % {"header": " ".join(HEADER)}])


def _universities(rows: list[list[Any]], start: int, errors: list[str]) -> Iterator[ListedInstitution]:
    province, expected, found = "", 0, 0
    for position in range(start + 1, len(rows)):
        cells = [_text(cell) for cell in rows[position][: len(HEADER)]]
        cells += [""] * (len(HEADER) - len(cells))
        separator = PROVINCE.match(cells[0])
        if separator:
            errors += _count_error(province, expected, found)
            province, expected, found = separator["name"][:PROVINCE_LENGTH], int(separator["count"]), 0
            if len(separator["name"]) > PROVINCE_LENGTH:
                errors.append(_("Row %(row)s: the name of the province is longer than %(limit)s characters.") % {"row": position + 1, "limit": PROVINCE_LENGTH})
            continue
        if not any(cells):
            continue
        found += 1
        row = _university(position + 1, cells, province)
        if isinstance(row, str):
            errors.append(row)
        else:
            yield row
    errors += _count_error(province, expected, found)


def _university(number: int, cells: list[str], province: str) -> ListedInstitution | str:
    """The row as a university, or what is wrong with it."""
    _position, name, code, authority, city, level, remark = cells
    where = _("Row %(row)s") % {"row": number}
    if not province:
        return _("%(where)s: no province stands above it.") % {"where": where}
    if not name or len(name) > NAME_LENGTH:
        return _("%(where)s: the name is missing or longer than %(limit)s characters.") % {"where": where, "limit": NAME_LENGTH}
    if not re.fullmatch(r"[0-9]{10}", code):
        return _("%(where)s (%(name)s): the code “%(code)s” does not have 10 digits.") % {"where": where, "name": name, "code": code[:30]}
    if level not in LEVELS:
        return _("%(where)s (%(name)s): the level “%(level)s” is neither 本科 nor 专科.") % {"where": where, "name": name, "level": level[:30]}
    ownership = _ownership(remark)
    if ownership is None:
        return _("%(where)s (%(name)s): the remark “%(remark)s” is not known.") % {"where": where, "name": name, "remark": remark[:60]}
    return ListedInstitution(number, code, name, province, city[:60], LEVELS[level], authority[:80], ownership)


def _ownership(remark: str) -> str | None:
    if not remark:
        return Ownership.PUBLIC
    if remark == "民办":
        return Ownership.PRIVATE
    if "合作办学" in remark:
        return Ownership.COOPERATIVE
    return Ownership.FOREIGN if "境外" in remark else None


def _count_error(province: str, expected: int, found: int) -> list[str]:
    if not province or expected == found:
        return []
    return [_("%(province)s: the list says %(expected)s universities but has %(found)s rows.") % {"province": province, "expected": expected, "found": found}]


def _doubles(listed: list[ListedInstitution]) -> list[str]:
    errors = []
    for what, key in ((_("code"), lambda row: row.moe_code), (_("name"), lambda row: row.name)):
        seen: dict[str, int] = {}
        for row in listed:
            first = seen.setdefault(key(row), row.row)
            if first != row.row:
                values = {"row": row.row, "what": what, "value": key(row), "first": first}
                errors.append(_("Row %(row)s: the %(what)s %(value)s stands already in row %(first)s.") % values)
    return errors


def _text(cell: Any) -> str:
    """A cell as trimmed text; codes come as floats."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if cell is None:
        return ""
    # Codes in full-width digits are codes; names keep their full-width brackets, which are part of them.
    plain = str(cell).translate(WIDE_DIGITS)
    return re.sub(r"\s+", " ", "".join(c for c in plain if c.isspace() or unicodedata.category(c)[0] != "C")).strip()
