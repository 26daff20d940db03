"""Lists as files: exactly the rows and columns that are shown."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from alliance.common.clock import BEIJING

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet would run a cell that begins so as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers and dates stay what they are."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def cell(value: Any) -> Any:
    """A value as a spreadsheet can hold it."""
    if value is None or (isinstance(value, bool | int | float | Decimal | dt.date) and not isinstance(value, dt.datetime)):
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(BEIJING).replace(tzinfo=None)
    return harmless(str(value))


def _written(sheet: Any, value: Any) -> Any:
    """A cell; amounts with thousands separators and two places."""
    if not isinstance(value, Decimal):
        return cell(value)
    amount = WriteOnlyCell(sheet, value=value)
    amount.number_format = "#,##0.00"
    return amount


def _widths(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """How wide each column is, by its head and its first 200 rows: a Chinese character takes two places; dates and amounts must not show as ####."""
    widths = [_places(text) for text in header]
    for row in rows[:200]:
        for number, value in enumerate(row[: len(widths)]):
            taken = 16 if isinstance(value, dt.datetime) else 10 if isinstance(value, dt.date) else _places(value) + isinstance(value, Decimal) * 2
            widths[number] = max(widths[number], taken)
    return [min(max(width, 6), 60) + 2 for width in widths]


def _places(value: Any) -> int:
    text = "" if value is None else str(value)
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def as_xlsx(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A workbook with real numbers and dates."""
    return as_workbook(name, [(name, header, rows)])


def as_workbook(name: str, tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> HttpResponse:
    """A workbook with one sheet for each table (title, header, rows)."""
    book = Workbook(write_only=True)
    for title, header, given in tables:
        sheet, rows = book.create_sheet(str(title)[:31]), list(given)
        sheet.freeze_panes = "A2"
        for number, width in enumerate(_widths(header, rows), start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        heads = [WriteOnlyCell(sheet, value=text) for text in header]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        for row in rows:
            sheet.append([_written(sheet, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return _download(buffer.getvalue(), f"{name}.xlsx", XLSX)


def as_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A CSV with a byte order mark, so that Excel reads its Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows([["" if value is None else cell(value) for value in row] for row in rows])
    return _download(("\ufeff" + buffer.getvalue()).encode(), f"{name}.csv", "text/csv; charset=utf-8")


def _download(content: bytes, filename: str, mimetype: str) -> HttpResponse:
    from urllib.parse import quote

    response = HttpResponse(content, content_type=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    return response
