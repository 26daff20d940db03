"""The dues run: all annual fees of a year, set-based, in one transaction."""

import contextlib
import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.jobs import job_kind, label_summary, report_progress, start_job
from alliance.common.locking import advisory_lock, lock
from alliance.common.models import Job, LogEntry, Organisation
from alliance.common.transitions import move
from fees import mails
from fees.enums import UNSETTLED, RunState
from fees.exceptions import HasMoney, PeriodClosed
from fees.models import DuesRun, Invoice, Payment
from fees.selectors.dues import CANDIDATES, parameters
from fees.selectors.refunds import free_credit
from fees.services.billing import SERIES, terms_of
from fees.services.payments import allocate
from members.models import Institution, Membership, User

KIND = "fees.dues_run"
BATCH = 100
PARTS = 10


class NothingDue(DomainError):
    """A run that would bill nobody."""

    message = _("By the preview nobody is to be billed.")


@transaction.atomic
def draft_run(*, year: int, issued_on: dt.date, actor: User, chosen: Sequence[Institution] = (), **scope: Any) -> DuesRun:
    """A run to look at, over everybody or a part (`tier`, `institution`, `kind`, `province`, `joined_from`, `joined_to`). Nothing is issued before `start_run`."""
    run = DuesRun.objects.create(year=year, issued_on=issued_on, chosen=[unit.pk for unit in chosen], started_by=actor, **scope)
    record("run.drafted", run, actor=actor, year=year)
    return run


@transaction.atomic
def start_run(run: DuesRun, *, actor: User) -> Job:
    """Issue the run in the background. Pressed twice, also at once, it starts one job. Raises InvalidTransition when it has been voided."""
    lock(run)
    if run.state in {RunState.ISSUING, RunState.ISSUED} and run.job is not None:
        return run.job
    job = start_job(KIND, actor=actor, params={"run": run.pk})
    move(run, to=RunState.ISSUING, field="state", job=job)
    return job


@job_kind(KIND, label=_("Dues run"))
def issue_run(job: Job) -> None:
    """Issue all notices of the run. Killed in the middle nothing is left of it, and the next worker begins anew; run again it changes nothing.

    A fixed number of statements whatever the size. Raises NothingDue, PeriodClosed.
    """
    run = DuesRun.objects.get(pk=job.params["run"])
    # Two runs over the same year queue up here; the second finds everybody billed.
    advisory_lock(f"dues:{run.year}")
    lock(run)
    if run.state != RunState.ISSUING:
        return
    try:
        with transaction.atomic():
            _issue_all(run, job)
    except IntegrityError as error:
        if "books are closed" in str(error):
            raise PeriodClosed from error
        raise
    totals = Invoice.objects.filter(run=run).aggregate(count=models.Count("pk"), total=models.Sum("total"))
    move(run, to=RunState.ISSUED, field="state", count=totals["count"], total=totals["total"] or 0)
    job.summary = {"notices": totals["count"], "amount": str(totals["total"] or 0)}
    _log(run)


def run_failed(run: DuesRun) -> DuesRun:
    """A run whose job failed can be started again."""
    if run.state == RunState.ISSUING and run.job is not None and run.job.state == "failed":
        with transaction.atomic():
            lock(run)
            move(run, to=RunState.DRAFT, field="state", job=None)
    return run


label_summary({"notices": _("Notices"), "amount": _("Amount in yuan")})

