"""A real web server on a database of the tests, whose worker is killed while people vote; used by a test and by the bench."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path

from django.conf import settings
from django.db import connection

from council.dossier import dossier_digest
from council.models import Vote
from tests.support import client_for

ROOT = Path(__file__).resolve().parents[2]
CSRF = "a" * 32


class Web:
    """gunicorn with one worker process, which its master replaces when it dies. A context manager."""

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        database = connection.settings_dict
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "alliance.settings.test",
            "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
        }
        command = [sys.executable, "-m", "gunicorn", "alliance.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "1", "--threads", "4"]
        self.master = subprocess.Popen(
            [*command, "--preload", "--log-level", "error"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait_until_up()
        return self

    def __exit__(self, *exc):
        os.killpg(self.master.pid, signal.SIGKILL)
        self.master.wait(15)

    def wait_until_up(self, seconds=60):
        """Until a connection is answered: another process is at work, and there is no other way to know."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                http.client.HTTPConnection("127.0.0.1", self.port, timeout=5).request("GET", "/robots.txt")
                if self.workers():
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the web server did not come up")

    def workers(self):
        """The process ids of the master's workers."""
        path = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def kill_worker(self):
        """As if its memory had run out: no handler runs."""
        for pid in self.workers():
            os.kill(pid, signal.SIGKILL)


def post(port, path, cookies, data):
    """The status and where it leads, or None when the connection broke: then nobody was told anything."""
    body = urllib.parse.urlencode(data)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies, "X-CSRFToken": CSRF}
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        talk.request("POST", path, body, headers)
        answer = talk.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        talk.close()
    return answer.status, answer.headers.get("Location", "")


class Crowd:
    """The seats of a ballot at their browsers: what each sends, and what each was told."""

    def __init__(self, ballot, port):
        self.port, self.path = port, f"/council/ballots/{ballot.pk}/"
        self.shown = {motion.pk: dossier_digest(motion) for motion in ballot.motions.order_by("position")}
        self.electors = list(ballot.electors.select_related("person__user").order_by("pk"))
        self.cookies = {elector.pk: self.cookie(elector.person.user) for elector in self.electors}
        self.acknowledged, self.broken, self.turn, self.strange = {}, 0, 0, []
        self.lock, self.done = threading.Lock(), threading.Event()

    @staticmethod
    def cookie(user):
        session = client_for(user).cookies[settings.SESSION_COOKIE_NAME].value
        return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"

    def vote_on_and_on(self, share):
        """These seats, one after the other, until it is over; each time another choice."""
        while not self.done.is_set():
            for elector in share:
                with self.lock:
                    self.turn += 1
                    choice = ("for", "against", "abstain")[self.turn % 3]
                data = {f"m{pk}-{name}": value for pk, shown in self.shown.items() for name, value in (("choice", choice), ("dossier", shown), ("comment", ""))}
                self.note(elector, choice, post(self.port, self.path, self.cookies[elector.pk], data))

    def note(self, elector, choice, answer):
        """What may rightly stand there now."""
        with self.lock:
            if answer is None:
                self.broken += 1
                # Nobody was told whether it was kept: what stood before and this one would both be right.
                self.acknowledged[elector.pk] = self.acknowledged.get(elector.pk, {None}) | {choice}
            elif answer[0] == 302 and "receipt/" in answer[1]:
                self.acknowledged[elector.pk] = {choice}
            else:
                self.strange.append(answer)


def vote_while_workers_die(ballot, *, kills):
    """Every seat votes by HTTP, four at a time, and changes its votes on and on, while the worker is killed so many times.

    Returns (acknowledged, broken): by elector what may rightly stand there (the choice they were told is kept; after a broken answer also what they
    sent), and how many requests got no answer. Raises AssertionError for any other answer.
    """
    with Web() as web:
        crowd = Crowd(ballot, web.port)
        threads = [threading.Thread(target=crowd.vote_on_and_on, args=(crowd.electors[n::4],)) for n in range(4)]
        for thread in threads:
            thread.start()
        for _n in range(kills):
            before = crowd.turn
            # Let some votes through; which moment of a request the kill hits is left to chance.
            while crowd.turn < before + 6 and any(thread.is_alive() for thread in threads):
                time.sleep(0.02)
            web.kill_worker()
            web.wait_until_up()
        crowd.done.set()
        for thread in threads:
            thread.join(60)
    assert crowd.strange == [], crowd.strange
    return crowd.acknowledged, crowd.broken


def lost(ballot, acknowledged):
    """Electors whose stored votes are not what they were told last; empty when all is well."""
    wrong = []
    for elector_pk, possible in acknowledged.items():
        stored = set(Vote.objects.filter(elector=elector_pk, motion__ballot=ballot).values_list("choice", flat=True))
        rows = Vote.objects.filter(elector=elector_pk, motion__ballot=ballot).count()
        whole = rows == ballot.motions.count() or (rows == 0 and None in possible)
        if not whole or len(stored) > 1 or (stored and not stored <= possible):
            wrong.append((elector_pk, sorted(map(str, possible)), sorted(stored), rows))
    return wrong
