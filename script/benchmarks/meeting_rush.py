"""Rushes on places: everybody at the same moment, one unit's last places, chance, and phones that come back from offline. Each row says what was exact."""

import datetime as dt
import json
import os
import random
import statistics
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.urls import reverse

from alliance.common.clock import now
from alliance.common.exceptions import DomainError
from meetings.enums import LIVE, SEATED
from meetings.models import CheckIn, Meeting, Registration
from meetings.selectors.books import broken_promises
from meetings.services.registration import cancel_registration, register, substitute_delegate
from meetings.services.sweeping import sweep_places
from meetings.services.waiting import accept_place
from script.benchmarks.meetings import bare_inserts, timed, web_server
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, RegistrationFactory
from tests.factories.members import AffiliationFactory, MembershipFactory, PersonFactory, StaffFactory
from tests.support import client_for

POSTS, REPETITIONS = 200, 20
# The anchors' figure is 50 seeds of 1,000 operations: MEETING_SEEDS=50; it takes a quarter of an hour.
SEEDS, OPERATIONS = int(os.environ.get("MEETING_SEEDS", "4")), 1000
PHONES, SCANS, SENT = 3, 500, 10


def jobs() -> Iterator[dict[str, Any]]:
    """All of them."""
    yield unit_rush()
    yield phones_come_back()
    yield chance()