_CHOOSE = f"""
    CREATE TEMP TABLE dues_all ON COMMIT DROP AS SELECT * FROM ({CANDIDATES}) c
"""
_DUE = """
    CREATE TEMP TABLE dues_due ON COMMIT DROP AS
    SELECT c.*, row_number() OVER (ORDER BY c.name, c.membership_id) AS position FROM dues_all c WHERE c.verdict = 'due'
"""
_NUMBER = """
    INSERT INTO common_numberseries (series, year, last) VALUES (%(series)s, %(issued_year)s, %(count)s)
    ON CONFLICT ON CONSTRAINT number_series_once_a_year DO UPDATE SET last = common_numberseries.last + %(count)s RETURNING last
"""
_INVOICES = """
    INSERT INTO fees_invoice (number, series, year, sequence, purpose, membership_id, institution_id, institution_name, schedule_id, total, remark, terms,
        issued_on, due_on, grace_until, run_id, paid, credited, dispute, void_reason, created_at, updated_at)
    SELECT %(prefix)s || %(issued_year)s || '-' || lpad((%(before)s + position)::text, greatest(4, length((%(before)s + position)::text)), '0'),
        %(prefix)s, %(issued_year)s, %(before)s + position, 'annual', membership_id, institution_id, name, schedule_id, amount - reduction,
        replace(replace(%(remark)s, '{institution}', name), '{fee}', '年费'), %(terms)s::jsonb,
        %(issued_on)s, %(issued_on)s + due_days, %(issued_on)s + due_days + grace_days, %(run)s, 0, 0, '', '', now(), now()
    FROM dues_due WHERE position BETWEEN %(first)s AND %(until)s ORDER BY position
"""
_LINES = """
    INSERT INTO fees_invoiceline (invoice_id, membership_id, kind, year, description, amount, live, adjustment_id, tier_id)
    SELECT i.id, d.membership_id, 'annual', %(year)s,
        %(year)s || '年度年费' || CASE WHEN d.membership_year = 'anniversary' AND d.joined_on IS NOT NULL THEN
            '（' || (d.joined_on + make_interval(years => %(year)s - extract(year FROM d.joined_on)::int))::date || ' 至 '
            || ((d.joined_on + make_interval(years => %(year)s + 1 - extract(year FROM d.joined_on)::int))::date - 1) || '）' ELSE '' END,
        d.amount, true, NULL, d.tier_id
    FROM dues_due d JOIN fees_invoice i ON i.run_id = %(run)s AND i.membership_id = d.membership_id
    UNION ALL
    SELECT i.id, d.membership_id, 'discount', %(year)s, left('减免：' || d.adjustment_reason, 120), -d.reduction, true, d.adjustment_id, d.tier_id
    FROM dues_due d JOIN fees_invoice i ON i.run_id = %(run)s AND i.membership_id = d.membership_id WHERE d.reduction > 0
"""
# A run that begins anew after a crash finds none of these: they are written with the notices, or not at all.
_SKIPS = """
    INSERT INTO fees_runskip (run_id, membership_id, institution_name, verdict, note)
    SELECT %(run)s, c.membership_id, c.name, c.verdict, CASE WHEN c.verdict = 'waived' THEN left(coalesce(c.adjustment_reason, ''), 200) ELSE '' END
    FROM dues_all c WHERE c.verdict <> 'due'
"""


def _issue_all(run: DuesRun, job: Job) -> None:
    organisation = Organisation.load()
    values = parameters(run.year, **run.scope) | {
        "series": f"invoice:{SERIES}",
        "prefix": SERIES,
        "issued_year": run.issued_on.year,
        "issued_on": run.issued_on,
        "run": run.pk,
        "remark": organisation.remark_template,
        "terms": json.dumps(terms_of(organisation), ensure_ascii=False),
    }
    with connection.cursor() as cursor:
        # Whoever bills a single membership holds its lock; taken here in one order for all, so nothing is billed between choosing and issuing.
        cursor.execute("SELECT 1 FROM members_membership WHERE status <> 'ended' ORDER BY id FOR UPDATE")
        # The triggers' plans are made while the tables look small; without an index each of 20,000 rows would walk all those before it.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("DROP TABLE IF EXISTS dues_all, dues_due")
        cursor.execute(_CHOOSE, values)
        cursor.execute(_DUE)
        values["count"] = cursor.rowcount
        if not values["count"]:
            raise NothingDue
        cursor.execute(_SKIPS, values)
        cursor.execute(_NUMBER, values)
        values["before"] = cursor.fetchone()[0] - values["count"]
        cursor.execute("ANALYZE dues_due")
        for part in range(PARTS):
            # Always as many parts, so as many statements: what readers see of the progress is what has been written.
            values["first"], values["until"] = values["count"] * part // PARTS + 1, values["count"] * (part + 1) // PARTS
            cursor.execute(_INVOICES, values)
            report_progress(job, values["until"], values["count"])
        cursor.execute(_LINES, values)


