"""What the finance start page shows: how much has come of what was billed, what waits, who has credit, whose fapiao is out before the money."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Prefetch, QuerySet, Sum

from fees.enums import FapiaoRequestState
from fees.models import BankStatement, DuesRun, Fapiao, FapiaoRequest, Invoice, Payment
from fees.selectors.refunds import waiting_refunds

Split = list[tuple[str, Decimal, Decimal]]


def _split(sql: str, year: int) -> Split:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"year": year})
        return [(str(label), paid, owed) for label, paid, owed in cursor.fetchall()]


def collected_by_month(year: int) -> Split:
    """For each month of a year: of the notices due in it, what has been paid and what is still owed."""
    return _split(
        """
        SELECT m, coalesce(sum(i.paid), 0), coalesce(sum(i.owed), 0) FROM generate_series(1, 12) m
        LEFT JOIN fees_invoice i ON i.voided_at IS NULL AND extract(year FROM i.due_on) = %(year)s AND extract(month FROM i.due_on) = m
        GROUP BY m ORDER BY m
        """,
        year,
    )


def collected_by_tier(year: int) -> Split:
    """For each tier: of the notices issued in a year, what has been paid and what is still owed."""
    return _split(
        """
        SELECT coalesce(t.name, '—'), sum(i.paid), sum(i.owed) FROM fees_invoice i
        LEFT JOIN LATERAL (SELECT l.tier_id FROM fees_invoiceline l WHERE l.invoice_id = i.id AND l.tier_id IS NOT NULL ORDER BY l.id LIMIT 1) l ON true
        LEFT JOIN members_tier t ON t.id = l.tier_id WHERE i.voided_at IS NULL AND i.year = %(year)s GROUP BY t.name, t.position ORDER BY t.position
        """,
        year,
    )


def credits_to_use() -> QuerySet[Payment]:
    """Payments of which something is left while their unit owes something, the oldest first."""
    owing = Invoice.objects.open().filter(institution=OuterRef("institution"))
    asked = waiting_refunds().filter(payment=OuterRef("pk"))
    return Payment.objects.filter(Exists(owing), ~Exists(asked), left__gt=0).select_related("institution").order_by("received_on", "pk")


@dataclass(frozen=True)
class FapiaoAhead:
    """A fapiao that went out before the money came (先票后款)."""

    request: FapiaoRequest
    fapiao: Fapiao | None
    owed: Decimal
    days: int


def fapiaos_ahead(on: dt.date) -> list[FapiaoAhead]:
    """Fapiaos that are issued while their notices are still owed, the oldest first, with how many days ago they were issued."""
    unpaid = Invoice.objects.open().filter(fapiao_requests=OuterRef("pk"))
    rows = FapiaoRequest.objects.filter(Exists(unpaid), state=FapiaoRequestState.ISSUED).select_related("institution")
    rows = rows.prefetch_related("invoices", Prefetch("fapiaos", Fapiao.objects.filter(is_red=False).order_by("-issued_on")))
    found = []
    for request in rows:
        fapiao = next(iter(request.fapiaos.all()), None)
        owed = sum((invoice.owed for invoice in request.invoices.all()), Decimal("0.00"))
        found.append(FapiaoAhead(request, fapiao, owed, (on - fapiao.issued_on).days if fapiao and fapiao.issued_on else 0))
    return sorted(found, key=lambda row: -row.days)


def last_statement_day() -> dt.date | None:
    """Up to which day the bank's statements have been read."""
    return BankStatement.objects.aggregate(day=Max("last_day"))["day"]


def latest_runs(count: int = 3) -> QuerySet[DuesRun]:
    """The newest runs with what has been paid on them."""
    return DuesRun.objects.select_related("job").annotate(paid=Sum("invoices__paid"), owed=Sum("invoices__owed")).order_by("-pk")[:count]
