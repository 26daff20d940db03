"""A mailing through everything that can break: the worker killed five times, Redis restarted without its data, a mail server at its worst.

    .venv/bin/python script/benchmarks/faults.py [mails]

It makes a database, a Redis, a worker and a beat of its own.

Prints one JSON line: lost and doubled must be 0; `unknown` are the mails that the system lists for a person, with how many of them had arrived.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import psycopg2  # noqa: E402

from alliance.local import services  # noqa: E402
from alliance.local.__main__ import var_dir  # noqa: E402
from alliance.local.paths import postgres_socket_dir  # noqa: E402
from tests.database_template import migrated_template  # noqa: E402
from tests.smtp import ScriptedServer  # noqa: E402

DATABASE = f"faults_{os.getpid()}"
KILLS = 5
DEADLINE = 420


class Worst:
    """The mail server's moods, by how many mails it has taken: well, refusing, silent after the text, hanging up after the text."""

    def __init__(self, server: ScriptedServer, mails: int) -> None:
        self.server, self.mails = server, mails
        self.left = {"421 4.3.2 busy": 3, "hang": 1, "drop-taken": 3, "drop-lost": 3, "451 4.7.1 later": 5, "drop-before": 2}
        self.from_share = {"421 4.3.2 busy": 0.15, "hang": 0.3, "drop-taken": 0.4, "drop-lost": 0.5, "451 4.7.1 later": 0.6, "drop-before": 0.7}

    def __call__(self, recipient: str) -> str:
        """What the next mail gets."""
        share = len(self.server.taken) / self.mails
        for mood, count in self.left.items():
            if count and share >= self.from_share[mood]:
                self.left[mood] -= 1
                return mood
        return ""


def main(mails: int) -> int:
    """Run, and print the line. 0 when nothing was lost or doubled."""
    var = Path(tempfile.mkdtemp(prefix="alliance-faults-"))
    var.chmod(0o755)
    admin = psycopg2.connect(host=str(postgres_socket_dir(var_dir())), user="postgres", dbname="postgres")
    admin.autocommit = True
    where = {"HOST": str(postgres_socket_dir(var_dir())), "PORT": "", "USER": "postgres", "PASSWORD": ""}
    admin.cursor().execute(f'CREATE DATABASE {DATABASE} TEMPLATE "{migrated_template(where)}"')
    with ScriptedServer() as server:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "alliance.settings.dev",
            "VAR_DIR": str(var),
            "DATABASE_URL": f"postgresql://postgres@/{DATABASE}?host={postgres_socket_dir(var_dir())}",
            "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        }
        services.up(var, postgres=False)
        try:
            row = run(server, mails, var)
        finally:
            services.stop_redis(var)
            admin.cursor().execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    print(json.dumps(row))
    return int(bool(row["lost"] or row["doubled"]))


def run(server: ScriptedServer, mails: int, var: Path) -> dict[str, Any]:
    """The mailing."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from alliance.common.models import OutboxMessage, ScheduleEntry
    from alliance.common.schedule import sync_entries
    from tests.factories.common import OutboxMessageFactory

    settings.EMAIL_TIMEOUT = 3
    sync_entries()
    ScheduleEntry.objects.exclude(code="send-outbox").update(is_on=False)
    ScheduleEntry.objects.filter(code="send-outbox").update(every_seconds=10)
    OutboxMessage.objects.bulk_create([OutboxMessageFactory.build() for _n in range(mails)], batch_size=1000)
    server.mood = Worst(server, mails)
    connection.close()
    began = time.monotonic()
    children = {name: start(name) for name in ("worker", "beat")}
    kills, redis_restarted = 0, False
    finished = False
    try:
        while not finished and time.monotonic() - began < DEADLINE:
            time.sleep(0.2)
            taken = len(server.taken)
            if kills < KILLS and taken >= mails * (kills + 1) / (KILLS + 2):
                kill(children["worker"])
                children["worker"] = start("worker")
                kills += 1
            if not redis_restarted and taken >= mails * 0.45:
                restart_redis_without_data(var)
                redis_restarted = True
            finished = (
                kills == KILLS and not OutboxMessage.objects.filter(state__in=["queued", "claimed", "sending"], next_attempt_at__lte=django_now()).exists()
            )
            connection.close()
    finally:
        for child in children.values():
            kill(child)
    return judge(server, mails, kills, redis_restarted, time.monotonic() - began)


def judge(server: ScriptedServer, mails: int, kills: int, redis_restarted: bool, seconds: float) -> dict[str, Any]:
    """What became of every mail, by the server's own count."""
    from alliance.common.models import OutboxMessage
    from alliance.common.post.claims import release_lost_claims

    release_lost_claims()
    counts = server.counts()
    states = dict(OutboxMessage.objects.values_list("message_id", "state"))
    unknown = [one for one, state in states.items() if state == "unknown"]
    waiting = [one for one, state in states.items() if state == "queued"]
    return {
        "job": "mailing_through_faults", "size": mails, "seconds": round(seconds, 1), "kills": kills, "redis_restarted": redis_restarted,
        "sent": sum(state == "sent" for state in states.values()), "waiting_for_another_try": len(waiting),
        "lost": sum(state == "sent" and not counts[one] for one, state in states.items()) + mails - len(states),
        "doubled": sum(count > 1 for count in counts.values()),
        "sent_but_still_waiting": sum(bool(counts[one]) for one in waiting),
        "unknown": len(unknown), "unknown_that_arrived": sum(bool(counts[one]) for one in unknown),
    }  # fmt: skip


def django_now() -> Any:
    """Now."""
    from alliance.common.clock import now

    return now()


def start(name: str) -> "subprocess.Popen[bytes]":
    """A worker or a beat."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "alliance", name, "--loglevel", "ERROR"]
    more = ["--concurrency", "2", "--without-gossip", "--without-mingle"] if name == "worker" else ["--pidfile", ""]
    return subprocess.Popen([*command, *more], cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill(child: "subprocess.Popen[bytes]") -> None:
    """Kill -9, with its children."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def restart_redis_without_data(var: Path) -> None:
    """Away with what it had."""
    import redis
    from django.conf import settings

    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushall()
    client.shutdown(nosave=True)
    for leftover in [*var.glob("**/dump.rdb"), *var.glob("**/*.aof")]:
        leftover.unlink(missing_ok=True)
    services.up(var, postgres=False)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
