"""What a file says, as values."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


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
    """A row that is no line, or something a person should know of a row; row 0 means the file as a whole."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says. `balance_check`: proved, broken (at the rows `balance_breaks`), or none; `opening` and `closing` only when proved."""

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
    opening: Decimal | None = None
    closing: Decimal | None = None
