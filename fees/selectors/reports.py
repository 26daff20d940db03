"""What an accountant needs at the end of a year. Every figure is a sum over dated entries (fees/selectors/ledger.py); amounts in yuan."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fees.selectors.ledger import ENTRIES, accounts

Table = tuple[str, list[str], Sequence[Sequence[Any]]]
NOTHING = Decimal("0.00")
# Upper bounds of the ages in days after the due date; the last class has none.
AGES = (0, 30, 90, 365)


def _rows(sql: str, **values: Any) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def age_names() -> list[str]:
    """The classes of age, the youngest first."""
    return [_("not due"), _("1–30 days"), _("31–90 days"), _("91–365 days"), _("over a year")]


def _age(due: dt.date, on: dt.date) -> int:
    """The class of age of what was due on `due`, seen on `on`."""
    days = (on - due).days
    return sum(days > bound for bound in AGES)


def _receivables(on: dt.date) -> list[Sequence[Any]]:
    return _rows(
        f"""
        SELECT i.institution_name, i.number, i.due_on, e.owed FROM (
            SELECT invoice_id, sum(CASE WHEN debit = 'receivable' THEN amount ELSE -amount END) AS owed FROM ({ENTRIES}) entries
            WHERE day <= %(on)s AND 'receivable' IN (debit, credit) GROUP BY invoice_id
        ) e JOIN fees_invoice i ON i.id = e.invoice_id WHERE e.owed <> 0 ORDER BY i.institution_name, i.due_on, i.number
        """,
        on=on,
    )


def receivables(on: dt.date) -> Table:
    """What each unit owed at the end of a day, by age of the due date."""
    ages = age_names()
    shown = [(name, number, due, owed, ages[_age(due, on)]) for name, number, due, owed in _receivables(on)]
    return _("Receivables"), [_("Unit"), _("Number"), _("Due"), _("Owed"), _("Age")], shown


def ageing(on: dt.date) -> Table:
    """What each unit owed at the end of a day, its amounts spread over the classes of age; the last row is the sum."""
    units: dict[str, list[Decimal]] = {}
    for name, _number, due, owed in _receivables(on):
        units.setdefault(name, [NOTHING] * (len(AGES) + 1))[_age(due, on)] += owed
    rows = [(name, *amounts, sum(amounts)) for name, amounts in units.items()]
    sums = [sum((row[column] for row in rows), NOTHING) for column in range(1, len(AGES) + 3)]
    return _("Ageing"), [_("Unit"), *age_names(), _("Owed")], [*rows, (_("Total"), *sums)]


def income(first: dt.date, last: dt.date) -> Table:
    """Income booked in a time, by fee year, kind and tier: what was issued, less what was voided, reduced or credited in it."""
    rows = _rows(
        f"""
        SELECT e.year, e.part, coalesce(t.name, ''), sum(e.amount) FROM (
            SELECT year, tier_id, credit AS part, amount FROM ({ENTRIES}) a WHERE credit IN ('entry', 'annual', 'event', 'reduction')
                AND day BETWEEN %(first)s AND %(last)s
            UNION ALL SELECT year, tier_id, debit, -amount FROM ({ENTRIES}) b WHERE debit IN ('entry', 'annual', 'event', 'reduction')
                AND day BETWEEN %(first)s AND %(last)s
        ) e LEFT JOIN members_tier t ON t.id = e.tier_id GROUP BY 1, 2, 3 HAVING sum(e.amount) <> 0 ORDER BY 1, 2, 3
        """,
        first=first,
        last=last,
    )
    kinds = {"entry": _("Entry fee"), "annual": _("Annual fee"), "event": _("Event fee"), "reduction": _("Reductions and credit notes")}
    return _("Income"), [_("Year"), _("Kind"), _("Tier"), _("Amount")], [(year, kinds[part], tier, amount) for year, part, tier, amount in rows]


def cash(first: dt.date, last: dt.date) -> Table:
    """Money in and back, by month; entries made by mistake are taken out again in the month of their correction."""
    rows = _rows(
        f"""
        SELECT to_char(day, 'YYYY-MM') AS month, coalesce(sum(amount) FILTER (WHERE event = 'payment'), 0),
            coalesce(sum(amount) FILTER (WHERE event IN ('returned', 'refund')), 0), coalesce(sum(amount) FILTER (WHERE event = 'mistake'), 0),
            sum(CASE WHEN debit = 'bank' THEN amount ELSE -amount END)
        FROM ({ENTRIES}) e WHERE 'bank' IN (debit, credit) AND day BETWEEN %(first)s AND %(last)s GROUP BY 1 ORDER BY 1
        """,
        first=first,
        last=last,
    )
    return _("Cash by month"), [_("Month"), pgettext("amount", "Received"), pgettext("amount", "Went back"), _("Entered by mistake"), _("Net")], rows


def advances(on: dt.date) -> Table:
    """What each unit had paid beyond what it was used for, at the end of a day."""
    rows = _rows(
        f"""
        SELECT u.name, p.received_on, p.payer_name, e.amount FROM (
            SELECT payment_id, sum(CASE WHEN credit = 'advance' THEN amount ELSE -amount END) AS amount FROM ({ENTRIES}) entries
            WHERE day <= %(on)s AND 'advance' IN (debit, credit) GROUP BY payment_id
        ) e JOIN fees_payment p ON p.id = e.payment_id JOIN members_institution u ON u.id = p.institution_id
        WHERE e.amount <> 0 ORDER BY u.name, p.received_on
        """,
        on=on,
    )
    return _("Received in advance"), [_("Unit"), _("Received"), _("Payer"), _("Amount")], rows


def reductions(first: dt.date, last: dt.date) -> Table:
    """Discounts and waivers decided in a time, and credit notes that follow from none of them, with who proposed and who approved."""
    rows = _rows(
        """
        SELECT i.name, a.year, a.amount, a.reason, coalesce(nullif(p.name, ''), p.email), coalesce(nullif(d.name, ''), d.email) FROM fees_adjustment a
        JOIN members_membership m ON m.id = a.membership_id JOIN members_institution i ON i.id = m.institution_id
        JOIN members_user p ON p.id = a.proposed_by_id JOIN members_user d ON d.id = a.decided_by_id
        WHERE a.state = 'approved' AND (a.updated_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT i.institution_name, i.year, c.amount, c.number || ' ' || c.reason, coalesce(nullif(p.name, ''), p.email, ''), coalesce(nullif(d.name, ''), d.email, '')
        FROM fees_creditnote c JOIN fees_invoice i ON i.id = c.invoice_id
        LEFT JOIN fees_creditproposal o ON o.id = c.proposal_id LEFT JOIN fees_refund r ON r.id = c.refund_id
        LEFT JOIN members_user p ON p.id = coalesce(o.proposed_by_id, r.asked_by_id, c.made_by_id)
        LEFT JOIN members_user d ON d.id = coalesce(o.decided_by_id, r.decided_by_id, c.made_by_id)
        WHERE c.adjustment_id IS NULL AND i.voided_at IS NULL AND c.credited_on BETWEEN %(first)s AND %(last)s
        ORDER BY 1, 2
        """,
        first=first,
        last=last,
    )
    return _("Reductions"), [_("Unit"), _("Year"), _("Amount"), _("Reason"), _("Proposed by"), _("Approved by")], rows


def numbers(year: int) -> Table:
    """All numbers issued in a year with what became of them."""
    rows = _rows(
        """
        SELECT number, issued_on, institution_name, total, state FROM fees_invoice WHERE year = %(year)s
        UNION ALL SELECT c.number, c.credited_on, i.institution_name, -c.amount, 'credit' FROM fees_creditnote c JOIN fees_invoice i ON i.id = c.invoice_id
        WHERE c.year = %(year)s ORDER BY 1
        """,
        year=year,
    )
    states = {
        "open": pgettext("invoice", "Open"), "part_paid": _("Part-paid"), "settled": _("Settled"), "void": _("Void"), "credit": _("Credit note"),
    }  # fmt: skip
    shown = [(number, day, name, total, states[state]) for number, day, name, total, state in rows]
    return _("Numbers issued"), [_("Number"), _("Date"), _("Unit"), _("Amount"), _("State")], shown


def numbers_proof(year: int) -> Table:
    """For each series of a year: first and last number, how many should be there, how many are, which are missing; and the sums."""
    rows = _rows(
        """
        WITH issued AS (
            SELECT series, sequence, total AS amount, voided_at IS NOT NULL AS void FROM fees_invoice WHERE year = %(year)s
            UNION ALL SELECT series, sequence, -amount, false FROM fees_creditnote WHERE year = %(year)s
        ), bounds AS (SELECT series, max(sequence) AS last FROM issued GROUP BY series)
        SELECT b.series, 1, b.last, count(i.sequence), b.last - count(i.sequence), coalesce(sum(i.amount), 0),
            coalesce(sum(i.amount) FILTER (WHERE i.void), 0)
        FROM bounds b LEFT JOIN issued i ON i.series = b.series GROUP BY b.series, b.last ORDER BY b.series
        """,
        year=year,
    )
    header = [_("Series"), _("First"), _("Last"), _("Count"), _("Missing"), _("Amount"), _("Of it void")]
    return _("Numbers without a gap"), header, rows


def journal(first: dt.date, last: dt.date) -> Table:
    """Double entries for the accounting system: each event as a debit and a credit line of the same amount, on the accounts that finance has set."""
    events = _rows(
        f"""
        SELECT e.day, e.voucher, u.name, e.debit, e.credit, e.amount FROM ({ENTRIES}) e JOIN members_institution u ON u.id = e.institution_id
        WHERE e.day BETWEEN %(first)s AND %(last)s ORDER BY e.day, e.voucher, e.debit, e.credit, e.amount
        """,
        first=first,
        last=last,
    )
    chart = accounts()
    lines: list[Sequence[Any]] = []
    for day, voucher, name, debit, credit, amount in events:
        lines += [(day, voucher, *chart[debit], amount, None, name), (day, voucher, *chart[credit], None, amount, name)]
    return (
        _("Journal"),
        [_("Date"), pgettext("bookkeeping", "Voucher"), _("Account"), pgettext("of a thing", "Name"), _("Debit"), _("Credit"), _("Unit")],
        lines,
    )


def year_end(first: dt.date, last: dt.date) -> list[Table]:
    """All reports of a time; what was owed and received in advance as of its last day."""
    return [
        receivables(last), ageing(last), income(first, last), cash(first, last), advances(last), reductions(first, last),
        numbers_proof(last.year), numbers(last.year), journal(first, last),
    ]  # fmt: skip
