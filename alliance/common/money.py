"""Money in yuan: `Decimal` with two places, one rounding, and the words of 人民币大写."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
DIGITS = "零壹贰叁肆伍陆柒捌玖"
SMALL_UNITS = ("仟", "佰", "拾", "")
GROUP_UNITS = ("", "万", "亿", "万亿")
MAXIMUM = Decimal("9999999999999999.99")


def money(value: Decimal | int | str) -> Decimal:
    """`value` in yuan as a Decimal with two places, half a fen rounded up.

    Raises ValueError for what is no finite number, and TypeError for a float, whose fen cannot be trusted.
    """
    if isinstance(value, float):
        raise TypeError("Give money as Decimal, int or str; a float has no exact fen.")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount.") from None
    if not amount.is_finite():
        raise ValueError(f"{value!r} is not an amount.")
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def format_money(value: Decimal | int | str) -> str:
    """`value` in yuan as `¥5,000.00`; negative as `-¥5,000.00`."""
    amount = money(value)
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,.2f}"


def rmb_upper(value: Decimal | int | str) -> str:
    """`value` in yuan in capital characters as the rules for filling in bills want it (支付结算办法, annex 1): `人民币伍仟元整`.

    Raises ValueError above 9,999 万亿.
    """
    amount = money(value)
    if abs(amount) > MAXIMUM:
        raise ValueError(f"{amount} is too large to be written in words.")
    sign = "负" if amount < 0 else ""
    yuan, fen_total = divmod(int(abs(amount) * 100), 100)
    jiao, fen = divmod(fen_total, 10)
    words = f"{_integer_words(yuan)}元" if yuan else ""
    if not jiao and not fen:
        return f"人民币{sign}{words or '零元'}整"
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    words += f"{DIGITS[fen]}分" if fen else "整"
    return f"人民币{sign}{words}"


def _integer_words(number: int) -> str:
    """The whole yuan in words, without the 元."""
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words = ""
    gap = False
    for position in range(len(groups) - 1, -1, -1):
        group = groups[position]
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _group_words(group) + _group_unit(position, groups)
        gap = False
    return words


def _group_unit(position: int, groups: list[int]) -> str:
    """万, 亿 or 万亿; the 亿 of 万亿 is said once, with the last of its groups that is not empty."""
    if position == 3:
        return "万" if groups[2] else "万亿"
    return GROUP_UNITS[position]


def _group_words(group: int) -> str:
    """Up to four digits, with one 零 for any run of zeros inside."""
    words = ""
    gap = False
    for unit, digit in zip(SMALL_UNITS, f"{group:04d}", strict=True):
        if digit == "0":
            gap = bool(words)
            continue
        words += ("零" if gap else "") + DIGITS[int(digit)] + unit
        gap = False
    return words
