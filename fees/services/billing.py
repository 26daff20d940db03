"""Issuing payment notices."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction

from alliance.common.audit import record
from alliance.common.locking import lock
from alliance.common.models import Organisation
from alliance.common.money import money
from alliance.common.numbering import next_number
from fees import mails
from fees.enums import ActiveFrom, InvoicePurpose, LineKind
from fees.exceptions import (
    NoSchedule,
    NotAMember,
    NotAwaitingPayment,
    NothingToBill,
    PeriodClosed,
)
from fees.models import FeeSchedule, Invoice, InvoiceLine
from fees.selectors.dues import approved_adjustment, period_of, reduced_by_joining
from fees.selectors.periods import is_closed
from fees.selectors.schedules import annual_fee, schedule_for
from fees.services.invoices import about
from members.enums import MembershipStatus
from members.models import Institution, Membership, User
from members.selectors.memberships import membership_of
from members.services.joining import activate_membership

SERIES = "JF"
Line = tuple[LineKind, int, str, Decimal]


@transaction.atomic
def issue_joining_invoice(membership: Membership, *, actor: Any = None, source: str = "", on: dt.date) -> Invoice:
    """The first invoice: entry fee and the annual fee of `on`'s year, from the schedule in force then (R3, R4, R5).

    Where the schedule says so, the membership begins with it; else when it is settled. Called again, or by many at once, it returns the one that
    exists. Raises NoSchedule, NothingToBill, NotAwaitingPayment.
    """
    lock(membership)
    existing = Invoice.objects.filter(membership=membership, purpose=InvoicePurpose.JOINING, voided_at=None).first()
    if existing:
        return existing
    if membership.status != MembershipStatus.PENDING_PAYMENT:
        raise NotAwaitingPayment
    schedule, annual = _fees_of(membership, on.year, joining=on)
    lines: list[Line] = [(LineKind.ENTRY, on.year, "入会费", schedule.entry_fee), *annual]
    invoice = _issue(membership, InvoicePurpose.JOINING, schedule, lines, fee="入会费及年费", on=on, actor=actor, source=source)
    if schedule.active_from == ActiveFrom.APPROVAL:
        activate_membership(membership, actor=actor, source=source, on=on)
    return invoice


@transaction.atomic
def issue_annual_invoice(membership: Membership, *, year: int, actor: Any = None, source: str = "", on: dt.date) -> Invoice:
    """The annual fee of `year` for one membership, by its tier in that year (R4).

    When the year has been billed already, on whichever notice, that one is returned. Raises NoSchedule, NothingToBill, NotAMember.
    """
    lock(membership)
    existing = Invoice.objects.filter(lines__membership=membership, lines__kind=LineKind.ANNUAL, lines__year=year, lines__live=True).first()
    if existing:
        return existing
    if membership.status not in {MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED}:
        raise NotAMember
    schedule, lines = _fees_of(membership, year)
    return _issue(membership, InvoicePurpose.ANNUAL, schedule, lines, fee="年费", on=on, actor=actor, source=source)


@transaction.atomic
def issue_years(membership: Membership, *, years: list[int], actor: User, on: dt.date) -> Invoice:
    """One notice over several years, for units that pay in advance; years billed already are left out.

    Raises NoSchedule, NothingToBill (also when every year has been billed), NotAMember.
    """
    lock(membership)
    if membership.status not in {MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED}:
        raise NotAMember
    billed = set(InvoiceLine.objects.filter(membership=membership, kind=LineKind.ANNUAL, year__in=years, live=True).values_list("year", flat=True))
    lines: list[Line] = []
    schedule = None
    for year in sorted(set(years) - billed):
        schedule, of_year = _fees_of(membership, year)
        lines += of_year
    if schedule is None:
        raise NothingToBill
    return _issue(membership, InvoicePurpose.ANNUAL, schedule, lines, fee="年费", on=on, actor=actor, source="")


@transaction.atomic
def issue_opening_balance(membership: Membership, *, year: int, owed: Decimal, actor: User, on: dt.date) -> Invoice:
    """What a unit still owed for `year` (yuan) when the system took over, as a notice that nobody is mailed. Raises NoSchedule, NothingToBill."""
    lock(membership)
    schedule = schedule_for(year)
    if schedule is None:
        raise NoSchedule
    lines: list[Line] = [(LineKind.ANNUAL, year, f"{year}年度会费（期初欠缴）", money(owed))]
    return _issue(membership, InvoicePurpose.ANNUAL, schedule, lines, fee=f"{year}年度会费", on=on, actor=actor, source="", silent=True)


@transaction.atomic
def issue_event_invoice(
    institution: Institution, *, lines: list[tuple[str, Decimal]], fee: str, due_on: dt.date, on: dt.date, actor: Any = None, source: str = ""
) -> Invoice:
    """What a unit, member or not, owes for an event: lines of text and yuan, `fee` the name of the fee in the remark (R7).

    Members' contacts get the notice by mail; who else is to get it is the caller's business. Raises NothingToBill, PeriodClosed.
    """
    membership = membership_of(institution)
    charged = [(LineKind.EVENT, on.year, text[:120], money(amount)) for text, amount in lines]
    return _issue(
        membership, InvoicePurpose.EVENT, None, list(charged), fee=fee, on=on, actor=actor, source=source, institution=institution, due_on=max(due_on, on)
    )


def _fees_of(membership: Membership, year: int, *, joining: dt.date | None = None) -> tuple[FeeSchedule, list[Line]]:
    """The schedule of a year and the membership's lines for it: the annual fee by tier and day of joining, and an approved reduction."""
    schedule = schedule_for(year)
    annual = annual_fee(membership, schedule, year) if schedule else None
    if schedule is None or annual is None:
        raise NoSchedule
    joined_on = joining or membership.joined_on
    due = reduced_by_joining(annual, schedule, joined_on, year)
    lines: list[Line] = [(LineKind.ANNUAL, year, period_of(schedule, joined_on, year), due)]
    adjustment = approved_adjustment(membership, year)
    if adjustment and due > 0:
        lines.append((LineKind.DISCOUNT, year, f"减免：{adjustment.reason}"[:120], -min(adjustment.amount, due)))
    return schedule, lines


