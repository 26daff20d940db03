"""Lines of a statement: decided by a person, undone; what decisions teach."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.money import money
from alliance.common.transitions import move
from fees.enums import LearntKind, LineState, MatchClass, ReversalKind, VoucherState
from fees.exceptions import TooMuch
from fees.matching.decide import match
from fees.matching.evidence import VOUCHER_DAYS
from fees.matching.names import remark_habit
from fees.matching.register import Register, load_invoices, load_register
from fees.matching.words import plain
from fees.models import BankStatement, Invoice, Learnt, Payment, StatementLine, Voucher
from fees.services.payments import allocate, record_payment, use_credit
from fees.services.reversals import reverse_payment
from fees.services.statements import as_json, credit_of, rematch
from members.models import Institution, User
from members.names import normalise


@dataclass(frozen=True)
class Part:
    """A part of a line for one unit; `invoices` are paid in this order, the rest pays what else is open or stays as credit."""

    institution: Institution
    amount: Decimal
    invoices: tuple[Invoice, ...] = ()


@transaction.atomic
def book_line(line: StatementLine, parts: list[Part], *, actor: User, learn: bool = True, register: Register | None = None) -> list[Payment]:
    """Make a line into payments, one for each unit, and let them pay. Pressed twice it books once.

    What was decided is learnt: this account, this payer and the remark's own words mean the unit (only when the line is for one unit). A transfer
    that the unit has reported is confirmed by it, so that nobody records it a second time.
    Raises TooMuch when the parts are not the line's amount, InvalidTransition for a line decided otherwise, PeriodClosed.
    """
    lock(line)
    if line.state == LineState.BOOKED:
        return list(line.payments.filter(mistaken=False))
    if line.state != LineState.OPEN:
        raise InvalidTransition
    if sum(money(part.amount) for part in parts) != line.amount or not parts:
        raise TooMuch(_("The parts must add up to the amount of the line."))
    round_ = line.payments.count()
    payments = []
    for number, part in enumerate(parts, start=1):
        payment = record_payment(
            institution=part.institution,
            amount=part.amount,
            received_on=line.booked_on,
            payer_name=line.payer_name[:120] or "—",
            payer_account=line.payer_account[:40],
            remark=line.remark[:200],
            bank_serial=_serial_of(line, number, len(parts), round_),
            line=line,
            actor=actor,
            use=False,
        )
        for invoice in part.invoices:
            # The amounts are read under the locks that `allocate` takes in the same order.
            locked = lock(invoice)
            share = min(payment.left, locked.owed)
            if share > 0:
                allocate(payment, locked, share, actor=actor)
        if payment.left > 0:
            use_credit(payment, actor=actor)
        _confirm_voucher(payment)
        payments.append(payment)
    move(line, to=LineState.BOOKED, field="state", decided_by=actor)
    if learn and len(parts) == 1:
        _learn(line, parts[0].institution, actor, register)
    record("line.booked", line, *[part.institution for part in parts], *payments, actor=actor, amount=line.amount)
    return payments


def _serial_of(line: StatementLine, number: int, count: int, round_: int) -> str:
    base = line.serial[:40] or line.key[:24]
    suffix = f"/{number}" if count > 1 else ""
    return f"{base}{suffix}" + (f"#{round_}" if round_ else "")


def _confirm_voucher(payment: Payment) -> None:
    """The unit's own report of this transfer, where there is one."""
    days = dt.timedelta(days=VOUCHER_DAYS)
    near = Voucher.objects.select_for_update().filter(
        state=VoucherState.NEW, institution=payment.institution, amount=payment.amount, paid_on__range=(payment.received_on - days, payment.received_on + days)
    )
    voucher = near.order_by("paid_on", "pk").first()
    if voucher is not None:
        move(voucher, to=VoucherState.CONFIRMED, field="state", payment=payment)
        record("voucher.confirmed", voucher, voucher.institution, payment, actor=payment.entered_by)


def _learn(line: StatementLine, institution: Institution, actor: User, register: Register | None) -> None:
    known = register or load_register()
    keys = (
        (LearntKind.ACCOUNT, normalise(line.payer_account)),
        (LearntKind.PAYER, normalise(plain(line.payer_name))),
        (LearntKind.REMARK, remark_habit(line.remark, known)),
    )
    for kind, key in keys:
        if key and not Learnt.objects.filter(kind=kind, key=key, institution=institution, removed_at=None).exists():
            Learnt.objects.create(kind=kind, key=key[:200], institution=institution, line=line, learnt_by=actor)
            known.learn(kind, key, institution.pk)


@transaction.atomic
def accept_line(line: StatementLine, *, actor: User, register: Register | None = None) -> list[Payment]:
    """Book a line as it is proposed: the first unit, its notices. Raises InvalidTransition when nothing clear is proposed."""
    units = line.proposal.get("units") or []
    if line.verdict not in {MatchClass.SURE, MatchClass.LIKELY} or not units:
        raise InvalidTransition
    return book_line(line, [part_for(units[0], line.amount)], actor=actor, register=register)


