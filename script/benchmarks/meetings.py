"""Measurements of meetings: the hot start through a real web server, the registration list of 2,000 rows, and a minute of everything at once."""

import datetime as dt
import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse

from alliance.common.clock import now
from alliance.common.models import Organisation
from meetings.enums import SEATED, RegistrationStatus
from meetings.models import Meeting, Registration
from meetings.selectors.books import broken_promises
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, OfferFactory, RegistrationFactory
from tests.factories.members import AffiliationFactory, MembershipFactory, PersonFactory, StaffFactory
from tests.support import client_for

UNITS, PEOPLE, SEATS = 200, 3, 120
WINDOW = 45  # seconds over which the 200 liaisons come, within the same minute
LIST_ROWS = 2000


def jobs() -> Iterator[dict[str, Any]]:
    """All of them; each row says what it was compared with."""
    yield registration_list()
    yield hot_start()
    yield hot_start(window=0)


@contextmanager
def web_server(**extra: str) -> Iterator[int]:
    """Gunicorn as in production (two workers, four threads each) on the database of the bench; `extra`: more of the environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    values = connection.settings_dict
    address = f"postgresql://{values['USER']}@/{values['NAME']}?host={urllib.parse.quote(values['HOST'], safe='/')}"
    environment = os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "alliance.settings.dev", "SECRET_KEY": settings.SECRET_KEY} | extra
    command = [
        sys.executable, "-m", "gunicorn", "alliance.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4",
        "--worker-class", "gthread", "--timeout", "60", "--no-control-socket", "--log-level", "error",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment)
    try:
        for _attempt in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0 and _status(port, "/healthz") == 200:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def _status(port: int, path: str) -> int:
    try:
        talk = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        talk.request("GET", path)
        return talk.getresponse().status
    except OSError:
        return 0


def hot_start(window: float = WINDOW) -> dict[str, Any]:
    """200 liaisons open the page and register three colleagues each for 120 seats through HTTP, within `window` seconds (0: all at the same moment)."""
    meeting, liaisons = _before_the_start()
    path = reverse("unit_meetings:register", args=[meeting.slug])
    with web_server() as port:
        for _n in range(4):
            _status(port, "/")
        dice, start = random.Random(7), time.monotonic()  # noqa: S311 (when somebody comes)
        with ThreadPoolExecutor(64 if window else UNITS) as pool:
            waits = sorted(dice.uniform(0, window) for _liaison in liaisons)
            answers = list(pool.map(lambda pair: _visit(port, path, *pair[0], start + pair[1]), zip(liaisons, waits, strict=True)))
        seconds = time.monotonic() - start
    return {"job": "hot_start_http" if window else "hot_start_same_moment", **_result(meeting, answers, seconds)}


def _before_the_start() -> tuple[Meeting, list[tuple[str, list[int]]]]:
    """The meeting, and for each unit the liaison's session and the three people."""
    Organisation.load()
    AllowanceRuleFactory()
    begin = now() + dt.timedelta(days=30)
    meeting = MeetingFactory(capacity=SEATS, starts_at=begin, members_from=now() - dt.timedelta(days=1))
    liaisons = []
    for _n in range(UNITS):
        unit = MembershipFactory().institution
        first = AffiliationFactory(institution=unit, role="liaison", person__with_user=True)
        others = [AffiliationFactory(institution=unit, role="delegate").person_id for _n in range(PEOPLE - 1)]
        cookie = client_for(first.person.user).cookies[settings.SESSION_COOKIE_NAME].value
        liaisons.append((cookie, [first.person_id, *others]))
    return meeting, liaisons


def _result(meeting: Meeting, answers: list[list[tuple[int, float]]], seconds: float) -> dict[str, Any]:
    times = sorted(spent for answer in answers for _status_code, spent in answer)
    errors = sum(status >= 500 or status == 0 for answer in answers for status, _spent in answer)
    bare = bare_inserts(UNITS * PEOPLE)
    rows = Registration.objects.filter(meeting=meeting)
    return {
        "size": UNITS * PEOPLE, "seconds": round(seconds, 2), "reference": "bare locked inserts, one connection",
        "reference_seconds": round(bare, 3), "ratio": round(seconds / bare, 1), "requests": len(times), "errors": errors,
        "p50": round(statistics.median(times), 3), "p95": round(times[int(len(times) * 0.95)], 3), "max": round(times[-1], 3),
        "seated": rows.filter(status__in=SEATED).count(), "waiting": rows.filter(status=RegistrationStatus.WAITLISTED).count(),
        "broken": len(broken_promises()), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _visit(port: int, path: str, cookie: str, people: list[int], at: float) -> list[tuple[int, float]]:
    """One liaison: the page, the form. Status and seconds of each request."""
    time.sleep(max(0.0, at - time.monotonic()))
    token = "b" * 32
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}; csrftoken={token}"}
    answers = [timed(port, "GET", path, headers, None)]
    body = urllib.parse.urlencode([("csrfmiddlewaretoken", token), *(("people", pk) for pk in people)])
    answers.append(timed(port, "POST", path, {**headers, "Content-Type": "application/x-www-form-urlencoded"}, body))
    return answers


