"""A bank's file as lines. Whatever comes in, the answer is a Statement or a StatementError that says where."""

import datetime as dt
import hashlib
import itertools
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import lxml.html
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.common.exceptions import DomainError
from alliance.common.sheets.reading import MAX_COLUMNS, MAX_ROWS, read_rows
from alliance.common.sheets.text import cell_text
from fees.statements.headers import IN, OUT, TOTALS, bank_of, columns_of, folded

SCAN = 60
SAMPLE = 30
LARGEST = Decimal("9999999999.99")
MAX_BYTES = 30 * 1024 * 1024
DATES = (
    re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$"),
    re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日?\s*(?:(\d{1,2})[:时](\d{2})(?:[:分](\d{2})秒?)?)?$"),
    re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\s*(\d{2}):?(\d{2}):?(\d{2}))?$"),
)
TIME = re.compile(r"^(\d{1,2}):?(\d{2}):?(\d{2})?$")
SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?e\+?\d+$", re.IGNORECASE)
EXCEL_DAY_ONE = dt.date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1990, 2100


class StatementError(DomainError):
    """The file is no statement, or a row of it cannot be understood. `row` is the row of the file, from 1."""

    message = _("The file cannot be read as a bank statement.")

    def __init__(self, message: str | Promise | None = None, row: int | None = None) -> None:
        self.row = row
        text = str(message or self.message)
        super().__init__(str(_("Row %(row)s: %(text)s") % {"row": row, "text": text}) if row else text)


class UnknownLayout(StatementError):
    """No header that we know. `table` has the first rows, so that a person can say which column is what."""

    message = _("The columns of this statement are not known. Say once which is which; it is remembered.")

    def __init__(self, table: list[list[str]]) -> None:
        super().__init__()
        self.table = table


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a statement; the amount is positive, in yuan."""

    number: int
    booked_on: dt.date
    booked_at: dt.time | None
    direction: str
    amount: Decimal
    balance: Decimal | None
    payer_name: str
    payer_account: str
    payer_bank: str
    remark: str
    serial: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """A row that is no line, or something a person should know of a row."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says. `balance_check`: proved, broken (at the rows `balance_breaks`), or none."""

    bank: str
    layout: str
    account: str
    header: tuple[str, ...]
    header_row: int
    columns: dict[str, int]
    rows: tuple[Row, ...]
    skipped: tuple[Noted, ...]
    warnings: tuple[Noted, ...]
    balance_check: str
    balance_breaks: tuple[int, ...]


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
        found = _line(number, cells, columns, remarks, skipped, warnings)
        if found is not None:
            lines.append(found)
    if not lines:
        raise StatementError(_("There is no transaction in this file."))
    check, breaks = _balances(lines)
    account = _own_account(rows[:header_row], rows[header_row + 1 :], columns)
    return Statement(
        bank=bank_of(header), layout=layout_of(header), account=account, header=header, header_row=header_row + 1, columns=columns, rows=tuple(lines),
        skipped=tuple(skipped), warnings=tuple(warnings), balance_check=check, balance_breaks=breaks,
    )  # fmt: skip


def layout_of(header: tuple[str, ...]) -> str:
    """What identifies a header for remembering."""
    return hashlib.sha256("\x1f".join(folded(cell) for cell in header).encode()).hexdigest()


def header_guess(rows: list[list[str]]) -> int:
    """For an unknown layout: the fullest row before the first one that has a date."""
    first = next((n for n, row in enumerate(rows[:SCAN]) if any(day_of(cell) for cell in row)), min(len(rows), SCAN))
    return max(range(max(first, 1)), key=lambda n: (sum(bool(cell) for cell in rows[n]), n))


def table_of(content: bytes) -> list[list[str]]:
    """The file as rows of text, whatever it is. Raises StatementError."""
    head = content[:4096].lstrip().lower()
    if b"<table" in content[:200_000].lower() or head.startswith((b"<html", b"<!doctype html")):
        return _html(content)
    try:
        return read_rows(content)
    except DomainError as error:
        raise StatementError(str(error)) from error


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
        rows = [[cell_text(cell.text_content()) for cell in row.xpath("./td|./th")] for table in tables for row in table.xpath(".//tr")]
    except (ValueError, LookupError, lxml.etree.LxmlError) as error:
        raise StatementError from error
    if not any(any(row) for row in rows) or len(rows) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in rows):
        raise StatementError
    return rows


def _header(rows: list[list[str]], mapping: dict[str, int] | None) -> tuple[int, dict[str, int], list[int]]:
    if mapping is not None:
        columns = {name: position for name, position in mapping.items() if name != "remark"}
        if "date" not in columns or not ({"credit", "amount"} & set(columns)):
            raise UnknownLayout(rows[:SAMPLE])
        return header_guess(rows), columns, [mapping["remark"]] if "remark" in mapping else []
    best: tuple[int, int] | None = None
    for number, row in enumerate(rows[:SCAN]):
        columns, remarks = columns_of(row)
        money = "credit" in columns or ("amount" in columns)
        if "date" in columns and money and ({"payer_name", "payer_account"} & set(columns) or remarks):
            score = len(columns) + len(remarks)
            if best is None or score > best[0]:
                best = (score, number)
    if best is None:
        raise UnknownLayout(rows[:SAMPLE])
    columns, remarks = columns_of(rows[best[1]])
    return best[1], columns, remarks


