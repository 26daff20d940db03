"""Issuing and voiding payment notices."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.models import Organisation
from alliance.common.money import money
from alliance.common.numbering import next_number
from fees import mails
from fees.enums import LineKind
from fees.models import Invoice, InvoiceLine
from fees.selectors.schedules import annual_fee, schedule_for
from members.models import Application, Membership, User

SERIES = "JF"
Line = tuple[LineKind, int, str, Decimal]


class NoSchedule(DomainError):
    """Nobody has said yet what membership costs in that year."""

    message = _("There is no fee schedule for this year, or it has no amount for the unit's tier. Set it first.")


class HasMoney(DomainError):
    """Money has been allocated to it."""

    message = _("Money has been booked on this invoice. Release it first.")


@transaction.atomic
def issue_joining_invoice(membership: Membership, *, actor: Any = None, source: str = "", on: dt.date) -> Invoice:
    """The first invoice: entry fee and the annual fee of `on`'s year, from the schedule in force then (R3, R4, R5).

    Called again, or by two at once, it returns the one that exists. Raises NoSchedule.
    """
    lock(membership)
    existing = Invoice.objects.filter(lines__membership=membership, lines__kind=LineKind.ENTRY, lines__live=True).first()
    if existing:
        return existing
    schedule = schedule_for(on.year)
    annual = annual_fee(membership, schedule, on.year) if schedule else None
    if schedule is None or annual is None:
        raise NoSchedule
    lines: list[Line] = [(LineKind.ENTRY, on.year, "入会费", schedule.entry_fee), (LineKind.ANNUAL, on.year, f"{on.year}年度年费", annual)]
    return _issue(membership, lines, fee="入会费及年费", on=on, due_days=schedule.due_days, actor=actor, source=source)


def _issue(membership: Membership, lines: list[Line], *, fee: str, on: dt.date, due_days: int, actor: Any, source: str) -> Invoice:
    institution = membership.institution
    sequence = next_number(f"invoice:{SERIES}", on.year)
    invoice = Invoice.objects.create(
        number=f"{SERIES}{on.year}-{sequence:04d}",
        series=SERIES,
        year=on.year,
        sequence=sequence,
        membership=membership,
        institution=institution,
        institution_name=institution.name,
        total=money(sum(amount for _kind, _year, _text, amount in lines)),
        remark=Organisation.load().remark_for(institution.name, fee),
        issued_on=on,
        due_on=on + dt.timedelta(days=due_days),
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, membership=membership, kind=kind, year=year, description=text, amount=amount)
        for kind, year, text, amount in lines
        if amount > 0
    )
    record(
        "invoice.issued", invoice, membership, institution, *_application(membership), actor=actor, source=source, number=invoice.number, total=invoice.total
    )
    mails.invoice_issued(invoice)
    return invoice


@transaction.atomic
def void_invoice(invoice: Invoice, *, actor: User, reason: str) -> Invoice:
    """Declare an unpaid invoice void; its number stays used and its fees can be billed anew. Raises InvalidTransition, HasMoney."""
    lock(invoice)
    if invoice.voided_at:
        raise InvalidTransition
    if invoice.allocations.filter(released_at=None).exists():
        raise HasMoney
    invoice.voided_at, invoice.void_reason = clock.now(), reason
    invoice.save(update_fields=["voided_at", "void_reason", "updated_at"])
    invoice.lines.update(live=False)
    record("invoice.voided", invoice, invoice.membership, invoice.institution, actor=actor, reason=reason)
    return invoice


def _application(membership: Membership) -> list[Application]:
    return [membership.application] if membership.application else []
