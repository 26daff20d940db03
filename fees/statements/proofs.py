"""Whether a file is whole: by its balances, by the counts and sums it states itself, by what the statement before it ended with."""

import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from fees.statements.cells import amount_of, is_shortened
from fees.statements.headers import folded
from fees.statements.rows import Noted, Row

# What files say of themselves above the header: (our name of the figure) → (how banks write it).
DECLARED = {
    "in_count": ("贷方笔数", "贷方总笔数", "收入笔数", "收入总笔数", "贷记笔数", "贷方合计笔数"),
    "in_sum": (
        "贷方金额",
        "贷方合计",
        "贷方总额",
        "贷方总金额",
        "贷方合计金额",
        "贷方发生额合计",
        "收入合计",
        "收入总额",
        "收入总金额",
        "收入金额合计",
        "收入合计金额",
    ),
    "out_count": ("借方笔数", "借方总笔数", "支出笔数", "支出总笔数", "借记笔数", "借方合计笔数"),
    "out_sum": (
        "借方金额",
        "借方合计",
        "借方总额",
        "借方总金额",
        "借方合计金额",
        "借方发生额合计",
        "支出合计",
        "支出总额",
        "支出总金额",
        "支出金额合计",
        "支出合计金额",
    ),
    "count": ("总笔数", "合计笔数", "交易笔数", "记录数"),
}


def signed(row: Row) -> Decimal:
    """The amount, negative for money that went out."""
    return row.amount if row.direction == "in" else -row.amount


def balances(lines: Sequence[Row]) -> tuple[str, tuple[int, ...], Decimal | None, Decimal | None]:
    """Whether each balance follows from the one before, in one of the two orders in which banks list; where not; and what the period began and ended with.

    A line without a balance is added up to the next one that has one.
    """
    if sum(line.balance is not None for line in lines) < min(2, len(lines)):
        return "none", (), None, None
    down, up = _breaks(lines), _breaks(lines[::-1])
    breaks = min(down, up, key=len)
    if breaks:
        return "broken", tuple(sorted(breaks)), None, None
    ordered = lines if len(down) <= len(up) else lines[::-1]
    first, last = ordered[0].balance, ordered[-1].balance
    opening = first - signed(ordered[0]) if first is not None else None
    return ("proved" if len(lines) > 1 else "none"), (), opening, last


def _breaks(ordered: Sequence[Row]) -> tuple[int, ...]:
    expected: Decimal | None = None
    found = []
    for line in ordered:
        if expected is not None:
            expected += signed(line)
        if line.balance is not None:
            if expected is not None and expected != line.balance:
                found.append(line.number)
            expected = line.balance
    return tuple(found)


def declared(preamble: list[list[str]]) -> dict[str, Decimal]:
    """The counts and sums that the rows above the header state."""
    found: dict[str, Decimal] = {}
    names = {name: figure for figure, synonyms in DECLARED.items() for name in synonyms}
    for row in preamble:
        for position, text in enumerate(row):
            label, _colon, rest = folded(text).partition(":")
            figure = names.get(label)
            value = amount_of(rest or next((cell for cell in row[position + 1 : position + 2] if cell), "")) if figure else None
            if figure and value is not None:
                found.setdefault(figure, value)
    return found


def against_declared(preamble: list[list[str]], lines: Sequence[Row]) -> list[Noted]:
    """What differs between the figures that the file states and its rows."""
    came, went = [line.amount for line in lines if line.direction == "in"], [line.amount for line in lines if line.direction == "out"]
    counted = {
        "in_count": Decimal(len(came)), "in_sum": sum(came, Decimal(0)), "out_count": Decimal(len(went)), "out_sum": sum(went, Decimal(0)),
        "count": Decimal(len(lines)),
    }  # fmt: skip
    labels = {
        "in_count": _("transfers in"), "in_sum": _("sum of money in"), "out_count": _("transfers out"), "out_sum": _("sum of money out"),
        "count": _("number of transactions"),
    }  # fmt: skip
    text = _("The file states %(stated)s (%(label)s), its rows give %(counted)s: rows may be missing.")
    return [
        Noted(0, text % {"label": labels[figure], "stated": f"{value.normalize():f}", "counted": f"{counted[figure].normalize():f}"})
        for figure, value in declared(preamble).items()
        if abs(value) != counted[figure]
    ]


def own_account(preamble: list[list[str]], body: list[list[str]], columns: dict[str, int]) -> str:
    """The account that the statement is of, as digits: from the rows above the header, else from its column; empty when none is there whole."""
    for row in preamble:
        for position, text in enumerate(row):
            label, _colon, rest = folded(text).partition(":")
            if label in {"账号", "账户号", "查询账号", "本方账号"}:
                value = rest or next((cell for cell in row[position + 1 :] if cell), "")
                digits = "" if is_shortened(value) else re.sub(r"\D", "", value)
                if digits:
                    return digits
    position = columns.get("own_account")
    if position is not None:
        for row in body:
            if position < len(row) and not is_shortened(row[position]) and (digits := re.sub(r"\D", "", row[position])):
                return digits
    return ""
