"""Real worker processes over one dues run: eight at once, one killed with SIGKILL in the middle of its INSERT, started again."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import CharField, Value
from django.db.models.functions import Concat

from alliance.common.models import Job
from fees.models import Invoice, InvoiceLine
from fees.selectors.books import discrepancies
from fees.services.dues import draft_run, start_run
from members.models import Institution, Membership, MembershipTier
from tests.factories.fees import ScheduleFactory
from tests.factories.members import StaffFactory, TierFactory

ROOT = Path(__file__).resolve().parents[2]
UNITS, WORKERS = 3000, 8
# Each worker is a process of its own; they are forked from one that has loaded the code, since loading it eight times is what took the time.
WORKERS_OF_A_RUN = """
import os, sys, traceback
import django; django.setup()
from django.contrib.auth import get_user_model
from alliance.common.jobs import run_due
from fees.models import DuesRun
from fees.services.dues import start_run

def work(name):
    os.environ["PGAPPNAME"] = name
    run = DuesRun.objects.get(pk={run})
    start_run(run, actor=run.started_by)
    run_due()

names = {{}}
for name in sys.argv[1:]:
    pid = os.fork()
    if pid == 0:
        try:
            work(name)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    names[pid] = name
    print(name, pid, flush=True)
for _n in range(len(names)):
    pid, status = os.wait()
    print(names[pid], os.waitstatus_to_exitcode(status), flush=True)
"""


@pytest.fixture
def members(transactional_db):
    """Active members, made in bulk."""
    ScheduleFactory()
    units = Institution.objects.bulk_create(Institution(name=f"群测大学{n:04d}") for n in range(UNITS))
    made = Membership.objects.bulk_create(Membership(institution=unit) for unit in units)
    tier = TierFactory()
    MembershipTier.objects.bulk_create(MembershipTier(membership=membership, tier=tier, from_year=2018) for membership in made)
    Membership.objects.update(status="active", joined_on=dt.date(2020, 1, 1), number=Concat(Value("K"), "pk", output_field=CharField()))
    return made


def start(run, names):
    """Processes of their own on the test's database, known to the database by their names; returns their parent, and the process number of each."""
    settings = connection.settings_dict
    account = settings["USER"] + (f":{settings['PASSWORD']}" if settings["PASSWORD"] else "")
    port = f"&port={settings['PORT']}" if settings["PORT"] else ""
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{account}@/{settings['NAME']}?host={settings['HOST']}{port}",
        "DJANGO_SETTINGS_MODULE": "alliance.settings.test",
    }
    command = [sys.executable, "-c", WORKERS_OF_A_RUN.format(run=run.pk), *names]
    parent = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    lines = [parent.stdout.readline().split() for _name in names]
    return parent, {name: int(pid) for name, pid in lines}


def wait_for(find, seconds=60):
    """Poll the database until `find` answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := find():
            return answer
        time.sleep(0.002)
    raise AssertionError("it did not come")


def inserting():
    """Which worker is writing notices at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%%INSERT INTO fees_invoice%%' AND pid <> pg_backend_pid()"
        )
        row = cursor.fetchone()
    return row[0] if row else None


def finish(parent):
    """Wait for all; returns the exit codes."""
    # Not communicate(): it reads past the lines that came together with the last name and wait in the buffer.
    too_long = threading.Timer(120, parent.kill)
    too_long.start()
    codes = [int(line.split()[1]) for line in parent.stdout]
    too_long.cancel()
    parent.wait()
    return codes


def test_eight_workers_one_killed_in_the_middle_and_started_again_bill_everybody_once(members):
    run = draft_run(year=2026, issued_on=dt.date(2026, 3, 2), actor=StaffFactory(role="finance"))
    parent, workers = start(run, [f"dues-{n}" for n in range(WORKERS)])
    os.kill(workers[wait_for(inserting)], signal.SIGKILL)
    codes = finish(parent)
    after_the_kill = (codes.count(-signal.SIGKILL), codes.count(0), Invoice.objects.count(), Job.objects.get().state)

    # Six minutes without a sign of life later the job is anybody's.
    Job.objects.update(heartbeat_at=Job.objects.get().heartbeat_at - dt.timedelta(minutes=7))
    again = finish(start(run, ["again-0", "again-1"])[0])

    run.refresh_from_db()
    sequences = list(Invoice.objects.order_by("sequence").values_list("sequence", flat=True))
    billed = InvoiceLine.objects.filter(kind="annual", year=2026, live=True).values("membership").distinct().count()
    assert after_the_kill == (1, WORKERS - 1, 0, "running")
    assert (again, run.state, run.count, billed) == ([0, 0], "issued", UNITS, UNITS)
    assert sequences == list(range(1, UNITS + 1))
    assert discrepancies() == []


def test_a_run_pressed_by_many_is_one_job(members, race):
    run = draft_run(year=2026, issued_on=dt.date(2026, 3, 2), actor=StaffFactory(role="finance"))

    race(*[lambda: start_run(type(run).objects.get(pk=run.pk), actor=run.started_by) for _n in range(WORKERS)])

    assert Job.objects.count() == 1
