"""Tables of fees."""

from fees.models.dues import Adjustment, ClosedPeriod, CreditNote, DuesRun, Voucher
from fees.models.dunning import DunningPause, DunningText, QuietPeriod
from fees.models.fapiao import Fapiao, FapiaoRequest, FapiaoSetting
from fees.models.invoice import Invoice, InvoiceLine
from fees.models.ledger import LedgerAccount
from fees.models.payment import Allocation, Payment, Reversal
from fees.models.schedule import FeeSchedule, TierAmount
from fees.models.statement import BankStatement, Learnt, StatementLayout, StatementLine

__all__ = [
    "Adjustment",
    "Allocation",
    "BankStatement",
    "ClosedPeriod",
    "CreditNote",
    "DuesRun",
    "DunningPause",
    "DunningText",
    "Fapiao",
    "FapiaoRequest",
    "FapiaoSetting",
    "FeeSchedule",
    "Invoice",
    "InvoiceLine",
    "Learnt",
    "LedgerAccount",
    "Payment",
    "QuietPeriod",
    "Reversal",
    "StatementLayout",
    "StatementLine",
    "TierAmount",
    "Voucher",
]