def unit_rush() -> dict[str, Any]:
    """A unit's people are registered by 200 posts at the same moment for its three places, twenty times over, through the web server."""
    AllowanceRuleFactory()
    times: list[float] = []
    seated, errors, busy, seconds = [], 0, 0, 0.0
    with web_server() as port:
        for _n in range(REPETITIONS):
            meeting = MeetingFactory(starts_at=now() + dt.timedelta(days=30), members_from=now() - dt.timedelta(days=1))
            unit = MembershipFactory().institution
            liaison = AffiliationFactory(institution=unit, role="liaison", person__with_user=True)
            people = [AffiliationFactory(institution=unit, role="delegate").person_id for _p in range(POSTS)]
            cookie = client_for(liaison.person.user).cookies[settings.SESSION_COOKIE_NAME].value
            path, begin = reverse("unit_meetings:register", args=[meeting.slug]), time.perf_counter()
            answers = at_once([partial(post, port, path, cookie, [("people", pk)]) for pk in people])
            seconds += time.perf_counter() - begin
            times += [spent for _status, spent in answers]
            errors += sum(status >= 500 or status == 0 for status, _spent in answers)
            busy += sum(status == 503 for status, _spent in answers)
            seated.append(Registration.objects.filter(meeting=meeting, status__in=SEATED).count())
    times.sort()
    bare = bare_inserts(POSTS * REPETITIONS)
    return {
        "job": "unit_rush_http", "size": POSTS * REPETITIONS, "seconds": round(seconds, 1), "reference": "bare locked inserts, one connection",
        "reference_seconds": round(bare, 2), "ratio": round(seconds / bare, 1), "seated": dict(Counter(seated)), "errors": errors, "busy": busy,
        "p50": round(statistics.median(times), 2), "p95": round(times[int(len(times) * 0.95)], 2), "max": round(times[-1], 2),
        "broken": len(broken_promises()), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def phones_come_back() -> dict[str, Any]:
    """Three phones were offline and let in the same 500 people in their own order; each sends all it has ten times, all at once."""
    meeting = MeetingFactory(capacity=SCANS, seats=None, starts_at=now() - dt.timedelta(hours=1), register_until=now() - dt.timedelta(days=1))
    staff = StaffFactory(email="door@sample.edu.cn")
    tickets = [RegistrationFactory(meeting=meeting, person=PersonFactory(), registered_by=staff).ticket for _n in range(SCANS)]
    path = reverse("checkin:sync", args=[meeting.slug])
    phones = []
    for number in range(PHONES):
        order = random.Random(number).sample(tickets, SCANS)  # noqa: S311 (who stands where in the queue)
        phones.append(json.dumps({"scans": [{"ticket": ticket, "nonce": str(uuid.uuid4()), "at": now().isoformat()} for ticket in order]}))
    cookie = client_for(staff).cookies[settings.SESSION_COOKIE_NAME].value
    # In sample mode staff need no second factor.
    with web_server(SAMPLE_MODE="1") as port:
        begin = time.perf_counter()
        answers = at_once([lambda body=body: [send(port, path, cookie, body) for _again in range(SENT)] for body in phones])
        seconds = time.perf_counter() - begin
    firsts = sum(row["outcome"] == "in" for rounds in answers for row in rounds[0])
    same = all(rounds[0] == again for rounds in answers for again in rounds[1:])
    rows = CheckIn.objects.filter(registration__meeting=meeting)
    return {
        "job": "phones_come_back", "size": PHONES * SCANS * SENT, "seconds": round(seconds, 2), "reference": "once each, one phone",
        "reference_seconds": None, "ratio": None, "checked_in": rows.count(), "told_first": firsts, "lost": SCANS - rows.values("registration").distinct().count(),
        "resent_answers_equal": same, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def chance() -> dict[str, Any]:
    """Random operations, one after the other; after each, the recount of its meeting, and of everything at the end of each seed."""
    violations, done, begin = 0, 0, time.perf_counter()
    for seed in range(SEEDS):
        with transaction.atomic():
            count, bad = _seed(seed)
            transaction.set_rollback(True)
        done, violations = done + count, violations + bad
    seconds = time.perf_counter() - begin
    return {
        "job": "random_operations", "size": done, "seconds": round(seconds, 1), "reference": "none", "reference_seconds": None, "ratio": None, "seeds": SEEDS,
        "violations": violations, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _seed(seed: int) -> tuple[int, int]:
    dice = random.Random(seed)  # noqa: S311 (what happens)
    AllowanceRuleFactory()
    actor = StaffFactory()
    meetings = [MeetingFactory(capacity=8), MeetingFactory(capacity=5, accept_hours=48, unit_limit=2), *MeetingFactory.create_batch(4, capacity=4)]
    units, people = [MembershipFactory().institution for _n in range(6)], PersonFactory.create_batch(40)
    bad = 0
    for _step in range(OPERATIONS):
        meeting = Meeting.objects.get(pk=dice.choice(meetings).pk)
        try:
            with transaction.atomic():
                _operation(dice, meeting, units, people, actor)
        except DomainError:
            pass
        bad += _too_many(meeting)
    return OPERATIONS, bad + len(broken_promises())


def _operation(dice: random.Random, meeting: Meeting, units: list, people: list, actor: Any) -> None:
    mine = list(Registration.objects.filter(meeting=meeting, status__in=LIVE).order_by("pk"))
    step, place = dice.random(), dice.choice(mine) if mine else None
    if place is None or step < 0.45:
        register(meeting, dice.choice(units), dice.choice(people), actor=actor)
    elif step < 0.7:
        cancel_registration(place, actor=actor, reason="临时有课")
    elif step < 0.85:
        substitute_delegate(place, dice.choice(people), actor=actor)
    elif place.status == "offered":
        accept_place(place, actor=actor)
    else:
        sweep_places()


def _too_many(meeting: Meeting) -> int:
    """Whether the meeting has more seats taken than it has, or a unit more than three; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(taken), 0), coalesce(max(taken), 0) FROM (SELECT count(*) AS taken FROM meetings_registration WHERE meeting_id = %s"
            " AND (status = ANY(%s) OR keeps_seat) GROUP BY institution_id) AS of_unit",
            [meeting.pk, sorted(SEATED)],
        )
        seated, of_unit = cursor.fetchone()
    return int(seated > meeting.capacity or of_unit > 3)


def at_once(functions: list[Callable[[], Any]]) -> list[Any]:
    """Each in a thread of its own, released together."""
    barrier = threading.Barrier(len(functions))

    def work(function: Callable[[], Any]) -> Any:
        barrier.wait(timeout=60)
        try:
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(work, functions))


def post(port: int, path: str, cookie: str, fields: list[tuple[str, Any]]) -> tuple[int, float]:
    """A form as a signed-in browser sends it: status and seconds."""
    token = "b" * 32
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}; csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"}
    return timed(port, "POST", path, headers, urllib.parse.urlencode([("csrfmiddlewaretoken", token), *fields]))


def send(port: int, path: str, cookie: str, body: str) -> list[dict[str, str]]:
    """What a phone has kept; the server's answer for each scan, in the order of their numbers."""
    import http.client

    token = "b" * 32
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}; csrftoken={token}", "Content-Type": "application/json", "X-CSRFToken": token}
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    talk.request("POST", path, body=body, headers=headers)
    answer = talk.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"the door answered {answer.status}")
    return sorted(json.loads(answer.read())["results"], key=lambda row: row["nonce"])
