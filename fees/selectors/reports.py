"""What an accountant needs at the end of a year. Every figure is counted from entries, as of a day; amounts in yuan."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

Table = tuple[str, list[str], Sequence[Sequence[Any]]]
# Debit and credit, as settings of the installation; the numbers are those of the accounting system for non-profit organisations.
ACCOUNTS = {"bank": ("1002", "银行存款"), "receivable": ("1121", "应收会费"), "income": ("4201", "会费收入"), "credit": ("2203", "预收账款")}


def _rows(sql: str, **values: Any) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def receivables(on: dt.date) -> Table:
    """What each unit owed at the end of a day, by age of the due date: from notices, credit notes and payments dated up to then."""
    rows = _rows(
        """
        WITH open AS (
            SELECT i.institution_name AS name, i.number, i.due_on, i.total
                - coalesce((SELECT sum(c.amount) FROM fees_creditnote c WHERE c.invoice_id = i.id AND c.credited_on <= %(on)s), 0)
                - coalesce((SELECT sum(a.amount) FROM fees_allocation a JOIN fees_payment p ON p.id = a.payment_id WHERE a.invoice_id = i.id
                    AND p.received_on <= %(on)s
                    AND (a.released_at IS NULL OR (a.released_at AT TIME ZONE 'Asia/Shanghai')::date > %(on)s)), 0) AS owed
            FROM fees_invoice i WHERE i.issued_on <= %(on)s AND (i.voided_at IS NULL OR (i.voided_at AT TIME ZONE 'Asia/Shanghai')::date > %(on)s)
        )
        SELECT name, number, due_on, owed, CASE WHEN due_on >= %(on)s THEN 0 WHEN %(on)s - due_on <= 30 THEN 1 WHEN %(on)s - due_on <= 90 THEN 2
            WHEN %(on)s - due_on <= 365 THEN 3 ELSE 4 END FROM open WHERE owed <> 0 ORDER BY name, due_on
        """,
        on=on,
    )
    ages = [_("not due"), _("1–30 days"), _("31–90 days"), _("91–365 days"), _("over a year")]
    shown = [(name, number, due, owed, ages[age]) for name, number, due, owed, age in rows]
    return _("Receivables"), [_("Unit"), _("Number"), _("Due"), _("Owed"), _("Age")], shown


def income(first: dt.date, last: dt.date) -> Table:
    """What was billed in a time, by fee year, kind and tier, less credit notes and what was voided in it."""
    rows = _rows(
        """
        SELECT l.year, l.kind, coalesce(t.name, ''), sum(l.amount) FROM fees_invoiceline l JOIN fees_invoice i ON i.id = l.invoice_id
        LEFT JOIN LATERAL (SELECT x.name FROM members_membershiptier mt JOIN members_tier x ON x.id = mt.tier_id
            WHERE mt.membership_id = l.membership_id AND mt.from_year <= l.year ORDER BY mt.from_year DESC LIMIT 1) t ON true
        WHERE i.issued_on BETWEEN %(first)s AND %(last)s AND i.voided_at IS NULL GROUP BY 1, 2, 3
        UNION ALL SELECT i.year, 'credit', '', -sum(c.amount) FROM fees_creditnote c JOIN fees_invoice i ON i.id = c.invoice_id
        WHERE c.credited_on BETWEEN %(first)s AND %(last)s AND i.voided_at IS NULL GROUP BY 1 ORDER BY 1, 2, 3
        """,
        first=first,
        last=last,
    )
    kinds = {"entry": _("Entry fee"), "annual": _("Annual fee"), "event": _("Event fee"), "discount": _("Reduction"), "credit": _("Credit note")}
    return _("Income"), [_("Year"), _("Kind"), _("Tier"), _("Amount")], [(year, kinds[kind], tier, amount) for year, kind, tier, amount in rows]


def cash(first: dt.date, last: dt.date) -> Table:
    """Money in and back, by month."""
    rows = _rows(
        """
        SELECT month, sum(came), sum(back), sum(came) - sum(back) FROM (
            SELECT to_char(received_on, 'YYYY-MM') AS month, amount AS came, 0 AS back FROM fees_payment
                WHERE received_on BETWEEN %(first)s AND %(last)s AND NOT mistaken
            UNION ALL SELECT to_char(r.reversed_on, 'YYYY-MM'), 0, r.amount FROM fees_reversal r
                WHERE r.reversed_on BETWEEN %(first)s AND %(last)s AND r.kind <> 'mistake'
        ) m GROUP BY month ORDER BY month
        """,
        first=first,
        last=last,
    )
    return _("Cash by month"), [_("Month"), _("Received"), _("Went back"), _("Net")], rows


def reductions(first: dt.date, last: dt.date) -> Table:
    """Discounts and waivers decided in a time, with who proposed and who approved."""
    rows = _rows(
        """
        SELECT i.name, a.year, a.amount, a.reason, p.email, d.email FROM fees_adjustment a
        JOIN members_membership m ON m.id = a.membership_id JOIN members_institution i ON i.id = m.institution_id
        JOIN members_user p ON p.id = a.proposed_by_id JOIN members_user d ON d.id = a.decided_by_id
        WHERE a.state = 'approved' AND (a.updated_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %(first)s AND %(last)s ORDER BY i.name, a.year
        """,
        first=first,
        last=last,
    )
    return _("Reductions"), [_("Unit"), _("Year"), _("Amount"), _("Reason"), _("Proposed by"), _("Approved by")], rows


def numbers(year: int) -> Table:
    """All numbers issued in a year with what became of them: the list shows by itself that none is missing."""
    rows = _rows(
        """
        SELECT number, issued_on, institution_name, total, state FROM fees_invoice WHERE year = %(year)s
        UNION ALL SELECT c.number, c.credited_on, i.institution_name, -c.amount, 'credit' FROM fees_creditnote c JOIN fees_invoice i ON i.id = c.invoice_id
        WHERE c.year = %(year)s ORDER BY 1
        """,
        year=year,
    )
    states = {
        "open": _("Open"), "part_paid": _("Part-paid"), "settled": _("Settled"), "void": _("Void"), "credit": _("Credit note"),
    }  # fmt: skip
    shown = [(number, day, name, total, states[state]) for number, day, name, total, state in rows]
    return _("Numbers issued"), [_("Number"), _("Date"), _("Unit"), _("Amount"), _("State")], shown


def journal(first: dt.date, last: dt.date) -> Table:
    """Double entries for the accounting system: each event as a debit and a credit line of the same amount."""
    events = _rows(
        """
        SELECT issued_on AS day, number AS voucher, institution_name AS name, 'receivable' AS debit, 'income' AS credit, total AS amount
            FROM fees_invoice WHERE issued_on BETWEEN %(first)s AND %(last)s
        UNION ALL SELECT (voided_at AT TIME ZONE 'Asia/Shanghai')::date, number, institution_name, 'income', 'receivable', total - credited
            FROM fees_invoice WHERE (voided_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %(first)s AND %(last)s AND total > credited
        UNION ALL SELECT c.credited_on, c.number, i.institution_name, 'income', 'receivable', c.amount
            FROM fees_creditnote c JOIN fees_invoice i ON i.id = c.invoice_id WHERE c.credited_on BETWEEN %(first)s AND %(last)s
        UNION ALL SELECT p.received_on, 'P' || p.id, i.name, 'bank', 'credit', p.amount
            FROM fees_payment p JOIN members_institution i ON i.id = p.institution_id WHERE p.received_on BETWEEN %(first)s AND %(last)s AND NOT p.mistaken
        UNION ALL SELECT greatest(p.received_on, v.issued_on), 'P' || p.id, i.name, 'credit', 'receivable', a.amount
            FROM fees_allocation a JOIN fees_payment p ON p.id = a.payment_id JOIN fees_invoice v ON v.id = a.invoice_id
            JOIN members_institution i ON i.id = p.institution_id
            WHERE a.released_at IS NULL AND greatest(p.received_on, v.issued_on) BETWEEN %(first)s AND %(last)s
        UNION ALL SELECT r.reversed_on, 'P' || p.id || '-R' || r.id, i.name, 'credit', 'bank', r.amount
            FROM fees_reversal r JOIN fees_payment p ON p.id = r.payment_id JOIN members_institution i ON i.id = p.institution_id
            WHERE r.reversed_on BETWEEN %(first)s AND %(last)s AND r.kind <> 'mistake'
        ORDER BY 1, 2, 4
        """,
        first=first,
        last=last,
    )
    lines: list[Sequence[Any]] = []
    for day, voucher, name, debit, credit, amount in events:
        lines += [(day, voucher, *ACCOUNTS[debit], amount, None, name), (day, voucher, *ACCOUNTS[credit], None, amount, name)]
    return _("Journal"), [_("Date"), _("Voucher"), _("Account"), _("Name"), _("Debit"), _("Credit"), _("Unit")], lines


def year_end(first: dt.date, last: dt.date) -> list[Table]:
    """All reports of a time; receivables as of its last day."""
    return [receivables(last), income(first, last), cash(first, last), reductions(first, last), numbers(last.year), journal(first, last)]
