"""How fast fees are: issuing joining notices against bare inserts of the same rows, and the PDF of a notice."""

import datetime as dt
import resource
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Concat
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rapidfuzz import fuzz, process

from alliance.common import documents as pdf
from alliance.common.models import Job
from fees.documents import payment_notice
from fees.matching.decide import match_all
from fees.matching.evidence import Credit
from fees.matching.register import OpenInvoice, Register
from fees.models import FeeSchedule, Invoice, InvoiceLine, Payment
from fees.selectors.statements_of_account import account_of
from fees.services.billing import issue_annual_invoice, issue_joining_invoice
from fees.services.dues import draft_run, issue_run, start_run
from fees.services.papers import render_all, write_pages
from fees.services.payments import use_credit
from fees.services.schedules import ensure_schedule
from members.enums import PersonRole
from members.models import Affiliation, Institution, Membership, MembershipTier, Person, Tier, User

NOTICES = 200
PDFS = 20
ON = dt.date(2091, 3, 5)
COPIED = (
    "series", "year", "sequence", "number", "purpose", "membership_id", "institution_id", "institution_name", "schedule_id", "total", "remark",
    "terms", "issued_on", "due_on", "grace_until",
)  # fmt: skip


def jobs() -> Iterator[dict[str, Any]]:
    """Each measure as a row: job, size, seconds, reference, reference_seconds, ratio, queries, peak_mib. Leaves no rows behind."""
    for job in (_issuing, _run, _matching, _account, *((_documents, _batch) if pdf.available() else ())):
        yield job()


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


BATCH = 500
YEARS = 30
ASKS = 20


