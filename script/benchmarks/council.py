"""How fast the council votes, each with an exact check: 300 seats on 20 motions while the ballot closes; and what is asked of votes under stress.

Many at once (50 beside 50), 500 votes around the deadline in ten runs, a hundred races about a proxy, a web worker killed fifty times, a thousand urns.
"""

import resource
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alliance.common.clock import database_now
from council.enums import Choice
from council.models import Ballot, Vote
from council.services.closing import close_ballot
from script.benchmarks import council_stress as stress
from script.benchmarks.council_ballots import open_for_bench
from tests.council.rush import rush, wrong

SEATS = 300
MOTIONS = 20
SECONDS = 6  # until the ballot's time ends; whoever comes later is refused


def jobs() -> Iterator[dict[str, Any]]:
    """Each measure as a row: job, size, seconds, reference, reference_seconds, ratio, queries, peak_mib. Raises AssertionError for a wrong count."""
    yield _rush(secret=False)
    yield _rush(secret=True)
    yield from stress.jobs()


def _rush(*, secret: bool) -> dict[str, Any]:
    """The vote and its close at once; the reference writes the same number of bare rows in one statement."""
    ballot = open_for_bench("secret" if secret else "named", seats=SEATS, motions=MOTIONS, secret=secret)
    began = time.perf_counter()
    result = rush(ballot, connections_at_once=16, seconds=SECONDS)
    seconds = time.perf_counter() - began
    found = wrong(ballot, result)
    assert found == [], found
    with CaptureQueriesContext(connection) as again:
        close_ballot(Ballot.objects.get(pk=ballot.pk), source="task:close-ballots")
    reference = _bare(open_for_bench(f"bare{secret}", seats=SEATS, motions=MOTIONS))
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
