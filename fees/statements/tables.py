"""The file as rows of text, whatever container it came in."""

import io
import re

import defusedxml.ElementTree as SafeXml
import lxml.html
from defusedxml.common import DefusedXmlException
from python_calamine import CalamineWorkbook

from alliance.common.exceptions import DomainError
from alliance.common.sheets.reading import MAX_COLUMNS, MAX_ROWS, read_rows
from alliance.common.sheets.text import cell_text
from fees.statements.errors import StatementError
from fees.statements.headers import looks_like_header

SPREADSHEET_ML = b"urn:schemas-microsoft-com:office:spreadsheet"
# ="0404003": how programs keep a spreadsheet from eating leading zeros.
AS_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
MOST_SHEETS = 20


def table_of(content: bytes) -> list[list[str]]:
    """The file as rows of text, whatever it is; of a workbook the sheet that has a statement's header, else the first. Raises StatementError."""
    try:
        if content[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}:
            rows = _workbook(content)
        elif SPREADSHEET_ML in content[:4096]:
            rows = _spreadsheet_ml(content)
        elif b"<table" in content[:200_000].lower() or content[:4096].lstrip().lower().startswith((b"<html", b"<!doctype html")):
            rows = _html(content)
        else:
            rows = read_rows(content)
    except StatementError:
        raise
    except DomainError as error:
        raise StatementError(str(error)) from error
    return [[AS_TEXT.sub(r"\1", cell) for cell in row] for row in rows]


def _workbook(content: bytes) -> list[list[str]]:
    first = read_rows(content)
    if any(looks_like_header(row) for row in first):
        return first
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names[1:MOST_SHEETS]:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height <= MAX_ROWS and sheet.total_width <= MAX_COLUMNS:
                rows = [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
                if any(looks_like_header(row) for row in rows):
                    return rows
    except Exception as error:
        raise StatementError from error
    return first


def _spreadsheet_ml(content: bytes) -> list[list[str]]:
    """The XML that Excel 2003 wrote and that banks still name .xls. A cell may say its own position."""
    try:
        root = SafeXml.fromstring(content, forbid_dtd=True)
    except (DefusedXmlException, SafeXml.ParseError, ValueError, LookupError) as error:
        raise StatementError from error
    rows: list[list[str]] = []
    for row in (element for element in root.iter() if _local(element.tag) == "Row"):
        cells: list[str] = []
        for cell in (element for element in row if _local(element.tag) == "Cell"):
            index = next((value for key, value in cell.attrib.items() if _local(key) == "Index"), "")
            if index.isdigit() and len(cells) < int(index) <= MAX_COLUMNS:
                cells += [""] * (int(index) - 1 - len(cells))
            cells.append(cell_text("".join(cell.itertext())))
        rows.append(cells)
    return _reasonable(rows)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _html(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise StatementError
    try:
        parser = lxml.html.HTMLParser(no_network=True, huge_tree=False)
        document = lxml.html.document_fromstring(re.sub(r"<\?xml[^>]*\?>", "", text), parser=parser)
        tables = document.xpath("//table")
        rows = [_html_row(row) for table in tables for row in table.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr")]
    except (ValueError, LookupError, lxml.etree.LxmlError) as error:
        raise StatementError from error
    return _reasonable(rows)


def _html_row(row: lxml.html.HtmlElement) -> list[str]:
    """The cells of a row; one that spans several columns is followed by empty ones."""
    cells: list[str] = []
    for cell in row.xpath("./td|./th"):
        span = cell.get("colspan", "1")
        cells += [cell_text(cell.text_content()), *[""] * (min(int(span), MAX_COLUMNS) - 1 if span.isdigit() else 0)]
    return cells


def _reasonable(rows: list[list[str]]) -> list[list[str]]:
    if not any(any(row) for row in rows) or len(rows) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in rows):
        raise StatementError
    return rows
