"""What a membership owes for a year and why: once as SQL over all, once in Python for one unit. A test holds them together."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from alliance.common.money import format_money
from fees.enums import AdjustmentState, LateJoining, MembershipYear
from fees.models import Adjustment, Allocation, CreditNote, FeeSchedule, Invoice, InvoiceLine
from fees.selectors.schedules import annual_fee, schedule_for
from members.enums import MembershipStatus
from members.models import Institution, Membership

CENT = Decimal("0.01")

# One row for each membership that is open: what it would be billed for the year, or why not.
CANDIDATES = """
    WITH schedule AS (
        SELECT * FROM fees_feeschedule WHERE effective_from_year <= %(year)s ORDER BY effective_from_year DESC LIMIT 1
    ), tier AS (
        SELECT DISTINCT ON (membership_id) membership_id, tier_id FROM members_membershiptier WHERE from_year <= %(year)s
        ORDER BY membership_id, from_year DESC
    ), priced AS (
        SELECT m.id AS membership_id, m.institution_id, i.name, m.status, m.joined_on, t.tier_id, s.id AS schedule_id, s.due_days, s.grace_days,
               s.membership_year, a.amount AS full_amount,
               CASE WHEN s.membership_year = 'anniversary' THEN a.amount
                    WHEN extract(year FROM m.joined_on) = %(year)s AND s.late_joining = 'next_year' THEN 0
                    WHEN extract(year FROM m.joined_on) = %(year)s AND s.late_joining = 'quarters'
                        THEN round(a.amount * (5 - extract(quarter FROM m.joined_on)) / 4, 2)
                    ELSE a.amount END AS amount,
               adj.id AS adjustment_id, adj.amount AS adjusted, adj.reason AS adjustment_reason,
               EXISTS (SELECT 1 FROM fees_invoiceline l WHERE l.membership_id = m.id AND l.kind = 'annual' AND l.year = %(year)s AND l.live) AS billed
        FROM members_membership m
        JOIN members_institution i ON i.id = m.institution_id
        LEFT JOIN tier t ON t.membership_id = m.id
        LEFT JOIN schedule s ON true
        LEFT JOIN fees_tieramount a ON a.schedule_id = s.id AND a.tier_id = t.tier_id
        LEFT JOIN fees_adjustment adj ON adj.membership_id = m.id AND adj.year = %(year)s AND adj.state = 'approved'
        WHERE m.status <> 'ended' AND (%(tier)s::bigint IS NULL OR t.tier_id = %(tier)s) AND (%(institution)s::bigint IS NULL OR i.id = %(institution)s)
          AND (%(province)s = '' OR i.province = %(province)s)
          AND (%(joined_from)s::int IS NULL OR extract(year FROM m.joined_on) >= %(joined_from)s)
          AND (%(joined_to)s::int IS NULL OR extract(year FROM m.joined_on) <= %(joined_to)s)
          AND (cardinality(%(chosen)s::bigint[]) = 0 OR i.id = ANY(%(chosen)s::bigint[]))
          AND CASE %(kind)s WHEN '' THEN true WHEN '985' THEN i.is_985 WHEN '211' THEN i.is_211 WHEN 'dfc' THEN i.is_double_first_class
                   WHEN 'local' THEN i.ownership = 'public' AND NOT (i.is_985 OR i.is_211 OR i.is_double_first_class)
                   ELSE i.ownership = %(kind)s END
    )
    SELECT membership_id, institution_id, name, tier_id, schedule_id, due_days, grace_days, membership_year, joined_on, amount,
           full_amount, least(coalesce(adjusted, 0), amount) AS reduction, adjustment_id, adjustment_reason,
           CASE WHEN billed THEN 'billed'
                WHEN status = 'pending_payment' THEN 'joining'
                WHEN extract(year FROM joined_on) > %(year)s THEN 'later'
                WHEN schedule_id IS NULL THEN 'no_schedule'
                WHEN tier_id IS NULL THEN 'no_tier'
                WHEN full_amount IS NULL THEN 'no_amount'
                WHEN amount = 0 AND full_amount > 0 THEN 'late'
                WHEN amount - coalesce(adjusted, 0) <= 0 THEN 'waived'
                ELSE 'due' END AS verdict
    FROM priced
