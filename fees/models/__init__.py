"""Tables of fees."""

from fees.models.dues import Adjustment, ClosedPeriod, CreditNote, DuesRun, RunSkip, Voucher
from fees.models.dunning import DunningPause, DunningText, QuietPeriod
from fees.models.fapiao import Fapiao, FapiaoRequest, FapiaoSetting, InvoicingData
from fees.models.giving_back import CreditProposal, Refund
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
    "CreditProposal",
    "DuesRun",
    "DunningPause",
    "DunningText",
    "Fapiao",
    "FapiaoRequest",
    "FapiaoSetting",
    "FeeSchedule",
    "Invoice",
    "InvoiceLine",
    "InvoicingData",
    "Learnt",
    "LedgerAccount",
    "Payment",
    "QuietPeriod",
    "Refund",
    "Reversal",
    "RunSkip",
    "StatementLayout",
    "StatementLine",
    "TierAmount",
    "Voucher",
]