def part_for(unit: dict[str, Any], amount: Decimal) -> Part:
    """A proposed unit as a part of a line."""
    found = Invoice.objects.in_bulk(unit.get("invoices") or [])
    chosen = tuple(found[pk] for pk in unit.get("invoices") or [] if pk in found and found[pk].owed > 0)
    return Part(Institution.objects.get(pk=unit["institution"]), amount, chosen)


def accept_sure(lines: Any, *, actor: User) -> Counter[str]:
    """Book all lines that are sure, each in its own transaction. One that cannot be booked any more stays for a person. Returns counts."""
    counts: Counter[str] = Counter()
    register = load_register()
    for line in lines.filter(state=LineState.OPEN, verdict=MatchClass.SURE).order_by("booked_on", "pk"):
        try:
            with transaction.atomic():
                booked = _accept_if_still_sure(line, register, actor)
        except DomainError:
            booked = False
        counts["booked" if booked else "left"] += 1
    return counts


def _accept_if_still_sure(line: StatementLine, register: Register, actor: User) -> bool:
    """What was sure when the file was read is asked again: an earlier line, or somebody else, may have paid the notice meanwhile."""
    institution = next((unit["institution"] for unit in line.proposal.get("units", [])), None)
    load_invoices(register, institution)
    found = match(credit_of(line), register)
    line.verdict, line.proposal = found.verdict, as_json(found)
    line.save(update_fields=["verdict", "proposal", "updated_at"])
    if found.verdict != MatchClass.SURE:
        return False
    accept_line(line, actor=actor, register=register)
    return True


@transaction.atomic
def set_aside(line: StatementLine, *, actor: User, note: str) -> StatementLine:
    """Not the alliance's money. Raises InvalidTransition."""
    lock(line)
    move(line, to=LineState.NOT_OURS, field="state", decided_by=actor, note=note[:200])
    record("line.set_aside", line, actor=actor, reason=note)
    return line


@transaction.atomic
def mark_recorded(line: StatementLine, payment: Payment, *, actor: User) -> StatementLine:
    """The money was entered by hand before the statement came: the line is done and books nothing.

    Raises InvalidTransition when the line is decided, TooMuch when the payment is of another amount, reversed, or belongs to a line itself.
    """
    lock(line)
    lock(payment)
    if payment.amount != line.amount or payment.mistaken or payment.line_id is not None or StatementLine.objects.filter(recorded_as=payment).exists():
        raise TooMuch(_("This payment is not the one of the line."))
    move(line, to=LineState.RECORDED, field="state", decided_by=actor, recorded_as=payment)
    record("line.recorded", line, payment, payment.institution, actor=actor)
    return line


@transaction.atomic
def undo_line(line: StatementLine, *, actor: User, reason: str) -> StatementLine:
    """Take back what was decided: payments of the line are reversed as entered by mistake, what it taught is taken back.

    Raises InvalidTransition for a line nobody has decided, PeriodClosed.
    """
    lock(line)
    if line.state == LineState.OPEN:
        raise InvalidTransition
    for payment in line.payments.filter(mistaken=False).order_by("pk"):
        reverse_payment(payment, actor=actor, reason=reason, kind=ReversalKind.MISTAKE)
        for voucher in Voucher.objects.select_for_update().filter(payment=payment, state=VoucherState.CONFIRMED):
            move(voucher, to=VoucherState.NEW, field="state", payment=None)
    Learnt.objects.filter(line=line, removed_at=None).update(removed_at=clock.now())
    move(line, to=LineState.OPEN, field="state", decided_by=None, note="", recorded_as=None)
    record("line.undone", line, actor=actor, reason=reason)
    rematch(StatementLine.objects.filter(pk=line.pk))
    return line


@transaction.atomic
def forget(learnt: Learnt, *, actor: User) -> Learnt:
    """Take back what a decision taught. Raises InvalidTransition when it was taken back already."""
    lock(learnt)
    if learnt.removed_at:
        raise InvalidTransition
    learnt.removed_at = clock.now()
    learnt.save(update_fields=["removed_at", "updated_at"])
    record("learnt.removed", learnt.institution, actor=actor, key=learnt.key)
    return learnt


def summary(statement: BankStatement) -> dict[str, Any]:
    """Counts and sums of a statement's lines, for the page and the paper."""
    rows = list(statement.lines.all())
    by_state: dict[str, list[StatementLine]] = {state: [row for row in rows if row.state == state] for state in LineState.values}
    return {
        "count": len(rows),
        "sum": sum((row.amount for row in rows), Decimal(0)),
        **{state: len(found) for state, found in by_state.items()},
        **{f"{state}_sum": sum((row.amount for row in found), Decimal(0)) for state, found in by_state.items()},
        "decided": len(rows) - len(by_state[LineState.OPEN]),
        "by_class": Counter(row.verdict for row in by_state[LineState.OPEN]),
    }
