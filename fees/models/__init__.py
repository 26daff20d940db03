"""Tables of fees."""

from fees.models.invoice import Invoice, InvoiceLine
from fees.models.payment import Allocation, Payment, Reversal
from fees.models.schedule import FeeSchedule, TierAmount

__all__ = ["Allocation", "FeeSchedule", "Invoice", "InvoiceLine", "Payment", "Reversal", "TierAmount"]
