"""The tax bureau's tables: the batch template that we fill, the summary that we read. Columns are found by name, since they change every year."""

import io
import unicodedata
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from alliance.common.admin.exports import harmless
from alliance.common.exceptions import DomainError
from alliance.common.sheets.reading import read_rows
from fees.fapiao_files.reading import FapiaoFile
from fees.fapiao_files.values import amount_of, day_of, digits_of

SCAN = 15
ESSENTIAL = ("发票流水号", "购买方名称", "项目名称", "金额")
RED_STATES = ("红冲", "作废")


class TemplateError(DomainError):
    """The file is not the bureau's template, or lacks columns."""

    message = _("This is not the tax bureau's batch template (XLSX).")


def _name(value: Any) -> str:
    return "".join(unicodedata.normalize("NFKC", str(value or "")).split()).strip("*")


def fill_template(template: bytes, requests: Sequence[dict[str, Any]]) -> bytes:
    """The bureau's empty template with a row for each request on every sheet whose columns we know; all else stays as it is.

    Each request: column names to values (text, Decimal). Text that a spreadsheet would run is made harmless. Raises TemplateError naming what lacks.
    """
    try:
        book = load_workbook(io.BytesIO(template))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError) as error:
        raise TemplateError from error
    known = {_name(column) for request in requests for column in request}
    seen: set[str] = set()
    for sheet in book.worksheets:
        best, header = max(
            ((sum(_name(cell.value) in known for cell in row), number) for number, row in enumerate(sheet.iter_rows(max_row=SCAN), start=1)), default=(0, 0)
        )
        if best < 2:
            continue
        columns = {_name(cell.value): cell.column for cell in sheet[header] if _name(cell.value) in known}
        seen |= set(columns)
        for offset, request in enumerate(requests, start=1):
            for column, value in request.items():
                if _name(column) in columns:
                    cell = sheet.cell(header + offset, columns[_name(column)])
                    cell.value = float(value) if isinstance(value, Decimal) else harmless(value)
                    if isinstance(value, str):
                        cell.number_format = "@"
    missing = [column for column in ESSENTIAL if column not in seen]
    if missing:
        raise TemplateError(_("The template lacks these columns: %(names)s.") % {"names": "、".join(missing)})
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read_summary(content: bytes) -> list[FapiaoFile]:
    """The bureau's summary of issued fapiaos (XLSX or CSV): one entry for each number, lines of one fapiao added up. Raises DomainError."""
    rows = read_rows(content)
    head = next((n for n, row in enumerate(rows[:SCAN]) if {"价税合计", "开票日期"} <= {_name(cell) for cell in row}), None)
    if head is None:
        raise TemplateError(_("This is not the tax bureau's summary of fapiaos."))
    columns = {_name(cell): n for n, cell in enumerate(rows[head])}

    def cell(row: list[str], *names: str) -> str:
        for name in names:
            position = columns.get(name, -1)
            if 0 <= position < len(row) and row[position]:
                return row[position]
        return ""

    found: dict[str, FapiaoFile] = {}
    for row in rows[head + 1 :]:
        number = digits_of(cell(row, "数电发票号码", "发票号码"))
        total = amount_of(cell(row, "价税合计"))
        if not number or total is None:
            continue
        before = found.get(number)
        state = cell(row, "发票状态")
        found[number] = FapiaoFile(
            name=number,
            kind="summary",
            number=number,
            issued_on=day_of(cell(row, "开票日期")),
            net=(amount_of(cell(row, "金额")) or Decimal(0)) + ((before.net if before else None) or Decimal(0)),
            tax=(amount_of(cell(row, "税额")) or Decimal(0)) + ((before.tax if before else None) or Decimal(0)),
            total=total + ((before.total if before else None) or Decimal(0)),
            buyer_name=cell(row, "购买方名称", "购方名称"),
            buyer_tax_number=cell(row, "购方识别号", "购买方识别号", "购买方纳税人识别号"),
            seller_name=cell(row, "销方名称", "销售方名称"),
            seller_tax_number=cell(row, "销方识别号", "销售方识别号"),
            # "已红冲" stands at the first one, whose amount is positive: it is closed, and the red one has a row of its own.
            is_red=total < 0,
            is_closed=total >= 0 and any(word in state for word in RED_STATES) and "部分" not in state,
            remark=cell(row, "备注")[:300],
            read_by="summary",
        )
    return list(found.values())
