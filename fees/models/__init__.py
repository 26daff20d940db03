"""Tables of fees."""

from fees.models.dues import Adjustment, ClosedPeriod, CreditNote, DuesRun, DunningPause, Voucher
from fees.models.invoice import Invoice, InvoiceLine
from fees.models.payment import Allocation, Payment, Reversal
from fees.models.schedule import FeeSchedule, TierAmount

__all__ = [
    "Adjustment",
    "Allocation",
    "ClosedPeriod",
    "CreditNote",
    "DuesRun",
    "DunningPause",
    "FeeSchedule",
    "Invoice",
    "InvoiceLine",
    "Payment",
    "Reversal",
    "TierAmount",
    "Voucher",
]
