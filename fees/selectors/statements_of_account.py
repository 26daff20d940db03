"""A unit's statement of account (对账单): every entry of its notices and payments on its day, with the balance after it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fees.selectors.ledger import ENTRIES
from fees.selectors.reports import AGES
from members.models import Institution


@dataclass(frozen=True)
class Entry:
    """One row: what was billed and what was paid, in yuan, and what the unit owed after it (negative: what it had in advance)."""

    day: dt.date
    text: str
    billed: Decimal | None
    paid: Decimal | None
    balance: Decimal


@dataclass(frozen=True)
class Account:
    """A unit's account up to a day; amounts in yuan."""

    entries: list[Entry]
    billed: Decimal
    paid: Decimal
    balance: Decimal
    ages: list[Decimal]


def account_of(institution: Institution, on: dt.date) -> Account:
    """The account at the end of a day. Two queries however long the history. Money of another unit that paid a notice counts as paid, and the other way round.

    Raises nothing; a unit without history has an empty account.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"unit": institution.pk, "on": on})
        rows = cursor.fetchall()
        cursor.execute(_OPEN, {"unit": institution.pk, "on": on})
        open_ones = cursor.fetchall()
    balance, billed, paid, entries = (Decimal("0.00"), Decimal("0.00"), Decimal("0.00"), [])
    for day, event, reference, detail, amount, other in rows:
        balance += amount
        is_bill = event in {"issue", "void", "credit"}
        billed, paid = (billed + amount, paid) if is_bill else (billed, paid - amount)
        entries.append(Entry(day, _text(event, reference, detail, other), amount if is_bill else None, None if is_bill else -amount, balance))
    ages = [Decimal("0.00")] * (len(AGES) + 1)
    for due, owed in open_ones:
        ages[sum((on - due).days > bound for bound in AGES)] += owed
    return Account(entries, billed, paid, balance, ages)


# Positive raises what the unit owes. Uses within the unit change nothing between notice and payment; those across units do.
_SQL = f"""
    WITH mine AS (
        SELECT day, event, voucher, debit, credit, amount, institution_id, invoice_id, payment_id FROM ({ENTRIES}) e WHERE day <= %(on)s AND (
            e.invoice_id IN (SELECT id FROM fees_invoice WHERE institution_id = %(unit)s)
            OR e.payment_id IN (SELECT id FROM fees_payment WHERE institution_id = %(unit)s))
    )
    SELECT day, event, voucher, detail, amount, other FROM (
        SELECT m.day, m.event, m.voucher, coalesce((SELECT string_agg(l.description, '、' ORDER BY l.id) FROM fees_invoiceline l
                WHERE l.invoice_id = m.invoice_id AND m.event = 'issue'), '') AS detail,
            sum(CASE WHEN m.debit = 'receivable' THEN m.amount ELSE -m.amount END) AS amount, '' AS other, 0 AS rank
        FROM mine m WHERE m.event IN ('issue', 'void', 'credit') GROUP BY m.day, m.event, m.voucher, m.invoice_id
        UNION ALL
        SELECT m.day, m.event, m.voucher, p.payer_name || CASE WHEN p.remark = '' THEN '' ELSE ' · ' || p.remark END,
            CASE WHEN m.debit = 'bank' THEN -m.amount ELSE m.amount END, '', 1
        FROM mine m JOIN fees_payment p ON p.id = m.payment_id WHERE 'bank' IN (m.debit, m.credit)
        UNION ALL
        SELECT m.day, m.event, i.number, '', CASE WHEN (p.institution_id = %(unit)s) = (m.event = 'use') THEN m.amount ELSE -m.amount END,
            CASE WHEN p.institution_id = %(unit)s THEN i.institution_name ELSE u.name END, 2
        FROM mine m JOIN fees_payment p ON p.id = m.payment_id JOIN fees_invoice i ON i.id = m.invoice_id JOIN members_institution u ON u.id = p.institution_id
        WHERE m.event IN ('use', 'release') AND p.institution_id <> i.institution_id
    ) rows ORDER BY day, rank, voucher
"""
_OPEN = f"""
    SELECT i.due_on, e.owed FROM (
        SELECT invoice_id, sum(CASE WHEN debit = 'receivable' THEN amount ELSE -amount END) AS owed FROM ({ENTRIES}) x
        WHERE day <= %(on)s AND 'receivable' IN (debit, credit) AND invoice_id IN (SELECT id FROM fees_invoice WHERE institution_id = %(unit)s)
        GROUP BY invoice_id
    ) e JOIN fees_invoice i ON i.id = e.invoice_id WHERE e.owed <> 0
"""


# Translated when a row needs one: a history has many rows.
_TEXTS = {
    "issue": gettext_noop("Notice %(number)s: %(detail)s"),
    "void": gettext_noop("%(number)s is void"),
    "credit": gettext_noop("Credit note %(number)s"),
    "payment": gettext_noop("Payment of %(detail)s"),
    "returned": gettext_noop("Transfer returned by the bank: %(detail)s"),
    "refund": gettext_noop("Refund: %(detail)s"),
    "mistake": gettext_noop("Entered by mistake, taken out: %(detail)s"),
    "use": gettext_noop("%(number)s, paid together with %(other)s"),
    "release": gettext_noop("%(number)s, no longer paid together with %(other)s"),
}


def _text(event: str, reference: str, detail: str, other: str) -> str:
    return _(_TEXTS[event]) % {"number": reference, "detail": detail, "other": other}
