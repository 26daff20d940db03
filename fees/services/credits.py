"""Credit notes; those of one person's own: small ones at once, large ones when a second person has approved them."""

import datetime as dt
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import today
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.money import money
from alliance.common.numbering import next_number
from alliance.common.transitions import move
from fees.enums import CreditProposalState
from fees.exceptions import InvoiceIsVoid, NeedsSecondPerson, NotPositive, PeriodClosed, TooMuch
from fees.models import Adjustment, CreditNote, CreditProposal, Invoice, Refund
from fees.selectors.periods import is_closed
from fees.selectors.schedules import schedule_for
from fees.services.invoices import about
from members.models import User

CREDIT_SERIES = "HC"


class AlreadyAskedFor(DomainError):
    """One proposal at a time."""

    message = _("A credit note on this notice waits for approval already.")


@transaction.atomic
def credit_invoice(
    invoice: Invoice,
    *,
    amount: Decimal,
    reason: str,
    actor: User | None,
    on: dt.date,
    source: str = "",
    adjustment: Adjustment | None = None,
    proposal: CreditProposal | None = None,
    refund: Refund | None = None,
    for_place: bool = False,
) -> CreditNote:
    """Take `amount` (yuan) off an issued notice, with a credit note of its own number. What has been paid is not touched.

    It follows from what was agreed on elsewhere (`adjustment`, `proposal`, `refund`), from the release of a place (`for_place`), or is one person's own,
    which the database takes only up to the schedule's limit.
    Raises InvoiceIsVoid, NotPositive, TooMuch (release payments first), PeriodClosed.
    """
    value = money(amount)
    if value <= 0:
        raise NotPositive
    lock(invoice)
    if invoice.voided_at:
        raise InvoiceIsVoid
    if value > invoice.owed:
        raise TooMuch
    if is_closed(on):
        raise PeriodClosed  # The trigger would refuse it as well.
    sequence = next_number(f"credit:{CREDIT_SERIES}", on.year)
    note = CreditNote.objects.create(
        number=f"{CREDIT_SERIES}{on.year}-{sequence:04d}",
        series=CREDIT_SERIES,
        year=on.year,
        sequence=sequence,
        invoice=invoice,
        adjustment=adjustment,
        proposal=proposal,
        refund=refund,
        for_place=for_place,
        amount=value,
        reason=reason,
        credited_on=on,
        made_by=actor,
    )
    invoice.refresh_from_db(fields=["credited", "owed", "state"])
    record("invoice.credited", *about(invoice), actor=actor, source=source, number=note.number, amount=value, reason=reason)
    return note


def needs_second(invoice: Invoice, amount: Decimal) -> bool:
    """Whether this amount (yuan), with what was taken off the notice directly before, is above the limit of this year's schedule."""
    schedule = schedule_for(today().year)
    direct = invoice.credit_notes.filter(adjustment=None, proposal=None, refund=None, for_place=False).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return money(amount) + direct > (schedule.credit_approval_above if schedule else 0)


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