def _line(number: int, cells: list[str], columns: dict[str, int], remarks: list[int], skipped: list[Noted], warnings: list[Noted]) -> Row | None:
    def cell(name: str) -> str:
        position = columns.get(name, -1)
        return cells[position].strip() if 0 <= position < len(cells) else ""

    if not any(cells):
        return None
    if any(word in text.lower() for text in cells[:3] for word in TOTALS):
        skipped.append(Noted(number, str(_("total or footer"))))
        return None
    booked = day_of(cell("date"))
    direction, amount = _money(number, cell)
    if booked is None:
        if amount is None or not cell("date"):
            skipped.append(Noted(number, str(_("no date"))))
            return None
        raise StatementError(_("“%(text)s” is no date.") % {"text": cell("date")[:40]}, number)
    if amount is None:
        skipped.append(Noted(number, str(_("no amount"))))
        return None
    account = cell("payer_account")
    if SCIENTIFIC.match(account):
        warnings.append(Noted(number, str(_("The account “%(account)s” was shortened by a spreadsheet program; it is not used.") % {"account": account})))
        account = ""
    remark = next((cells[n].strip() for n in remarks if n < len(cells) and cells[n].strip()), "")
    return Row(
        number=number, booked_on=booked[0], booked_at=booked[1] or _clock(cell("time")), direction=direction, amount=amount,
        balance=amount_of(cell("balance")), payer_name=cell("payer_name"), payer_account=re.sub(r"\s", "", account), payer_bank=cell("payer_bank"),
        remark=remark, serial=cell("serial"), cells=tuple(cells),
    )  # fmt: skip


def _money(number: int, cell: "object") -> tuple[str, Decimal | None]:
    """Direction and positive amount of a row; None when it has neither. Raises StatementError for text that is no amount."""

    def read(name: str) -> Decimal | None:
        text = cell(name)  # type: ignore[operator]
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
    word = unicodedata.normalize("NFKC", str(cell("direction"))).strip().lower()  # type: ignore[operator]
    if amount < 0 or word in OUT:
        return "out", abs(amount)
    if word and word not in IN and not any(word.startswith(sign) for sign in IN):
        raise StatementError(_("“%(text)s” does not say whether money came in or went out.") % {"text": word[:20]}, number)
    return "in", amount


def amount_of(text: str) -> Decimal | None:
    """Yuan from a cell: thousands separators, ¥, full-width digits; None for nothing (empty, "-") and for what is no amount."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").strip("¥￥元\t")
    plain = re.sub(r"^(?:rmb|cny)", "", plain, flags=re.IGNORECASE)
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d{1,6})?", plain):
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    return value.quantize(Decimal("0.01")) if abs(value) <= LARGEST else None


def day_of(text: str) -> tuple[dt.date, dt.time | None] | None:
    """A day, and the time where the cell has one, from the forms that banks use; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"[34567]\d{4}(\.\d+)?", plain):
        return EXCEL_DAY_ONE + dt.timedelta(days=int(float(plain))), None
    for form in DATES:
        if found := form.match(plain):
            parts = [int(part) if part else 0 for part in found.groups()]
            if not FIRST_YEAR <= parts[0] <= LAST_YEAR:
                return None
            try:
                return dt.date(*parts[:3]), (dt.time(*parts[3:]) if found.group(4) else None)
            except ValueError:
                return None
    return None


def _clock(text: str) -> dt.time | None:
    found = TIME.match(unicodedata.normalize("NFKC", text).strip())
    if not found:
        whole = day_of(text)
        return whole[1] if whole else None
    try:
        return dt.time(*[int(part) if part else 0 for part in found.groups()])
    except ValueError:
        return None


def _balances(lines: list[Row]) -> tuple[str, tuple[int, ...]]:
    """Whether each balance follows from the one before, in one of the two orders in which banks list."""
    if len(lines) < 2 or any(line.balance is None for line in lines):
        return "none", ()

    def signed(line: Row) -> Decimal:
        return line.amount if line.direction == "in" else -line.amount

    pairs = list(itertools.pairwise(lines))
    down = tuple(b.number for a, b in pairs if (b.balance or 0) != (a.balance or 0) + signed(b))
    up = tuple(b.number for a, b in pairs if (a.balance or 0) != (b.balance or 0) + signed(a))
    breaks = min(down, up, key=len)
    return ("broken" if breaks else "proved"), breaks


def _own_account(preamble: list[list[str]], body: list[list[str]], columns: dict[str, int]) -> str:
    for row in preamble:
        for position, text in enumerate(row):
            label, _colon, rest = folded(text).partition(":")
            if label in {"账号", "账户号", "查询账号", "本方账号"}:
                value = rest or next((cell for cell in row[position + 1 :] if cell), "")
                digits = re.sub(r"\D", "", value)
                if digits:
                    return digits
    position = columns.get("own_account")
    if position is not None:
        for row in body:
            if position < len(row) and (digits := re.sub(r"\D", "", row[position])):
                return digits
    return ""