def _log(run: DuesRun) -> None:
    """One entry that stands in the timelines of all units, memberships and notices of the run."""
    entry: LogEntry = record("run.issued", run, source="task:jobs", year=run.year, count=run.count, total=run.total)
    from django.contrib.contenttypes.models import ContentType

    with connection.cursor() as cursor:
        for model, column in ((Invoice, "id"), (Membership, "membership_id"), (Institution, "institution_id")):
            cursor.execute(
                f"INSERT INTO common_logsubject (entry_id, content_type_id, object_id) SELECT DISTINCT %s::bigint, %s::int, {column}::text "
                "FROM fees_invoice WHERE run_id = %s ON CONFLICT DO NOTHING",
                [entry.pk, ContentType.objects.get_for_model(model).pk, run.pk],
            )


def announce_runs(batch: int = BATCH) -> int:
    """Queue the mails of issued runs, a batch in each transaction, each notice once. Safe in any number of workers. Returns how many notices.

    Money that a unit has paid in advance pays its new notice first; who owes nothing then has the receipt instead of the notice.
    """
    _use_credits()
    done = 0
    while True:
        with transaction.atomic():
            chosen = list(_unannounced().select_for_update(skip_locked=True, of=("self",)).select_related("institution", "membership__application")[:batch])
            for invoice in chosen:
                if invoice.state in UNSETTLED:
                    mails.invoice_issued(invoice)
            Invoice.objects.filter(pk__in=[invoice.pk for invoice in chosen]).update(announced_at=clock.now())
        done += len(chosen)
        if len(chosen) < batch:
            return done


def _unannounced() -> models.QuerySet[Invoice]:
    return Invoice.objects.filter(run__state=RunState.ISSUED, announced_at=None, voided_at=None).order_by("pk")


def _use_credits() -> None:
    """Let what units have paid in advance pay the notices that nobody has been told of yet. The run's starter stands for it in the audit."""
    has_credit = Payment.objects.filter(institution=models.OuterRef("institution"), left__gt=0)
    for invoice in _unannounced().filter(models.Exists(has_credit), state__in=UNSETTLED).select_related("run__started_by"):
        assert invoice.run is not None
        for payment in Payment.objects.filter(institution=invoice.institution_id, left__gt=0).order_by("received_on", "pk"):
            # A payment is locked before its invoices, here as everywhere; what somebody else does meanwhile is theirs.
            with contextlib.suppress(DomainError), transaction.atomic():
                part = min(free_credit(lock(payment)), lock(invoice).owed)
                if part > 0:
                    allocate(payment, invoice, part, actor=invoice.run.started_by)


@transaction.atomic
def void_run(run: DuesRun, *, actor: User, reason: str) -> DuesRun:
    """Void all notices of a run, in one step, before anything was paid on any. Raises HasMoney, InvalidTransition."""
    lock(run)
    if run.state != RunState.ISSUED:
        raise InvalidTransition
    notices = Invoice.objects.filter(run=run)
    list(notices.order_by("due_on", "pk").select_for_update().values_list("pk", flat=True))
    if notices.filter(models.Q(paid__gt=0) | models.Q(credited__gt=0)).exists():
        raise HasMoney
    notices.filter(voided_at=None).update(voided_at=clock.now(), voided_by=actor, void_reason=reason)
    move(run, to=RunState.VOIDED, field="state")
    record("run.voided", run, actor=actor, reason=reason, count=run.count)
    return run