def _batch() -> dict[str, Any]:
    """500 notices as PDFs by two processes; a worker's peak memory, and how much of it came after the first tenth (flat: about nothing)."""
    with transaction.atomic():
        ensure_schedule()
        actor = User.objects.create_user("bench@example.org")
        invoices = [issue_joining_invoice(membership, actor=actor, on=ON).pk for membership in _memberships(BATCH)]
        peaks, times = [], []
        for keys in (invoices[: BATCH // 10], invoices):
            with TemporaryDirectory() as name:
                folder = Path(name)
                began = time.perf_counter()
                write_pages(folder, keys)
                render_all(folder, lambda done: None)
                times.append(time.perf_counter() - began)
                assert len(list(folder.glob("*.pdf"))) == len(keys)
            peaks.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
        transaction.set_rollback(True)
    row = _row("payment notices in two processes", BATCH, times[1], "ten times a tenth of them", times[0] * 10, 2)
    return row | {"peak_mib": round(peaks[1]), "grown_mib": round(peaks[1] - peaks[0])}


def _account() -> dict[str, Any]:
    """The statement-of-account page of a unit with 30 years behind it, through all of Django, beside the bare question to the database."""
    with transaction.atomic():
        ensure_schedule()
        FeeSchedule.objects.update(effective_from_year=2018)
        actor = User.objects.create_user("bench@example.org")
        # As many others stand around it, so that the database has something to look through.
        for membership in _memberships(8):
            Membership.objects.filter(pk=membership.pk).update(status="active", joined_on=dt.date(2018, 1, 1), number=f"B{membership.pk}")
            membership.refresh_from_db()
            for year in range(YEARS):
                issue_annual_invoice(membership, year=2018 + year, actor=actor, on=dt.date(2018 + year, 3, 5))
            Payment.objects.bulk_create(
                Payment(institution=membership.institution, received_on=dt.date(2018 + year, 4, 5), amount=Decimal(2000), payer_name="x", entered_by=actor)
                for year in range(YEARS - 2)
            )
            for payment in Payment.objects.filter(institution=membership.institution):
                use_credit(payment, actor=actor)
        unit = membership.institution
        person = Person.objects.create(name="x", user=actor)
        Affiliation.objects.create(person=person, institution=unit, role=PersonRole.LIAISON, since=dt.date(2018, 1, 1))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE fees_invoice, fees_payment, fees_allocation, fees_invoiceline")
        client = Client(SERVER_NAME="localhost")
        client.force_login(actor, backend="allauth.account.auth_backends.AuthenticationBackend")
        address = f"{reverse('fees:account')}?on=2091-01-01"
        assert client.get(address).status_code == 200
        seconds, queries = _timed(lambda: [client.get(address) for _ in range(ASKS)])
        reference, _queries = _timed(lambda: [account_of(unit, dt.date(2091, 1, 1)) for _ in range(ASKS)])
        transaction.set_rollback(True)
    row = _row("statement-of-account page, 30 years", ASKS, seconds, "the account's own queries", reference, queries // ASKS)
    return row | {"milliseconds_each": round(seconds / ASKS * 1000, 1)}


RUN_SIZE = 20_000


def _run() -> dict[str, Any]:
    """A dues run against a bare INSERT … SELECT of the same rows into the same tables, triggers and all."""
    with transaction.atomic():
        ensure_schedule()
        actor = User.objects.create_user("bench@example.org")
        Membership.objects.filter(pk__in=[membership.pk for membership in _memberships(RUN_SIZE)]).update(
            status="active", joined_on=dt.date(2020, 1, 1), number=Concat(Value("B"), "pk", output_field=CharField())
        )
        run = draft_run(year=ON.year, issued_on=ON, actor=actor)
        start_run(run, actor=actor)
        job = Job.objects.get(pk=run.job_id)
        seconds, queries = _timed(lambda: issue_run(job))
        count = Invoice.objects.filter(run=run).count()
        with connection.cursor() as cursor:
            # The same rows can stand there a second time only once the first ones are void.
            cursor.execute("UPDATE fees_invoice SET voided_at = now(), void_reason = 'x' WHERE run_id = %s", [run.pk])
        began = time.perf_counter()
        with connection.cursor() as cursor:
            # As the run has it: without, the triggers' plans walk the table for each row, and the bare INSERT takes three times as long as the run.
            cursor.execute("SET LOCAL enable_seqscan = off")
            columns = ", ".join((*COPIED, "run_id", "paid", "credited", "dispute", "void_reason", "created_at", "updated_at"))
            values = columns.replace("year, ", "year + 1, ", 1).replace("number, ", "'X' || number, ", 1).replace("void_reason", "''")
            cursor.execute(f"INSERT INTO fees_invoice ({columns}) SELECT {values} FROM fees_invoice WHERE run_id = %s ORDER BY sequence", [run.pk])
            cursor.execute(
                "INSERT INTO fees_invoiceline (invoice_id, membership_id, kind, year, description, amount, live, adjustment_id) "
                "SELECT n.id, l.membership_id, l.kind, l.year, l.description, l.amount, true, NULL FROM fees_invoiceline l "
                "JOIN fees_invoice i ON i.id = l.invoice_id JOIN fees_invoice n ON n.number = 'X' || i.number WHERE i.run_id = %s",
                [run.pk],
            )
        reference = time.perf_counter() - began
        transaction.set_rollback(True)
    return _row("dues run", count, seconds, "bare INSERT … SELECT of the same rows, same triggers", reference, queries)


CREDITS, UNITS, ALIASES, OPEN = 1000, 3000, 5000, 10_000


def _matching() -> dict[str, Any]:
    """A thousand credits against 3,000 institutions, 5,000 aliases and 10,000 open notices; beside a bare rapidfuzz pass over the same strings."""
    register = Register()
    register.entry_fee, register.amounts = Decimal(3000), {Decimal(2000)}
    places = [a + b for a in "东西南北中华江河湖海山川云龙金银玉泉石林" for b in "京安宁阳州城昌汉津沙原平化德兴"]
    for pk in range(1, UNITS + 1):
        name = f"{places[pk % len(places)]}{'师范理工财经医科农业科技'[2 * (pk % 6) : 2 * (pk % 6) + 2]}{'第' + str(pk) if pk > 1500 else ''}大学"
        register.official[pk] = name
        register.members.add(pk)
        register.add_name(name, pk, full=True, ambiguous=False)
    for number in range(ALIASES):
        register.add_name(f"{register.official[number % UNITS + 1][:3]}{number % 7}", number % UNITS + 1, full=False, ambiguous=number % 3 == 0)
    for number in range(OPEN):
        pk = number % UNITS + 1
        register.add_invoice(pk, OpenInvoice(number, f"JF2091-{number:05d}", Decimal(2000), frozenset({"annual"}), frozenset({2025 + number // UNITS})))

    def written(n: int) -> str:
        """As people write: most as asked, every fifth misspelt, every seventh cut off, every eleventh with the notice's number."""
        name = register.official[n * 3 % UNITS + 1]
        if n % 5 == 0:
            name = name[:2] + "某" + name[3:]
        elif n % 7 == 0:
            name = name[: len(name) - 2]
        return f"可持续联盟+{name}+年费" + (f" JF2091-{n:05d}" if n % 11 == 0 else "")

    lines = [
        Credit(
            written(n),
            f"{register.official[n * 3 % UNITS + 1]}财务处" if n % 2 else "张三",
            "",
            Decimal(2000),
        )
        for n in range(CREDITS)
    ]
    began = time.perf_counter()
    match_all(lines, register)
    seconds = time.perf_counter() - began
    names = list(register.official.values())
    began = time.perf_counter()
    for line in lines:
        process.extractOne(line.remark, names, scorer=fuzz.ratio)
    return _row("matching credits", CREDITS, seconds, "bare rapidfuzz pass over the same remarks", time.perf_counter() - began, 0)