def _issue(
    membership: Membership | None,
    purpose: InvoicePurpose,
    schedule: FeeSchedule | None,
    lines: list[Line],
    *,
    fee: str,
    on: dt.date,
    actor: Any,
    source: str,
    silent: bool = False,
    institution: Institution | None = None,
    due_on: dt.date | None = None,
) -> Invoice:
    """Number, invoice, lines, audit and mail, in the caller's transaction, which holds the membership's lock.

    Dues have a schedule, which says when they are due; an event's fee says so itself (`due_on`), and has no grace.
    """
    charged = [line for line in lines if line[3] != 0]
    if sum(line[3] for line in charged) <= 0:
        raise NothingToBill
    owing = institution or membership.institution  # type: ignore[union-attr]
    organisation = Organisation.load()
    due = due_on or on + dt.timedelta(days=schedule.due_days)  # type: ignore[union-attr]
    sequence = next_number(f"invoice:{SERIES}", on.year)
    if is_closed(on):
        raise PeriodClosed  # The trigger would refuse it as well.
    invoice = Invoice.objects.create(
        number=f"{SERIES}{on.year}-{sequence:04d}",
        series=SERIES,
        year=on.year,
        sequence=sequence,
        purpose=purpose,
        membership=membership,
        institution=owing,
        institution_name=owing.name,
        schedule=schedule,
        total=money(sum(amount for _kind, _year, _text, amount in charged)),
        remark=organisation.remark_for(owing.name, fee),
        terms=terms_of(organisation),
        issued_on=on,
        due_on=due,
        grace_until=due + dt.timedelta(days=schedule.grace_days if schedule else 0),
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice, membership=membership, kind=kind, year=year, description=text, amount=amount, tier=membership.tier_in(year) if membership else None
        )
        for kind, year, text, amount in charged
    )
    record("invoice.issued", *about(invoice), actor=actor, source=source, number=invoice.number, total=invoice.total)
    if not silent:
        mails.invoice_issued(invoice)
    return invoice


def terms_of(organisation: Organisation) -> dict[str, str]:
    """What the document says of account and contact (R6, R20), kept with the invoice: a later print equals the first."""
    names = ("bank_account_name", "bank_name", "bank_account_number", "finance_contact", "finance_email", "finance_phone", "host", "name", "secretariat")
    return {name: getattr(organisation, name) for name in names}