"""
DUE = "due"


def why(verdict: str) -> str:
    """A verdict in the reader's words."""
    return {
        DUE: _("will be billed"),
        "billed": _("billed already for this year"),
        "joining": _("waits for its first payment; the joining notice has the fee"),
        "later": _("joined after this year"),
        "no_schedule": _("no fee schedule is in force in this year"),
        "no_tier": _("has no tier in this year"),
        "no_amount": _("the schedule has no amount for its tier"),
        "late": _("joined within the year; by the schedule nothing is due before the next"),
        "waived": _("waived for this year"),
    }[verdict]


@dataclass(frozen=True)
class Candidate:
    """A unit in the preview of a run; amounts in yuan."""

    membership_id: int
    institution_id: int
    name: str
    tier_id: int | None
    amount: Decimal
    reduction: Decimal
    reason: str
    verdict: str
    last_year: Decimal
    tier: str = ""
    full: Decimal = Decimal("0.00")

    @property
    def basis(self) -> str:
        """Why this amount: the tier, and the joining within the year when it took something off."""
        if self.verdict == DUE and self.amount != self.full:
            return _("%(tier)s, %(full)s a year; joined within the year") % {"tier": self.tier, "full": format_money(self.full)}
        return self.tier

    @property
    def net(self) -> Decimal:
        """What the notice would come to."""
        return self.amount - self.reduction if self.verdict == DUE else Decimal("0.00")

    @property
    def why(self) -> str:
        """In words."""
        return why(self.verdict)


def parameters(
    year: int,
    *,
    tier_id: int | None = None,
    institution_id: int | None = None,
    kind: str = "",
    province: str = "",
    joined_from: int | None = None,
    joined_to: int | None = None,
    chosen: Sequence[int] = (),
) -> dict[str, Any]:
    """The parameters of CANDIDATES: everybody, or only those whom all the given conditions hold for (`chosen`: keys of institutions)."""
    places = {"tier": tier_id, "institution": institution_id, "kind": kind, "province": province}
    return {"year": year, **places, "joined_from": joined_from, "joined_to": joined_to, "chosen": list(chosen)}


