"""How fast fees are: issuing joining notices against bare inserts of the same rows, and the PDF of a notice."""

import datetime as dt
import resource
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alliance.common import documents as pdf
from fees.documents import payment_notice
from fees.models import Invoice, InvoiceLine
from fees.services.billing import issue_joining_invoice
from fees.services.schedules import ensure_schedule
from members.models import Institution, Membership, MembershipTier, Tier, User

NOTICES = 200
PDFS = 20
ON = dt.date(2091, 3, 5)
COPIED = (
    "series", "year", "sequence", "number", "purpose", "membership_id", "institution_id", "institution_name", "schedule_id", "total", "remark",
    "terms", "issued_on", "due_on", "grace_until",
)  # fmt: skip


def jobs() -> list[dict[str, Any]]:
    """Each measure as a row: job, size, seconds, reference, reference_seconds, ratio, queries, peak_mib. Leaves no rows behind."""
    return [_issuing(), *([_documents()] if pdf.available() else [])]


def _memberships(count: int) -> list[Membership]:
    """Units that wait for their first payment."""
    tier, _made = Tier.objects.get_or_create(code="ordinary", defaults={"name": "普通联盟单位"})
    units = Institution.objects.bulk_create(Institution(name=f"测速大学{n}") for n in range(count))
    made = Membership.objects.bulk_create(Membership(institution=unit) for unit in units)
    MembershipTier.objects.bulk_create(MembershipTier(membership=membership, tier=tier, from_year=2018) for membership in made)
    return made


def _timed(work: Callable[[], Any]) -> tuple[float, int]:
    """Seconds and queries."""
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
    return seconds, len(queries)


def _row(job: str, size: int, seconds: float, reference: str, reference_seconds: float, queries: int) -> dict[str, Any]:
    """One result."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ratio = round(seconds / reference_seconds, 2)
    values = {"seconds": round(seconds, 3), "reference": reference, "reference_seconds": round(reference_seconds, 3), "ratio": ratio}
    return {"job": job, "size": size, **values, "queries": queries, "peak_mib": round(peak)}


def _issuing() -> dict[str, Any]:
    """The service, with lock, number, audit and mail, against one INSERT a row into the same two tables with the same triggers."""
    with transaction.atomic():
        ensure_schedule()
        actor = User.objects.create_user("bench@example.org")
        memberships = _memberships(NOTICES)
        seconds, queries = _timed(lambda: [issue_joining_invoice(membership, actor=actor, on=ON) for membership in memberships])
        rows = list(Invoice.objects.filter(year=ON.year).order_by("sequence").values(*COPIED))
        lines = {row["number"]: list(InvoiceLine.objects.filter(invoice__number=row["number"])) for row in rows}
        others = _memberships_again(NOTICES)

        def bare() -> None:
            for row, membership in zip(rows, others, strict=True):
                values = row | {"year": 2092, "number": f"B{row['number']}", "membership_id": membership.pk, "institution_id": membership.institution_id}
                invoice = Invoice.objects.create(**values)
                for line in lines[row["number"]]:
                    InvoiceLine.objects.create(
                        invoice=invoice, membership=membership, kind=line.kind, year=line.year, description=line.description, amount=line.amount
                    )

        reference, _queries = _timed(bare)
        transaction.set_rollback(True)
    return _row("issue joining notices", NOTICES, seconds, "bare inserts, row by row", reference, queries)


def _memberships_again(count: int) -> list[Membership]:
    """A second set of units."""
    units = Institution.objects.bulk_create(Institution(name=f"对照大学{n}") for n in range(count))
    return Membership.objects.bulk_create(Membership(institution=unit) for unit in units)


def _documents() -> dict[str, Any]:
    """The PDF of a notice against an empty page by the same renderer."""
    with transaction.atomic():
        ensure_schedule()
        actor = User.objects.create_user("bench@example.org")
        invoice = issue_joining_invoice(_memberships(1)[0], actor=actor, on=ON)
        payment_notice(invoice)  # fonts are read once
        seconds, queries = _timed(lambda: [payment_notice(invoice) for _ in range(PDFS)])
        reference, _queries = _timed(lambda: [pdf.render_pdf("common/pdf/base.html", {}) for _ in range(PDFS)])
        transaction.set_rollback(True)
    return _row("payment notice PDF", PDFS, seconds, "empty page, same renderer", reference, queries)
