"""Discounts and waivers: proposed with a reason, approved (by a second person above a limit), then a line or a credit note."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import today
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.money import money
from alliance.common.transitions import move
from fees.enums import AdjustmentState, LineKind
from fees.exceptions import NeedsSecondPerson, NoSchedule, NotPositive
from fees.models import Adjustment, InvoiceLine
from fees.selectors.schedules import schedule_for
from fees.services.credits import credit_invoice
from members.models import Membership, User


class AlreadyReduced(DomainError):
    """One approved reduction per unit and year."""

    message = _("A reduction for this year has been approved already.")


@transaction.atomic
def propose_adjustment(membership: Membership, *, year: int, amount: Decimal, reason: str, actor: User) -> Adjustment:
    """Propose to take `amount` (yuan) off the unit's fee of `year`. Small ones take effect at once. Raises NotPositive, NoSchedule, AlreadyReduced, TooMuch."""
    value, schedule = money(amount), schedule_for(year)
    if value <= 0:
        raise NotPositive
    if schedule is None:
        raise NoSchedule
    needs_second = value > schedule.second_approval_above
    adjustment = Adjustment.objects.create(membership=membership, year=year, amount=value, reason=reason, needs_second=needs_second, proposed_by=actor)
    record("adjustment.proposed", adjustment, membership, membership.institution, actor=actor, year=year, amount=value, reason=reason)
    return adjustment if needs_second else approve_adjustment(adjustment, actor=actor)


@transaction.atomic
def approve_adjustment(adjustment: Adjustment, *, actor: User) -> Adjustment:
    """Approve: a year not billed yet gets it as a line; on an issued notice it becomes a credit note.

    Raises NeedsSecondPerson, AlreadyReduced, InvalidTransition; TooMuch when the notice owes less than that (release a payment first).
    """
    lock(adjustment.membership)
    lock(adjustment)
    if adjustment.state != AdjustmentState.PROPOSED:
        raise InvalidTransition
    if adjustment.needs_second and adjustment.proposed_by_id == actor.pk:
        raise NeedsSecondPerson
    try:
        with transaction.atomic():
            move(adjustment, to=AdjustmentState.APPROVED, field="state", decided_by=actor)
    except IntegrityError as error:
        raise AlreadyReduced from error
    membership = adjustment.membership
    record("adjustment.approved", adjustment, membership, membership.institution, actor=actor, amount=adjustment.amount)
    line = InvoiceLine.objects.filter(membership=membership, kind=LineKind.ANNUAL, year=adjustment.year, live=True).select_related("invoice").first()
    if line is not None:
        credit_invoice(line.invoice, amount=adjustment.amount, reason=adjustment.reason, actor=actor, on=today(), adjustment=adjustment)
    return adjustment


@transaction.atomic
def refuse_adjustment(adjustment: Adjustment, *, actor: User) -> Adjustment:
    """Refuse a proposal. Raises InvalidTransition."""
    lock(adjustment)
    move(adjustment, to=AdjustmentState.REFUSED, field="state", decided_by=actor)
    record("adjustment.refused", adjustment, adjustment.membership, actor=actor)
    return adjustment
