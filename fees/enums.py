"""Kinds and states of what is owed and paid."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InvoicePurpose(models.TextChoices):
    """Why an invoice was issued."""

    JOINING = "joining", _("Joining the alliance")
    ANNUAL = "annual", _("Annual fee")
    EVENT = "event", _("Event fee")


class UnitKind(models.TextChoices):
    """Kinds of universities (R19) by which a dues run can be limited."""

    IS_985 = "985", "985"
    IS_211 = "211", "211"
    DOUBLE = "dfc", _("Double First-Class")
    LOCAL = "local", _("Local institution")
    PRIVATE = "private", _("Private")
    COOPERATIVE = "cooperative", _("Sino-foreign or mainland–Hong Kong/Macao cooperation")
    FOREIGN = "foreign", _("Foreign institution in the Hainan Free Trade Port")


class LineKind(models.TextChoices):
    """What a line of an invoice is for."""

    ENTRY = "entry", _("Entry fee")
    ANNUAL = "annual", _("Annual fee")
    EVENT = "event", _("Event fee")
    DISCOUNT = "discount", _("Reduction")


class LateJoining(models.TextChoices):
    """What a unit that joins within a year pays for it."""

    FULL = "full", _("the whole year")
    NEXT_YEAR = "next_year", _("nothing before the next year")
    QUARTERS = "quarters", _("the quarters that are left, the one of joining among them")


class MembershipYear(models.TextChoices):
    """What a year's fee covers."""

    CALENDAR = "calendar", _("the calendar year")
    ANNIVERSARY = "anniversary", _("twelve months from the day of joining")


class ActiveFrom(models.TextChoices):
    """When a university that the council has approved becomes a member."""

    SETTLED = "settled", _("when the joining notice is settled")
    APPROVAL = "approval", _("with the approval")


class LedgerRole(models.TextChoices):
    """The parts that accounts play in our entries."""

    BANK = "bank", _("Bank")
    RECEIVABLE = "receivable", _("Receivables")
    ADVANCE = "advance", _("Received in advance")
    ENTRY = "entry", _("Income: entry fees")
    ANNUAL = "annual", _("Income: annual fees")
    EVENT = "event", _("Income: event fees")
    REDUCTION = "reduction", _("Reductions and credit notes")


class RunState(models.TextChoices):
    """Where a dues run stands."""

    DRAFT = "draft", _("Draft")
    ISSUING = "issuing", _("Being issued")
    ISSUED = "issued", pgettext_lazy("state of fees", "Issued")
    VOIDED = "voided", _("Voided")


R = RunState
RUN_TRANSITIONS = {R.DRAFT: {R.ISSUING}, R.ISSUING: {R.ISSUED, R.DRAFT}, R.ISSUED: {R.VOIDED}, R.VOIDED: set()}


class AdjustmentState(models.TextChoices):
    """Where a reduction stands."""

    PROPOSED = "proposed", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


A = AdjustmentState
ADJUSTMENT_TRANSITIONS = {A.PROPOSED: {A.APPROVED, A.REFUSED}, A.APPROVED: set(), A.REFUSED: set()}


class CreditProposalState(models.TextChoices):
    """Where a large credit note that was asked for stands."""

    PROPOSED = "proposed", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


P = CreditProposalState
PROPOSAL_TRANSITIONS = {P.PROPOSED: {P.APPROVED, P.REFUSED}, P.APPROVED: set(), P.REFUSED: set()}


class RefundState(models.TextChoices):
    """Where money that is to go back stands."""

    ASKED = "asked", pgettext_lazy("refund", "Asked for")
    APPROVED = "approved", _("Approved")
    PAID = "paid", pgettext_lazy("refund", "Transferred")
    REFUSED = "refused", _("Refused")


F = RefundState
REFUND_TRANSITIONS = {F.ASKED: {F.APPROVED, F.REFUSED}, F.APPROVED: {F.PAID, F.REFUSED}, F.PAID: set(), F.REFUSED: set()}
REFUND_WAITS = frozenset({F.ASKED, F.APPROVED})


class VoucherState(models.TextChoices):
    """What became of a transfer that a unit reports."""

    NEW = "new", _("To be confirmed")
    CONFIRMED = "confirmed", _("Payment recorded")
    DISMISSED = "dismissed", _("Not used")


V = VoucherState
VOUCHER_TRANSITIONS = {V.NEW: {V.CONFIRMED, V.DISMISSED}, V.CONFIRMED: {V.NEW}, V.DISMISSED: {V.NEW}}


class LineState(models.TextChoices):
    """What was decided about a line of a bank statement."""

    OPEN = "open", _("To be decided")
    BOOKED = "booked", _("Booked")
    NOT_OURS = "not_ours", _("Not ours")
    RECORDED = "recorded", _("Recorded by hand before")


L = LineState
LINE_TRANSITIONS = {L.OPEN: {L.BOOKED, L.NOT_OURS, L.RECORDED}, L.BOOKED: {L.OPEN}, L.NOT_OURS: {L.OPEN}, L.RECORDED: {L.OPEN}}


class FapiaoRequestState(models.TextChoices):
    """Where a request for a fapiao stands."""

    OPEN = "open", _("To be issued")
    EXPORTED = "exported", _("Exported for the tax bureau")
    ISSUED = "issued", pgettext_lazy("state of fees", "Issued")
    CANCELLED = "cancelled", _("Cancelled")


Q = FapiaoRequestState
REQUEST_TRANSITIONS = {Q.OPEN: {Q.EXPORTED, Q.ISSUED, Q.CANCELLED}, Q.EXPORTED: {Q.OPEN, Q.ISSUED, Q.CANCELLED}, Q.ISSUED: {Q.OPEN}, Q.CANCELLED: set()}


class MatchClass(models.TextChoices):
    """How sure the matching is."""

    SURE = "sure", _("Sure")
    LIKELY = "likely", _("Likely")
    ASK = "ask", _("To be asked")
    OTHER = "other", _("Probably not ours")


class LearntKind(models.TextChoices):
    """What was learnt about."""

    ACCOUNT = "account", _("Account")
    PAYER = "payer", _("Payer")
    REMARK = "remark", _("Words of the remark")


class InvoiceState(models.TextChoices):
    """Where an invoice stands. The database derives it from the money; nobody sets it."""

    OPEN = "open", pgettext_lazy("invoice", "Open")
    PART_PAID = "part_paid", _("Part-paid")
    SETTLED = "settled", _("Settled")
    VOID = "void", pgettext_lazy("state of an invoice", "Void")


UNSETTLED = frozenset({InvoiceState.OPEN, InvoiceState.PART_PAID})


class ReversalKind(models.TextChoices):
    """Why money that had come in went back, or never was there."""

    RETURNED = "returned", _("Transfer returned by the bank")
    REFUND = "refund", _("Refund to the payer")
    MISTAKE = "mistake", _("Entered by mistake")