def timed(port: int, method: str, path: str, headers: dict[str, str], body: str | None) -> tuple[int, float]:
    """Status (0: no answer) and seconds of one request."""
    begin = time.perf_counter()
    try:
        talk = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        talk.request(method, path, body=body, headers=headers)
        answer = talk.getresponse()
        answer.read()
        return answer.status, time.perf_counter() - begin
    except OSError:
        return 0, time.perf_counter() - begin


def bare_inserts(count: int) -> float:
    """As many transactions of one row lock and one insert each, on one connection."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_lock (id int PRIMARY KEY, taken int)")
        cursor.execute("CREATE TABLE bench_row (id serial PRIMARY KEY, who int)")
        cursor.execute("INSERT INTO bench_lock VALUES (1, 0)")
        begin = time.perf_counter()
        for who in range(count):
            cursor.execute("BEGIN")
            cursor.execute("SELECT taken FROM bench_lock WHERE id = 1 FOR UPDATE")
            cursor.execute("INSERT INTO bench_row (who) VALUES (%s)", [who])
            cursor.execute("COMMIT")
        seconds = time.perf_counter() - begin
        cursor.execute("DROP TABLE bench_lock, bench_row")
    return seconds


def registration_list() -> dict[str, Any]:
    """The staff's list with 2,000 rows: the first page's time at the server and its queries, against the bare query of its rows."""
    Organisation.load()
    meeting = MeetingFactory(capacity=LIST_ROWS)
    OfferFactory(meeting=meeting, seats_per_unit=None, draws_on_allowance=False, position=0)
    offer = meeting.offers.get(seats_per_unit=None)
    staff = StaffFactory()
    units = [MembershipFactory().institution for _n in range(50)]
    for number in range(LIST_ROWS):
        RegistrationFactory(meeting=meeting, offer=offer, institution=units[number % 50], person=PersonFactory(), registered_by=staff)
    client, url = client_for(staff), f"{reverse('admin:meetings_registration_changelist')}?meeting__id__exact={meeting.pk}"
    host = {"HTTP_HOST": "localhost"}  # Not "testserver": the bench runs with the settings' own hosts.
    answer = client.get(url, **host)
    if answer.status_code != 200:
        raise RuntimeError(f"the list answered {answer.status_code}")
    times = []
    counted: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        counted.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        client.get(url, **host)
    for _n in range(10):
        begin = time.perf_counter()
        client.get(url, **host)
        times.append(time.perf_counter() - begin)
    begin = time.perf_counter()
    list(Registration.objects.filter(meeting=meeting).select_related("person", "institution", "meeting", "offer")[:50])
    bare = time.perf_counter() - begin
    seconds = min(times)
    return {
        "job": "registration_list_first_page", "size": LIST_ROWS, "seconds": round(seconds, 4), "reference": "the page's rows in one query",
        "reference_seconds": round(bare, 4), "ratio": round(seconds / bare, 1), "queries": len(counted), "median": round(statistics.median(times), 4),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def minute_of_everything(seconds: int = 60) -> dict[str, Any]:
    """64 clients register, cancel, replace, accept and sweep for a minute; what was done, and whether every promise holds afterwards."""
    from django.db import connections

    from meetings.services.sweeping import sweep_places
    from tests.meetings.services.test_races import somebody

    AllowanceRuleFactory()
    actor = StaffFactory()
    meetings = [MeetingFactory(capacity=8), MeetingFactory(capacity=8, accept_hours=48), *MeetingFactory.create_batch(4, capacity=5)]
    units = [MembershipFactory().institution for _n in range(8)]
    people = PersonFactory.create_batch(60)
    until, counts, failures = time.monotonic() + seconds, [0] * 64, []

    def work(seed: int) -> None:
        try:
            counts[seed] = somebody(meetings, units, people, actor, until, seed)
        except Exception as error:  # noqa: BLE001 (reported)
            failures.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[seed]) for seed in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while sweep_places():
        pass
    return {
        "job": "sixty_four_clients",
        "size": sum(counts),
        "seconds": seconds,
        "failures": len(failures),
        "broken": len(broken_promises()),
        "first": failures[:1],
    }
