"""What a cell says, as a person reads it."""

import datetime as dt
import unicodedata
from typing import Any

MAX_CELL = 5_000


def cell_text(value: Any) -> str:
    """A cell as a person reads it: 12.0 is 12, a date is 2025-03-05, full-width digits are plain, no control characters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    text = unicodedata.normalize("NFKC", str(value))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C").strip().lstrip("'")[:MAX_CELL]
