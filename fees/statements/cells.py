"""Dates and amounts as banks write them."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation

LARGEST = Decimal("9999999999.99")
DATES = (
    re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$"),
    re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日?\s*(?:(\d{1,2})[:时](\d{2})(?:[:分](?:(\d{2})秒?)?)?)?$"),
    re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\s*(\d{2}):?(\d{2}):?(\d{2}))?$"),
)
TIME = re.compile(r"^(\d{1,2}):?(\d{2}):?(\d{2})?$")
# 3.22502E+19, or a number cell that holds more digits than a spreadsheet program keeps.
SHORTENED = re.compile(r"^\d+(?:\.\d+)?e\+?\d+$|^\d{16,}\.0$", re.IGNORECASE)
DAY_SECONDS = 86_400
EXCEL_DAY_ONE = dt.date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1990, 2100


def is_shortened(text: str) -> bool:
    """Whether a spreadsheet program has lost digits of this account or serial number; what is left says nothing reliable."""
    return bool(SHORTENED.match(text.strip()))


def amount_of(text: str) -> Decimal | None:
    """Yuan from a cell: thousands separators, ¥, full-width digits; None for nothing (empty, "-") and for what is no amount."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").strip("¥￥元\t")
    plain = re.sub(r"^(?:rmb|cny)", "", plain, flags=re.IGNORECASE)
    plain = re.sub(r"^\(([\d.]+)\)$", r"-\1", plain)
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
        days = float(plain)
        seconds = round((days - int(days)) * DAY_SECONDS) % DAY_SECONDS
        return EXCEL_DAY_ONE + dt.timedelta(days=int(days)), (dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60) if seconds else None)
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


def clock_of(text: str) -> dt.time | None:
    """A time of day: 10:05:43, 100543, 10:05, or the time in a cell that has date and time; None for anything else."""
    found = TIME.match(unicodedata.normalize("NFKC", text).strip())
    if not found:
        whole = day_of(text)
        return whole[1] if whole else None
    try:
        return dt.time(*[int(part) if part else 0 for part in found.groups()])
    except ValueError:
        return None
