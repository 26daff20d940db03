"""How fast the council votes: 300 seats on 20 motions from 16 connections while the ballot closes, with an exact check; and the close itself."""

import datetime as dt
import resource
import time
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alliance.common.clock import database_now
from council.enums import Choice
from council.models import Ballot, Body, Procedure, Seat, Vote
from council.services.closing import close_ballot
from council.services.drafting import add_motion, draft_ballot
from council.services.opening import open_ballot
from members.models import Institution, Person, User
from tests.council.rush import rush, wrong

SEATS = 300
MOTIONS = 20
SECONDS = 6  # until the ballot's time ends; whoever comes later is refused


def jobs() -> list[dict[str, Any]]:
    """Each measure as a row: job, size, seconds, reference, reference_seconds, ratio, queries, peak_mib. Raises AssertionError for a wrong count."""
    return [_rush(secret=False), _rush(secret=True)]


def _rush(*, secret: bool) -> dict[str, Any]:
    """The vote and its close at once; the reference writes the same number of bare rows in one statement."""
    ballot = _open("secret" if secret else "named", secret=secret)
    began = time.perf_counter()
    result = rush(ballot, connections_at_once=16, seconds=SECONDS)
    seconds = time.perf_counter() - began
    found = wrong(ballot, result)
    assert found == [], found
    with CaptureQueriesContext(connection) as again:
        close_ballot(Ballot.objects.get(pk=ballot.pk), source="task:close-ballots")
    reference = _bare(_open(f"bare{secret}", secret=False))
    accepted = len(result.receipts)
    return {
        "job": f"council: {SEATS} seats vote on {MOTIONS} motions while it closes, {'secret' if secret else 'named'}; {accepted} accepted, "
        f"{result.refused * MOTIONS} refused, counted exactly",
        "size": SEATS * MOTIONS,
        "seconds": round(seconds, 4),
        "reference": "the same rows by one bulk_create",
        "reference_seconds": round(reference, 4),
        "ratio": round(seconds / reference, 2),
        "queries": len(again),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _open(code: str, *, secret: bool) -> Ballot:
    actor = User.objects.first() or User.objects.create(email="bench@example.edu.cn", name="测速")
    body = Body.objects.create(code=f"bench-{code}", name="测速理事会")
    Procedure.objects.create(body=body, effective_from=dt.date(2018, 10, 1), secret=secret, changeable=not secret)
    units = Institution.objects.bulk_create(Institution(name=f"表决测速大学{code}{n}") for n in range(SEATS))
    users = User.objects.bulk_create(User(email=f"{code}{n}@bench.example.edu.cn", name=f"理事{n}") for n in range(SEATS))
    people = Person.objects.bulk_create(Person(name=user.name, user=user) for user in users)
    Seat.objects.bulk_create(Seat(body=body, institution=u, person=p, term_from=dt.date(2024, 1, 1)) for u, p in zip(units, people, strict=True))
    closes = database_now() + dt.timedelta(days=7)
    ballot = draft_ballot(body=body, title=f"测速{code}", closes_at=closes, applications=[], actor=actor)
    for number in range(MOTIONS):
        add_motion(ballot, title=f"第{number + 1}项")
    return open_ballot(ballot, actor=actor)


def _bare(ballot: Ballot) -> float:
    """Seconds to write as many votes in one statement; rolled back."""
    rows = [
        Vote(elector=elector, motion=motion, choice=Choice.FOR, receipt=f"{elector.pk}-{motion.position}", dossier="", cast_at=database_now())
        for elector in ballot.electors.all()
        for motion in ballot.motions.all()
    ]
    began = time.perf_counter()
    with transaction.atomic():
        Vote.objects.bulk_create(rows)
        transaction.set_rollback(True)
    return time.perf_counter() - began
