"""How money would be used, before anybody decides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from fees.enums import LineKind
from fees.models import Invoice
from fees.selectors.standing import NOTHING, open_invoices
from members.models import Institution

YEAR = re.compile(r"(?<!\d)20[12]\d(?!\d)")
NUMBER = re.compile(r"JF\s*(20\d\d)\s*[-－—]?\s*(\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """Parts of an amount for invoices, what is left over as credit, and what stays owed; in yuan."""

    parts: tuple[tuple[Invoice, Decimal], ...]
    rest: Decimal
    still_owed: Decimal


def propose_allocation(institution: Institution, amount: Decimal, remark: str = "") -> Proposal:
    """Use `amount` (yuan) for what the institution owes: first what the remark names, then the oldest."""
    invoices, rest, parts = list(open_invoices(institution)), amount, []
    for invoice in in_order(invoices, amount, remark):
        part = min(rest, invoice.owed)
        if part > 0:
            parts.append((invoice, part))
            rest -= part
    owed = sum((invoice.owed for invoice in invoices), NOTHING)
    return Proposal(tuple(parts), rest, owed - (amount - rest))


def in_order(invoices: Iterable[Invoice], amount: Decimal, remark: str) -> list[Invoice]:
    """In which order `amount` pays these (given oldest first): what the remark names by number, by year, by the kind of fee; the rest as given.

    An amount that covers everything needs no reading of the remark, and the oldest come first.
    """
    rows = list(invoices)
    if not remark or len(rows) < 2 or amount >= sum(invoice.owed for invoice in rows):
        return rows
    numbers = {f"{year}-{int(sequence)}" for year, sequence in NUMBER.findall(remark)}
    years = {int(year) for year in YEAR.findall(NUMBER.sub("", remark))}
    entry = "入会" in remark

    def rank(invoice: Invoice) -> int:
        if f"{invoice.year}-{invoice.sequence}" in numbers:
            return 0
        lines = list(invoice.lines.all()) if years or entry else []
        if years & {line.year for line in lines}:
            return 1
        return 2 if entry and any(line.kind == LineKind.ENTRY for line in lines) else 3

    return sorted(rows, key=rank)
