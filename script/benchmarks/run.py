"""Measurements on a database of their own: one JSON line a job.

Each line: job, size, seconds, reference (what it is compared with), reference_seconds, ratio, queries, peak_mib.
"""

import datetime as dt
import json
import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ["TEST_DATABASE"] = "bench_alliance"

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext, get_runner, setup_databases, teardown_databases  # noqa: E402,F401

from alliance.common.models import NumberSeries  # noqa: E402
from alliance.common.numbering import next_number  # noqa: E402
from fees.documents import payment_notice  # noqa: E402
from fees.services.billing import issue_joining_invoice  # noqa: E402
from members.importing.moe import ListedInstitution  # noqa: E402
from members.models import Institution, InstitutionAlias  # noqa: E402
from members.selectors.institutions import search_institutions  # noqa: E402
from members.services.importing import import_institutions  # noqa: E402
from tests.factories.fees import ScheduleFactory  # noqa: E402
from tests.factories.members import MembershipFactory  # noqa: E402


def measure(work: Callable[[], object]) -> tuple[float, int, float]:
    """Seconds, queries and peak MiB of Python memory of one call."""
    tracemalloc.start()
    with CaptureQueriesContext(connection) as captured:
        begin = time.perf_counter()
        work()
        seconds = time.perf_counter() - begin
    peak = tracemalloc.get_traced_memory()[1] / 1048576
    tracemalloc.stop()
    return seconds, len(captured), peak


def line(job: str, size: int, work: Callable[[], object], reference: str, other: Callable[[], object]) -> None:
    """Run a job and its reference, and print the line."""
    reference_seconds, _queries, _peak = measure(other)
    seconds, queries, peak = measure(work)
    row = {
        "job": job, "size": size, "seconds": round(seconds, 4), "reference": reference, "reference_seconds": round(reference_seconds, 4),
        "ratio": round(seconds / reference_seconds, 2), "queries": queries, "peak_mib": round(peak, 1),
    }  # fmt: skip
    print(json.dumps(row, ensure_ascii=False), flush=True)


def listed(count: int) -> list[ListedInstitution]:
    """A list as large as the ministry's."""
    return [ListedInstitution(n, f"43{n:08d}", f"样例第{n}大学", "江苏省", "苏州市", "undergraduate", "江苏省", "public") for n in range(count)]


def import_job(count: int) -> None:
    """The ministry's list against the bare inserts of the same rows."""

    def bare() -> None:
        with transaction.atomic():
            Institution.objects.bulk_create(Institution(name=f"裸{n}", moe_code=f"42{n:08d}") for n in range(count))
            transaction.set_rollback(True)

    line("import_institutions", count, lambda: import_institutions(listed(count), source="import:moe"), "bulk_create of the rows", bare)


def search_job(repeats: int) -> None:
    """A search by pinyin against a plain indexed lookup."""
    line(
        "search_institutions",
        InstitutionAlias.objects.count(),
        lambda: [search_institutions("yangli") for _n in range(repeats)],
        "indexed lookup by name",
        lambda: [list(Institution.objects.filter(name="样例第7大学")) for _n in range(repeats)],
    )


def invoice_job(count: int) -> None:
    """Joining invoices against the bare counter."""
    ScheduleFactory()
    memberships = MembershipFactory.create_batch(count, pending=True)
    day = dt.date(2026, 3, 5)

    def bare() -> None:
        for _n in range(count):
            with transaction.atomic():
                next_number("bench", 2026)

    invoices: list[object] = []
    line("issue_joining_invoice", count, lambda: invoices.extend(issue_joining_invoice(m, source="sample", on=day) for m in memberships), "next_number", bare)
    line("payment_notice_pdf", 5, lambda: [payment_notice(i) for i in invoices[:5]], "one notice", lambda: payment_notice(invoices[0]))  # type: ignore[arg-type]
    NumberSeries.objects.filter(series="bench").delete()


def main() -> int:
    """Make the database, measure, drop it."""
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        import_job(2919)
        search_job(20)
        invoice_job(100)
    finally:
        teardown_databases(databases, verbosity=0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
