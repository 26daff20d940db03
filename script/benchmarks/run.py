"""Measurements on a database of their own: one JSON line a job.

`script/bench council fees` runs those rooms alone: members, fees, mail, council, notices, meetings, faults.

Each line: job, size, seconds, reference (what it is compared with), reference_seconds, ratio, queries, peak_mib.
"""

import datetime as dt
import itertools
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ["TEST_DATABASE"] = "bench_alliance"

import django  # noqa: E402

django.setup()

from celery import current_app  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from alliance.common.clock import now  # noqa: E402
from alliance.common.models import NumberSeries  # noqa: E402
from alliance.common.numbering import next_number  # noqa: E402
from fees.documents import payment_notice  # noqa: E402
from fees.services.billing import issue_joining_invoice  # noqa: E402
from meetings.services.registration import register  # noqa: E402
from members.models import Institution  # noqa: E402
from script.benchmarks import council, fees, mail, meeting_documents, meeting_rush, meetings, members, notices  # noqa: E402
from script.benchmarks.measuring import line  # noqa: E402
from tests.database_template import migrated_template  # noqa: E402
from tests.factories.fees import ScheduleFactory  # noqa: E402
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory  # noqa: E402
from tests.factories.members import (  # noqa: E402
    AffiliationFactory,
    MembershipFactory,
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


def _print(*rooms: Iterable[dict[str, Any]]) -> None:
    """Each row as soon as it is measured."""
    for row in itertools.chain(*rooms):
        print(json.dumps(row, ensure_ascii=False), flush=True)


def _fees() -> None:
    invoice_job(100)
    _print(fees.jobs())


def _meetings() -> None:
    registration_job(100)
    _print(meeting_documents.jobs(), meetings.jobs(), meeting_rush.jobs())


def _faults() -> None:
    """In processes of its own: they are killed."""
    subprocess.run([sys.executable, str(ROOT / "script/benchmarks/faults.py")], cwd=ROOT, check=True)


# In the order in which the whole run takes them.
ROOMS: dict[str, Callable[[], None]] = {
    "members": members.run,
    "fees": _fees,
    "mail": lambda: _print(mail.jobs()),
    "council": lambda: _print(council.jobs()),
    "notices": lambda: _print(notices.jobs()),
    "meetings": _meetings,
    "faults": _faults,
}


def main() -> int:
    """Make the database, measure the rooms that are named (all without a name), drop it. 2 for a name that is no room."""
    unknown = [name for name in sys.argv[1:] if name not in ROOMS]
    if unknown:
        print(f"No such room: {', '.join(unknown)}. There are: {', '.join(ROOMS)}.", file=sys.stderr)
        return 2
    _quietly()
    # Copied from a migrated database, like the tests' own.
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template(connection.settings_dict)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        for name in sys.argv[1:] or ROOMS:
            ROOMS[name]()
    finally:
        teardown_databases(databases, verbosity=0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
