"""One table in every container in which banks, and people who saved it again, hand it over."""

import csv
import io
from xml.sax.saxutils import escape

import xlwt
from openpyxl import Workbook

Rows = list[list[str]]


def as_csv(rows: Rows, encoding: str, delimiter: str = ",", end: str = "\r\n") -> bytes:
    """Text with separators."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows(rows)
    return buffer.getvalue().encode(encoding)


def as_biff(rows: Rows) -> bytes:
    """The binary workbook of Excel 97, with a code page of 936."""
    book = xlwt.Workbook(encoding="gbk")
    sheet = book.add_sheet("明细")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_xlsx(rows: Rows, *, cover: bool = False) -> bytes:
    """A workbook of today; `cover`: the statement stands on the second sheet."""
    book = Workbook()
    sheet = book.active
    if cover:
        sheet.append(["封面"])
        sheet = book.create_sheet("明细")
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_html(rows: Rows, encoding: str = "gb18030") -> bytes:
    """A page named .xls."""
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<html><head><meta charset="{encoding}"></head><body><table border="1">{body}</table></body></html>'.encode(encoding)


def as_spreadsheet_ml(rows: Rows) -> bytes:
    """The XML of Excel 2003, in which an empty cell is left out and the next one says where it stands."""
    lines = []
    for row in rows:
        cells = "".join(f'<Cell ss:Index="{n}"><Data ss:Type="String">{escape(cell)}</Data></Cell>' for n, cell in enumerate(row, start=1) if cell)
        lines.append(f"<Row>{cells}</Row>")
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    body = f'<Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="1"><Table>{"".join(lines)}</Table></Worksheet></Workbook>'
    return ('<?xml version="1.0" encoding="UTF-8"?>' + body).encode()


CONTAINERS = {
    "CSV GB18030": lambda rows: as_csv(rows, "gb18030"),
    "CSV GBK": lambda rows: as_csv(rows, "gbk", end="\n"),
    "CSV UTF-8": lambda rows: as_csv(rows, "utf-8"),
    "CSV UTF-8 with BOM": lambda rows: as_csv(rows, "utf-8-sig"),
    "CSV with trailing tabs": lambda rows: as_csv([[f"{cell}\t" for cell in row] for row in rows], "gb18030"),
    "text with tabs named .xls": lambda rows: as_csv(rows, "gb18030", delimiter="\t"),
    "BIFF": as_biff,
    "XLSX": as_xlsx,
    "XLSX, second sheet": lambda rows: as_xlsx(rows, cover=True),
    "HTML named .xls": as_html,
    "HTML in UTF-8": lambda rows: as_html(rows, "utf-8"),
    "XML of Excel 2003": as_spreadsheet_ml,
}
