"""Votes from many connections while the ballot closes; a worker killed in the middle of closing."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg2
import pytest
from celery import Celery
from django.conf import settings
from django.db import connection, transaction

from alliance.common.models import OutboxMessage
from alliance.local import services
from alliance.local.paths import redis_socket
from council.models import Ballot, Result
from council.services.voting import cast_votes
from fees.models import Invoice
from members.models import Membership
from tests.council.rush import Rush, rush, wrong
from tests.council.support import let_time_pass, opened, tick
from tests.factories.members import ApplicationFactory
from tests.support import without_triggers

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("secret", [False, True])
def test_forty_seats_vote_on_twenty_motions_while_the_ballot_closes(secretary, secret):
    ballot = opened(secretary, seats=40, motions=20, secret=secret, changeable=not secret)

    result = rush(ballot, connections_at_once=8)

    assert wrong(ballot, result) == []
    assert len(result.receipts) // 20 + result.refused == 40


@pytest.mark.django_db(transaction=True)
def test_control_without_the_trigger_a_vote_under_way_is_accepted_and_not_counted(secretary, race):
    ballot = opened(secretary, seats=3, motions=2)
    result, voted, closed = Rush(ballot), threading.Event(), threading.Event()

    def slow_voter():
        with transaction.atomic():
            result.cast(result.electors[0])
            voted.set()
            closed.wait(60)

    def sweep():
        voted.wait(60)
        let_time_pass(ballot)
        result.close()
        closed.set()

    with without_triggers("council_vote"):
        race(slow_voter, sweep)

    assert [sentence.partition(":")[0] for sentence in wrong(ballot, result)] == ["motion 1", "motion 2", "a vote was neither accepted nor refused"]


@pytest.fixture
def workers():
    """`workers(n)` starts n real Celery workers on the test's database and a Redis of their own; `workers.sweep(n)` sends what n beats send."""
    var = Path(tempfile.mkdtemp(prefix="alliance-workers-"))
    var.chmod(0o755)
    services.up(var, postgres=False)
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "alliance.settings.dev",
        "VAR_DIR": str(var),
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
        "REDIS_URL": f"unix://{redis_socket(var)}",
    }
    # Not the current one: tests that come later register their tasks there.
    app = Celery(broker=f"redis+socket://{redis_socket(var)}", set_as_current=False)
    app.conf.task_default_queue = settings.__dict__.get("CELERY_TASK_DEFAULT_QUEUE", "celery")
    command = [sys.executable, "-m", "celery", "-A", "alliance", "worker", "--concurrency", "1", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    running: list[subprocess.Popen] = []

    def start(count):
        with (var / "worker.log").open("a") as log:
            for number in range(count):
                name = ["-n", f"w{len(running)}{number}@localhost"]
                running.append(subprocess.Popen([*command, *name], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True))
        return running[-count:]

    def sweep(count):
        for _n in range(count):
            app.send_task("council.tasks.close_due_ballots")

    start.sweep = sweep
    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(15)
    app.close()
    services.stop_redis(var)
    shutil.rmtree(var, ignore_errors=True)


def wait_until(check, what, seconds=90):
    """Other processes are at work, and there is no other way to know."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come within {seconds} s")


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_closing_leaves_a_ballot_that_closes_once(secretary, workers):
    ballot = opened(secretary, motions=0, applications=[ApplicationFactory(status="screened")])
    for elector in ballot.electors.all():
        cast_votes(elector, [tick(ballot.motions.get())], actor=elector.person.user)
    let_time_pass(ballot)
    database = connection.settings_dict
    other = psycopg2.connect(host=database["HOST"], user=database["USER"], dbname=database["NAME"])
    # Mails are written last: a lock on their table holds the worker in the middle of the closing transaction.
    other.cursor().execute("LOCK TABLE common_outboxmessage IN SHARE MODE")

    (victim,) = workers(1)
    workers.sweep(1)

    def in_the_middle():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'common_outboxmessage'::regclass")
            return cursor.fetchone()[0]

    wait_until(in_the_middle, "the worker inside the closing transaction")
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait(15)
    other.rollback()
    other.close()
    wait_until(lambda: not in_the_middle(), "the end of the dead worker's transaction")
    assert (Ballot.objects.get().status, Result.objects.count(), Membership.objects.count()) == ("open", 0, 0)

    workers(2)
    workers.sweep(4)

    wait_until(lambda: Ballot.objects.get().status == "closed", "the close")
    assert (Result.objects.count(), Membership.objects.count(), [invoice.sequence for invoice in Invoice.objects.all()]) == (1, 1, [1])
    assert OutboxMessage.objects.filter(template="council/mail/ballot_closed").count() == 3
