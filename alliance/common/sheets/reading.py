"""Rows out of XLSX, XLS and CSV files, as text; and finding which row is the header."""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineWorkbook

from alliance.common.exceptions import DomainError
from alliance.common.sheets.kinds import Column, Row
from alliance.common.sheets.text import MAX_CELL, cell_text

MAX_ROWS = 20_000
MAX_COLUMNS = 200
SCAN = 30


class SheetUnreadable(DomainError):
    """The file is no table."""

    message = _("The file cannot be read as a table. Save it again as XLSX or CSV.")


def read_rows(content: bytes) -> list[list[str]]:
    """The first sheet (or the CSV) as rows of trimmed text. Raises SheetUnreadable for damaged and for unreasonably large files."""
    try:
        rows = _workbook(content) if content[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"} else _csv(content)
    except DomainError:
        raise
    except Exception as error:
        raise SheetUnreadable from error
    if len(rows) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in rows):
        raise SheetUnreadable(_("The table is too large: at most 20,000 rows and 200 columns are read."))
    if not any(any(row) for row in rows):
        raise SheetUnreadable(_("The table is empty."))
    return rows


def _workbook(content: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
        raise SheetUnreadable(_("The table is too large: at most 20,000 rows and 200 columns are read."))
    return [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _csv(content: bytes) -> list[list[str]]:
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetUnreadable
    for encoding in ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SheetUnreadable
    # Some banks end every value with a tab: such a tab separates nothing.
    head = re.sub(r"\t+(?=[,;\r\n\"]|$)", "", text[:4000])
    delimiter = max(",\t;", key=head.count)
    csv.field_size_limit(MAX_CELL * 10)
    return [[cell_text(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def find_header(rows: list[list[str]], columns: Sequence[Column]) -> int:
    """The number of the row (from 0) in which most of our columns are named; the first row that has anything when none is."""
    names = {folded(name) for column in columns for name in (column.name, str(column.label), *column.synonyms)}
    scores = [(sum(folded(cell) in names for cell in row), -number) for number, row in enumerate(rows[:SCAN])]
    best, number = max(scores)
    return -number if best else next(n for n, row in enumerate(rows) if any(row))


def guess_mapping(header: list[str], columns: Sequence[Column]) -> dict[str, int]:
    """Our column names to the positions of theirs, by name and synonym."""
    positions = {folded(cell): position for position, cell in reversed(list(enumerate(header))) if cell}
    found = {}
    for column in columns:
        for name in (column.name, str(column.label), *column.synonyms):
            if folded(name) in positions:
                found[column.name] = positions[folded(name)]
                break
    return found


def mapped(rows: list[list[str]], header_row: int, mapping: dict[str, int]) -> list[tuple[int, Row]]:
    """The rows below the header as (row number from 1, our column → text); empty rows are left out."""
    found = []
    for number, cells in enumerate(rows[header_row + 1 :], start=header_row + 2):
        row = {name: cells[position] if position < len(cells) else "" for name, position in mapping.items()}
        if any(row.values()):
            found.append((number, row))
    return found


def signature(header: Sequence[str], fold: Callable[[str], str] | None = None) -> str:
    """What identifies a header for remembering; `fold` says which spellings of a column are one (default: `folded`)."""
    return hashlib.sha256("\x1f".join((fold or folded)(cell) for cell in header).encode()).hexdigest()


def folded(text: str) -> str:
    """For comparing headers: no spaces, no brackets' content marks, lower case."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if not c.isspace() and c not in "*:()[]_-/")
