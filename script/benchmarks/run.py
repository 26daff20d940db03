"""Measurements on a database of their own: one JSON line a job.

Each line: job, size, seconds, reference (what it is compared with), reference_seconds, ratio, queries, peak_mib.
"""

import datetime as dt
import io
import json
import logging
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
import numpy as np  # noqa: E402
import pypdfium2  # noqa: E402

django.setup()

from celery import current_app  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext, get_runner, setup_databases, teardown_databases  # noqa: E402,F401

from alliance.common.admin.exports import as_xlsx  # noqa: E402
from alliance.common.clock import now  # noqa: E402
from alliance.common.models import NumberSeries  # noqa: E402
from alliance.common.numbering import next_number  # noqa: E402
from alliance.common.sheets.kinds import sheet_kind  # noqa: E402
from alliance.common.sheets.reading import read_rows  # noqa: E402
from alliance.common.sheets.services import begin_import, preview  # noqa: E402
from fees.documents import payment_notice  # noqa: E402
from fees.services.billing import issue_joining_invoice  # noqa: E402
from meetings.services.registration import register  # noqa: E402
from members.answers import digest  # noqa: E402
from members.documents import sealed_form  # noqa: E402
from members.enums import AliasKind  # noqa: E402
from members.importing.moe import ListedInstitution  # noqa: E402
from members.models import Institution, InstitutionAlias, Membership, MembershipTier  # noqa: E402
from members.scans.pages import load_pages  # noqa: E402
from members.scans.reading import read_scan  # noqa: E402
from members.selectors.institutions import search_institutions  # noqa: E402
from members.services.importing import alias_row, import_institutions  # noqa: E402
from members.services.personal import erase_person  # noqa: E402
from script.benchmarks import council, fees, mail, meeting_documents, meetings, notices  # noqa: E402
from tests.factories.common import OutboxMessageFactory  # noqa: E402
from tests.factories.fees import ScheduleFactory  # noqa: E402
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory  # noqa: E402
from tests.factories.members import (  # noqa: E402
    AffiliationFactory,
    ApplicationFactory,
    MembershipFactory,
    PersonFactory,
    StaffFactory,
    TierFactory,
)
from tests.members.scans.generate import seal_picture  # noqa: E402


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


def crowded_search_job(repeats: int) -> None:
    """A search among 3,000 institutions and 10,000 names, against a plain indexed lookup."""
    institutions = list(Institution.objects.order_by("pk")[:2900])
    missing = 10_000 - InstitutionAlias.objects.count()
    rows = (alias_row(institutions[n % len(institutions)], f"别名{n}甲{n % 97}", AliasKind.SHORT) for n in range(missing))
    InstitutionAlias.objects.bulk_create(rows, batch_size=2000)
    wanted = ["样例第7大", "yangli", "ylddx", "bieming"]
    line(
        "search_among_10000_names",
        InstitutionAlias.objects.count(),
        lambda: [search_institutions(wanted[n % 4]) for n in range(repeats)],
        "indexed lookup by name",
        lambda: [list(Institution.objects.filter(name="样例第7大学")) for _n in range(repeats)],
    )


def sheet_jobs(count: int) -> None:
    """A table of memberships with their past: judged row by row, against reading its rows; and exported, against the rows' own query."""
    kind, day = sheet_kind("memberships"), dt.date(2024, 3, 1)
    tier = TierFactory()
    institutions = list(Institution.objects.order_by("pk")[:count])
    numbered = [Membership(institution=i, number=f"2024-{n:04d}", status="active", joined_on=day) for n, i in enumerate(institutions)]
    MembershipTier.objects.bulk_create(MembershipTier(membership=m, tier=tier, from_year=2024) for m in Membership.objects.bulk_create(numbered))
    names = [column.name for column in kind.columns]
    exported = list(kind.export())
    content = as_xlsx("x", names, [[row.get(name, "") for name in names] for row in exported]).content
    run = begin_import(kind, SimpleUploadedFile("x.xlsx", content), actor=StaffFactory())
    line("export_memberships", count, lambda: list(kind.export()), "the rows alone", lambda: list(Membership.objects.filter(number__isnull=False)))
    line("judge_memberships", count, lambda: preview(run, run.mapping), "reading the file", lambda: read_rows(content))


def erasing_job(count: int) -> None:
    """Erasing one person among many applications and mails, against erasing one without any."""
    person, nobody = PersonFactory(), PersonFactory(email="")
    ApplicationFactory.create_batch(count, status="withdrawn", liaison_email=person.email)
    OutboxMessageFactory.create_batch(count)
    officer = StaffFactory()
    line("erase_person", count, lambda: erase_person(person, actor=officer), "a person named nowhere", lambda: erase_person(nobody, actor=officer))


def scan_job() -> None:
    """Reading a two-page photo of a sealed form, against opening its pictures."""
    application = ApplicationFactory()
    document = pypdfium2.PdfDocument(sealed_form(application))
    pictures = [page.render(scale=3).to_pil().convert("RGB") for page in document]
    document.close()
    stamp = seal_picture(np.random.default_rng(1), 380, (200, 20, 40))
    pictures[-1].paste(stamp, (1000, 1400), stamp)
    files = []
    for picture in pictures:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=90)
        files.append(buffer.getvalue())
    wanted = {"reference": application.reference, "version": 1, "digest": digest(application), "pages": len(files)}
    line("read_sealed_scan", len(files), lambda: read_scan(files, **wanted), "opening the pictures", lambda: [load_pages(data) for data in files])


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


def registration_job(count: int) -> None:
    """Registrations of colleagues by the units' liaisons, against bare inserts of as many rows."""
    AllowanceRuleFactory()
    begin = now() + dt.timedelta(days=30)
    meeting = MeetingFactory(capacity=count, starts_at=begin, members_from=now() - dt.timedelta(days=1))
    people = [AffiliationFactory(institution=MembershipFactory().institution, role="liaison", person__with_user=True) for _n in range(count)]

    def bare() -> None:
        with transaction.atomic():
            Institution.objects.bulk_create([Institution(name=f"座位{n}", moe_code=f"47{n:08d}") for n in range(count)], batch_size=1)
            transaction.set_rollback(True)

    def work() -> None:
        for affiliation in people:
            register(meeting, affiliation.institution, affiliation.person, actor=affiliation.person.user)

    line("register_for_meeting", count, work, "bare inserts, row by row", bare)


def _quietly() -> None:
    """No mails from within the measured work: waking the worker is a message to Redis, as in production."""
    logging.disable(logging.WARNING)
    current_app.conf.task_always_eager = False


def main() -> int:
    """Make the database, measure, drop it."""
    _quietly()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        import_job(2919)
        search_job(20)
        crowded_search_job(20)
        sheet_jobs(1000)
        scan_job()
        erasing_job(200)
        invoice_job(100)
        registration_job(100)
        for row in (*mail.jobs(), *fees.jobs(), *council.jobs(), *meeting_documents.jobs(), *notices.jobs()):
            print(json.dumps(row, ensure_ascii=False), flush=True)
        for row in meetings.jobs():
            print(json.dumps(row, ensure_ascii=False), flush=True)
    finally:
        teardown_databases(databases, verbosity=0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
