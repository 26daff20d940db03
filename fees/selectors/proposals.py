"""How money would be used, before anybody decides."""

from dataclasses import dataclass
from decimal import Decimal

from fees.models import Invoice
from fees.selectors.standing import NOTHING, open_invoices
from members.models import Institution


@dataclass(frozen=True)
class Proposal:
    """Parts of an amount for invoices, what is left over as credit, and what stays owed; in yuan."""

    parts: tuple[tuple[Invoice, Decimal], ...]
    rest: Decimal
    still_owed: Decimal


def propose_allocation(institution: Institution, amount: Decimal) -> Proposal:
    """Use `amount` (yuan) for what the institution owes, oldest first."""
    invoices, rest, parts = list(open_invoices(institution)), amount, []
    for invoice in invoices:
        part = min(rest, invoice.owed)
        if part > 0:
            parts.append((invoice, part))
            rest -= part
    owed = sum((invoice.owed for invoice in invoices), NOTHING)
    return Proposal(tuple(parts), rest, owed - (amount - rest))