def candidates(year: int, **scope: Any) -> list[Candidate]:
    """Everybody a run over the year would look at (`scope` as in `parameters`), by name, with what was billed for the year before. One query."""
    sql = f"""
        WITH c AS ({CANDIDATES}), before AS (
            SELECT membership_id, sum(amount) AS amount FROM fees_invoiceline WHERE kind IN ('annual', 'discount') AND year = %(year)s - 1 AND live GROUP BY 1
        )
        SELECT c.membership_id, c.institution_id, c.name, c.tier_id, coalesce(c.amount, 0), coalesce(c.reduction, 0), coalesce(c.adjustment_reason, ''),
               c.verdict, coalesce(b.amount, 0), coalesce(t.name, ''), coalesce(c.full_amount, 0)
        FROM c LEFT JOIN before b ON b.membership_id = c.membership_id LEFT JOIN members_tier t ON t.id = c.tier_id ORDER BY c.name
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(year, **scope))
        return [Candidate(*row) for row in cursor.fetchall()]


def reduced_by_joining(amount: Decimal, schedule: FeeSchedule, joined_on: dt.date | None, year: int) -> Decimal:
    """The fee of the year in which a unit joins, by the schedule's rule; in other years the whole."""
    if joined_on is None or joined_on.year != year or schedule.late_joining == LateJoining.FULL:
        return amount
    if schedule.membership_year == MembershipYear.ANNIVERSARY:
        return amount  # The fee buys twelve months from the day of joining, so nobody joins it late.
    if schedule.late_joining == LateJoining.NEXT_YEAR:
        return Decimal("0.00")
    left = 5 - ((joined_on.month - 1) // 3 + 1)
    return (amount * left / 4).quantize(CENT, ROUND_HALF_UP)


def approved_adjustment(membership: Membership, year: int) -> Adjustment | None:
    """The reduction of a year that somebody has approved."""
    return Adjustment.objects.filter(membership=membership, year=year, state=AdjustmentState.APPROVED).first()


def period_of(schedule: FeeSchedule, joined_on: dt.date | None, year: int) -> str:
    """What the fee of a year covers, as it stands on the notice."""
    if schedule.membership_year == MembershipYear.CALENDAR or joined_on is None:
        return f"{year}年度年费"
    begin = _same_day(joined_on, year)
    return f"{year}年度年费（{begin} 至 {_same_day(joined_on, year + 1) - dt.timedelta(days=1)}）"


def _same_day(day: dt.date, year: int) -> dt.date:
    """The anniversary; 29 February becomes the 28th, as the database counts it."""
    try:
        return day.replace(year=year)
    except ValueError:
        return dt.date(year, 2, 28)


@dataclass(frozen=True)
class YearExplained:
    """What a unit owes for one year, line by line; amounts in yuan."""

    year: int
    steps: list[tuple[str, Decimal | None]]
    billed: Decimal
    paid: Decimal
    owed: Decimal

    @property
    def rows(self) -> int:
        """How many rows of a table it takes."""
        return len(self.steps) + bool(self.billed)


def explain(institution: Institution, first: int, last: int) -> list[YearExplained]:
    """What the unit owes for each year of `first`..`last`, and why: schedule, tier, joining, reduction, notice, payments."""
    memberships = list(Membership.objects.filter(institution=institution).prefetch_related("tiers__tier").order_by("pk"))
    return [_explain_year(memberships, year) for year in range(first, last + 1)]


def _explain_year(memberships: list[Membership], year: int) -> YearExplained:
    lines = list(
        InvoiceLine.objects.filter(membership__in=memberships, year=year, kind__in=["annual", "discount", "entry"], live=True)
        .select_related("invoice")
        .order_by("pk")
    )
    if lines:
        return _billed_year(lines, year)
    open_one = next((m for m in memberships if m.status != MembershipStatus.ENDED), None)
    if open_one is None:
        return YearExplained(year, [(_("The unit is no member."), None)], Decimal(0), Decimal(0), Decimal(0))
    return YearExplained(year, _forecast(open_one, year), Decimal(0), Decimal(0), Decimal(0))


def _billed_year(lines: list[InvoiceLine], year: int) -> YearExplained:
    invoices: dict[int, Invoice] = {line.invoice_id: line.invoice for line in lines}
    billed = _("%(text)s, notice %(number)s of %(day)s")
    steps: list[tuple[str, Decimal | None]] = [
        (billed % {"text": line.description, "number": line.invoice.number, "day": line.invoice.issued_on}, line.amount) for line in lines
    ]
    credited = _("credit note %(number)s: %(reason)s")
    notes = CreditNote.objects.filter(invoice__in=invoices)
    steps += [(credited % {"number": note.number, "reason": note.reason}, -note.amount) for note in notes]
    paid = _("paid on %(day)s by %(payer)s")
    money = Allocation.objects.filter(invoice__in=invoices, released_at=None).select_related("payment").order_by("payment__received_on", "pk")
    steps += [(paid % {"day": row.payment.received_on, "payer": row.payment.payer_name}, -row.amount) for row in money]
    return YearExplained(
        year,
        steps,
        sum((line.amount for line in lines), Decimal(0)),
        sum((invoice.paid for invoice in invoices.values()), Decimal(0)),
        sum((invoice.owed for invoice in invoices.values()), Decimal(0)),
    )


def _forecast(membership: Membership, year: int) -> list[tuple[str, Decimal | None]]:
    schedule, tier = schedule_for(year), membership.tier_in(year)
    if membership.joined_on is not None and membership.joined_on.year > year:
        return [(_("The unit was no member yet; it joined on %(day)s.") % {"day": membership.joined_on}, None)]
    if schedule is None:
        return [(_("No fee schedule is in force in this year."), None)]
    full = annual_fee(membership, schedule, year)
    if tier is None or full is None:
        return [(_("The unit has no tier in this year, or the schedule no amount for it."), None)]
    steps: list[tuple[str, Decimal | None]] = [
        (_("not billed yet; schedule from %(year)s, tier %(tier)s") % {"year": schedule.effective_from_year, "tier": tier.name}, full)
    ]
    due = reduced_by_joining(full, schedule, membership.joined_on, year)
    if due != full:
        steps.append((_("joined on %(day)s: %(rule)s") % {"day": membership.joined_on, "rule": schedule.get_late_joining_display()}, due - full))
    adjustment = approved_adjustment(membership, year)
    if adjustment:
        steps.append((_("reduction: %(reason)s") % {"reason": adjustment.reason}, -min(adjustment.amount, due)))
    total = sum((amount for _text, amount in steps if amount is not None), Decimal(0))
    return [*steps, (_("would be %(amount)s") % {"amount": format_money(total)}, None)]
