"""A bank's file as lines. Whatever comes in, the answer is a Statement or a StatementError that says where."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from alliance.common.sheets.reading import signature
from fees.statements.cells import amount_of, clock_of, day_of, is_shortened
from fees.statements.errors import StatementError, UnknownLayout
from fees.statements.headers import IN, OUT, TOTALS, bank_of, columns_of, folded, looks_like_header
from fees.statements.proofs import against_declared, balances, own_account
from fees.statements.rows import Noted, Row, Statement
from fees.statements.tables import table_of

__all__ = ["Noted", "Row", "Statement", "StatementError", "UnknownLayout", "amount_of", "day_of", "header_guess", "layout_of", "read_statement", "table_of"]
SCAN = 60
SAMPLE = 30
MAX_BYTES = 30 * 1024 * 1024


def read_statement(name: str, content: bytes, mapping: dict[str, int] | None = None) -> Statement:
    """Read a statement from CSV, XLS, XLSX, or a ".xls" that is HTML or text; what it is, its content says and not its `name`.

    `mapping` (our column → position from 0) is for layouts that nobody knows; it may name date, time, credit, debit, amount, direction, balance,
    payer_name, payer_account, payer_bank, remark, serial. Raises StatementError with the row, UnknownLayout.
    """
    if len(content) > MAX_BYTES:
        raise StatementError(_("The file is too large for a bank statement."))
    rows = table_of(content)
    header_row, columns, remarks = _header(rows, mapping)
    header = tuple(rows[header_row])
    lines: list[Row] = []
    skipped: list[Noted] = []
    warnings: list[Noted] = []
    for number, cells in enumerate(rows[header_row + 1 :], start=header_row + 2):
        if tuple(cells) == header:
            skipped.append(Noted(number, str(_("the header once more"))))
            continue
        found = _line(number, cells, columns, remarks, skipped, warnings)
        if found is not None:
            lines.append(found)
    if not lines:
        raise StatementError(_("There is no transaction in this file."))
    check, breaks, opening, closing = balances(lines)
    account = own_account(rows[:header_row], rows[header_row + 1 :], columns)
    warnings += against_declared(rows[:header_row], lines)
    return Statement(
        bank=bank_of(header), layout=layout_of(header), account=account, header=header, header_row=header_row + 1, columns=columns, rows=tuple(lines),
        skipped=tuple(skipped), warnings=tuple(warnings), balance_check=check, balance_breaks=breaks, opening=opening, closing=closing,
    )  # fmt: skip


def layout_of(header: tuple[str, ...]) -> str:
    """What identifies a header for remembering."""
    return signature(header, folded)


def header_guess(rows: list[list[str]]) -> int:
    """For an unknown layout: the row above the first one that looks like a transaction (a day, an amount, and as wide), else the fullest row."""
    head = rows[:SCAN]
    for number, row in enumerate(head[1:], start=1):
        above = head[number - 1]
        is_line = any(day_of(cell) for cell in row) and any(amount_of(cell) for cell in row if not day_of(cell))
        if is_line and sum(map(bool, above)) >= max(3, sum(map(bool, row)) - 2) and not any(day_of(cell) or amount_of(cell) for cell in above):
            return number - 1
    first = next((n for n, row in enumerate(head) if any(day_of(cell) for cell in row)), len(head))
    return max(range(max(first, 1)), key=lambda n: (sum(bool(cell) for cell in rows[n]), n))


def _header(rows: list[list[str]], mapping: dict[str, int] | None) -> tuple[int, dict[str, int], list[int]]:
    if mapping is not None:
        columns = {name: position for name, position in mapping.items() if name != "remark"}
        if "date" not in columns or not ({"credit", "amount"} & set(columns)):
            raise UnknownLayout(rows[:SAMPLE])
        return header_guess(rows), columns, [mapping["remark"]] if "remark" in mapping else []
    scores = [(sum(map(len, columns_of(row))), -number) for number, row in enumerate(rows[:SCAN]) if looks_like_header(row)]
    if not scores:
        raise UnknownLayout(rows[:SAMPLE])
    number = -max(scores)[1]
    columns, remarks = columns_of(rows[number])
    return number, columns, remarks


def _line(number: int, cells: list[str], columns: dict[str, int], remarks: list[int], skipped: list[Noted], warnings: list[Noted]) -> Row | None:
    def cell(name: str) -> str:
        position = columns.get(name, -1)
        return cells[position].strip() if 0 <= position < len(cells) else ""

    if not any(cells):
        return None
    booked = day_of(cell("date"))
    if booked is None and any(word in text.lower() for text in cells[:3] for word in TOTALS):
        skipped.append(Noted(number, str(_("total or footer"))))
        return None
    if booked is None:
        has_money = any(amount_of(cell(name)) for name in ("credit", "debit", "amount"))
        if has_money and (cell("date") or cell("payer_name") or cell("payer_account") or cell("serial")):
            # Money from somebody without a day: to leave it out would lose it.
            raise StatementError(_("“%(text)s” is no date.") % {"text": cell("date")[:40]}, number)
        skipped.append(Noted(number, str(_("no date"))))
        return None
    direction, amount = _money(number, cell)
    if amount is None:
        skipped.append(Noted(number, str(_("no amount"))))
        return None
    whole = {name: _whole(number, cell(name), warnings) for name in ("payer_account", "serial")}
    remark = next((cells[n].strip() for n in remarks if n < len(cells) and cells[n].strip()), "")
    return Row(
        number=number, booked_on=booked[0], booked_at=booked[1] or clock_of(cell("time")), direction=direction, amount=amount,
        balance=amount_of(cell("balance")), payer_name=cell("payer_name"), payer_account=re.sub(r"\s", "", whole["payer_account"]), payer_bank=cell("payer_bank"),
        remark=remark, serial=whole["serial"], cells=tuple(cells),
    )  # fmt: skip


def _whole(number: int, text: str, warnings: list[Noted]) -> str:
    """An account or serial number that is whole; one that a spreadsheet program has shortened is reported and not used."""
    if not is_shortened(text):
        return text
    warnings.append(Noted(number, str(_("The number “%(text)s” was shortened by a spreadsheet program; it is not used.") % {"text": text})))
    return ""


def _money(number: int, cell: Callable[[str], str]) -> tuple[str, Decimal | None]:
    """Direction and positive amount of a row; None when it has neither. Raises StatementError for text that is no amount."""

    def read(name: str) -> Decimal | None:
        text = cell(name)
        value = amount_of(text)
        if value is None and text and text not in {"-", "--", "—", "/"}:
            raise StatementError(_("“%(text)s” is no amount.") % {"text": text[:40]}, number)
        return value

    credit, debit, amount = read("credit"), read("debit"), read("amount")
    if credit and debit:
        raise StatementError(_("The row has money in and money out."), number)
    if credit or debit:
        value, direction = (credit, "in") if credit else (debit, "out")
        assert value is not None  # one of the two is there
        # A negative amount is a cancellation: money in that went out again.
        return (direction if value > 0 else ("out" if direction == "in" else "in")), abs(value)
    if not amount:
        return "", None
    word = unicodedata.normalize("NFKC", cell("direction")).strip().lower()
    if amount < 0 or word in OUT:
        return "out", abs(amount)
    if word and word not in IN and not any(word.startswith(sign) for sign in IN):
        raise StatementError(_("“%(text)s” does not say whether money came in or went out.") % {"text": word[:20]}, number)
    return "in", amount
