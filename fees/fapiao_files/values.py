"""Numbers, days, amounts and names as fapiaos write them, and what the text of a page says."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

NUMBER = re.compile(r"(?<!\d)\d{20}(?!\d)")
DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日|(\d{4})-(\d{1,2})-(\d{1,2})|(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")
MONEY = re.compile(r"[¥￥]\s*(-?\d[\d,]*\.\d{2})")
TAX_NUMBER = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{15,20}(?![0-9A-Z])")
FIELDS = {
    "EIid": "number", "InvoiceNumber": "number", "InvoiceNo": "number", "IssueTime": "issued_on", "IssueDate": "issued_on", "RequestTime": "issued_on",
    "TotalAmWithoutTax": "net", "TaxExclusiveTotalAmount": "net", "TotalTaxAm": "tax", "TaxTotalAmount": "tax", "TotalTax-includedAmount": "total",
    "TaxInclusiveTotalAmount": "total", "BuyerName": "buyer_name", "BuyerIdNum": "buyer_tax_number", "BuyerTaxID": "buyer_tax_number",
    "SellerName": "seller_name", "SellerIdNum": "seller_tax_number", "SellerTaxID": "seller_tax_number",
    "发票号码": "number", "开票日期": "issued_on", "合计金额": "net", "合计税额": "tax", "价税合计": "total",
    "购买方名称": "buyer_name", "购买方纳税人识别号": "buyer_tax_number", "销售方名称": "seller_name", "销售方纳税人识别号": "seller_tax_number",
}  # fmt: skip
NOTICE = re.compile(r"JF\d{4}-\d{4,}")
RED_OF = re.compile(r"(?:被红冲|对应|原)[^\d]{0,20}(\d{20})")


@dataclass
class Facts:
    """What is known of one fapiao so far, and what it was read by first."""

    values: dict[str, Any] = field(default_factory=dict)
    read_by: str = ""

    def add(self, found: dict[str, Any], source: str) -> None:
        """Fill what is not known yet."""
        fresh = {name: value for name, value in found.items() if value not in (None, "") and not self.values.get(name)}
        if fresh and not self.read_by:
            self.read_by = source
        self.values |= fresh


def value_of(name: str, text: str) -> Any:
    """The text of a field as its value: a day, yuan, digits, or plain text; None or empty for what is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if name == "issued_on":
        return day_of(plain)
    if name in {"net", "tax", "total"}:
        return amount_of(plain)
    if name == "number":
        return digits_of(plain)
    return plain.upper().replace(" ", "") if name.endswith("tax_number") else plain[:200]


def digits_of(text: str) -> str:
    """A fapiao's number of 20 digits (8 on old ones), or nothing."""
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) in {8, 20} else ""


def amount_of(text: str) -> Decimal | None:
    """Yuan with two places, or None."""
    plain = text.replace(",", "").strip("¥￥元 ")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    return value.quantize(Decimal("0.01")) if value.is_finite() and abs(value) < Decimal(10) ** 10 else None


def day_of(text: str) -> dt.date | None:
    """The first sensible day in a text, or None."""
    for hit in DAY.finditer(text):
        parts = [int(part) for part in hit.groups() if part]
        try:
            day = dt.date(parts[0], parts[1], parts[2])
        except ValueError:
            continue
        if 2015 <= day.year <= 2100:
            return day
    return None


def from_text(text: str) -> dict[str, Any]:
    """From the text of a page in one of its two usual orders: labels beside values, or all labels first."""
    number = NUMBER.search(text)
    amounts = [value for value in (amount_of(hit) for hit in MONEY.findall(text)) if value is not None]
    total = max(amounts, key=abs) if amounts else None
    found: dict[str, Any] = {"number": number.group(0) if number else "", "issued_on": day_of(text), "total": total}
    others = sorted((value for value in amounts if value != total), key=abs, reverse=True)
    if total is not None and others and others[0] + sum(others[1:2], Decimal(0)) == total:
        found |= {"net": others[0], "tax": others[1] if len(others) > 1 else Decimal(0)}
    names = re.findall(r"名\s*称\s*[::]\s*([^\s::]+)", text)
    numbers = [hit for hit in TAX_NUMBER.findall(text) if not (number and hit == number.group(0)) and re.search(r"\d", hit)]
    if len(names) >= 2:
        found |= {"buyer_name": names[0], "seller_name": names[1]}
    elif number is not None:
        lines = [line.strip() for line in text[number.end() :].splitlines() if line.strip()]
        codes = [n for n, line in enumerate(lines) if TAX_NUMBER.fullmatch(line)]
        if len(codes) >= 2 and codes[0] >= 1:
            found |= {"buyer_name": lines[codes[0] - 1], "seller_name": lines[codes[1] - 1]}
    if len(numbers) >= 2:
        found |= {"buyer_tax_number": numbers[0], "seller_tax_number": numbers[1]}
    if hit := RED_OF.search(text):
        found["red_of"] = hit.group(1)
    # The notices' numbers, which the export writes into the remark, tell requests of one unit apart.
    found["remark"] = " ".join(dict.fromkeys(NOTICE.findall(text)))[:300]
    return found
