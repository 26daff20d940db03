"""Direct credit notes: small ones at once, large ones when a second person has approved them."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import today
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.money import money
from alliance.common.transitions import move
from fees.enums import CreditProposalState
from fees.exceptions import InvoiceIsVoid, NeedsSecondPerson, NotPositive, TooMuch
from fees.models import CreditNote, CreditProposal, Invoice
from fees.selectors.schedules import schedule_for
from fees.services.billing import credit_invoice
from members.models import User


class AlreadyAskedFor(DomainError):
    """One proposal at a time."""

    message = _("A credit note on this notice waits for approval already.")


def needs_second(invoice: Invoice, amount: Decimal) -> bool:
    """Whether this amount (yuan), with what was taken off the notice directly before, is above the limit of this year's schedule."""
    schedule = schedule_for(today().year)
    direct = invoice.credit_notes.filter(adjustment=None, proposal=None, made_by__isnull=False).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return schedule is not None and money(amount) + direct > schedule.credit_approval_above


@transaction.atomic
def propose_credit(invoice: Invoice, *, amount: Decimal, reason: str, actor: User) -> CreditNote | CreditProposal:
    """Take `amount` (yuan) off a notice, or ask for it where the schedule wants a second person.

    Raises NotPositive, InvoiceIsVoid, TooMuch, AlreadyAskedFor, PeriodClosed.
    """
    value = money(amount)
    lock(invoice)
    if not needs_second(invoice, value):
        return credit_invoice(invoice, amount=value, reason=reason, actor=actor, on=today())
    if value <= 0:
        raise NotPositive
    if invoice.voided_at:
        raise InvoiceIsVoid
    if value > invoice.owed:
        raise TooMuch
    try:
        with transaction.atomic():
            proposal = CreditProposal.objects.create(invoice=invoice, amount=value, reason=reason, proposed_by=actor)
    except IntegrityError as error:
        raise AlreadyAskedFor from error
    record("credit.proposed", proposal, invoice, invoice.institution, actor=actor, amount=value, reason=reason)
    return proposal


@transaction.atomic
def approve_credit(proposal: CreditProposal, *, actor: User) -> CreditNote:
    """Approve, which issues the credit note. Raises InvalidTransition, NeedsSecondPerson, and what `credit_invoice` raises."""
    lock(proposal.invoice)
    lock(proposal)
    if proposal.state != CreditProposalState.PROPOSED:
        raise InvalidTransition
    if proposal.proposed_by_id == actor.pk:
        raise NeedsSecondPerson(_("A credit note of this size must be approved by somebody else."))
    move(proposal, to=CreditProposalState.APPROVED, field="state", decided_by=actor)
    record("credit.approved", proposal, proposal.invoice, actor=actor, amount=proposal.amount)
    return credit_invoice(proposal.invoice, amount=proposal.amount, reason=proposal.reason, actor=actor, on=today(), proposal=proposal)


@transaction.atomic
def refuse_credit(proposal: CreditProposal, *, actor: User) -> CreditProposal:
    """Refuse; the notice stays as it is. Raises InvalidTransition."""
    lock(proposal)
    move(proposal, to=CreditProposalState.REFUSED, field="state", decided_by=actor)
    record("credit.refused", proposal, proposal.invoice, actor=actor)
    return proposal
