"""A whole electorate votes on all motions from connections of its own while the ballot closes; used by a test and by the bench."""

import datetime as dt
import queue
import threading
from collections import Counter
from dataclasses import dataclass, field

from django.db import connections

from alliance.common.clock import database_now
from alliance.common.exceptions import Busy
from council.dossier import dossier_digests
from council.enums import Choice
from council.models import Ballot, Paper, Participation, Result, Vote
from council.services.closing import close_due_ballots
from council.services.voting import BallotNotOpen, Ticked, cast_in_secret, cast_votes


@dataclass
class Rush:
    """One such vote and what came of it."""

    ballot: Ballot
    receipts: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    refused: int = 0
    errors: list[BaseException] = field(default_factory=list)

    def __post_init__(self):
        self.motions = list(self.ballot.motions.order_by("position"))
        self.digests = dossier_digests(self.motions)
        self.waiting, self.lock = queue.SimpleQueue(), threading.Lock()
        self.electors = list(self.ballot.electors.select_related("person__user"))

    def vote(self):
        """One connection: takes electors until none is left."""
        while True:
            try:
                elector = self.waiting.get_nowait()
            except queue.Empty:
                return
            self.cast(elector)

    def cast(self, elector):
        """All motions of one elector: accepted with receipts, or refused with a message."""
        act = cast_in_secret if self.ballot.procedure.secret else cast_votes
        ticks = [Ticked(motion, Choice.values[(elector.pk + motion.pk) % 3], "", self.digests[motion.pk]) for motion in self.motions]
        try:
            got = act(elector, ticks, actor=elector.person.user)
        except (BallotNotOpen, Busy):
            with self.lock:
                self.refused += 1
            return
        with self.lock:
            self.receipts.update({(elector.pk, row.motion_id): (row.receipt, row.choice) for row in got})

    def close(self):
        """One worker whose sweep comes again and again, as two beats would send it."""
        while Ballot.objects.get(pk=self.ballot.pk).status != "closed":
            close_due_ballots()

    def kept(self, act):
        """An act in a thread of its own: what it raises is kept, its connection is closed."""

        def run():
            try:
                act()
            except BaseException as error:  # noqa: BLE001 (the caller looks at it)
                self.errors.append(error)
            finally:
                connections.close_all()

        return threading.Thread(target=run)


def rush(ballot, *, connections_at_once=16, seconds=0.5):
    """Every elector casts votes on every motion once; the ballot's time ends after so many seconds, and two workers sweep for it all the while."""
    result = Rush(ballot)
    Ballot.objects.filter(pk=ballot.pk).update(closes_at=database_now() + dt.timedelta(seconds=seconds))
    for elector in result.electors:
        result.waiting.put(elector)
    threads = [result.kept(result.vote) for _n in range(connections_at_once)] + [result.kept(result.close) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return result


def wrong(ballot, result):
    """What does not agree between the receipts given out, the rows and the stored results; empty when all is well."""
    found = [repr(error) for error in result.errors]
    rows = Paper if ballot.procedure.secret else Vote
    stored = sorted(rows.objects.filter(motion__ballot=ballot).values_list("motion_id", "receipt", "choice"))
    if stored != sorted((motion, receipt, choice) for (_elector, motion), (receipt, choice) in result.receipts.items()):
        found.append("the rows are not the accepted receipts")
    if ballot.procedure.secret and Participation.objects.filter(motion__ballot=ballot).count() != len(result.receipts):
        found.append("participations are not the accepted receipts")
    for motion in ballot.motions.all():
        given = Counter(choice for (_elector, about), (_receipt, choice) in result.receipts.items() if about == motion.pk)
        counted = Result.objects.get(motion=motion)
        if (counted.votes_for, counted.votes_against, counted.abstentions) != (given["for"], given["against"], given["abstain"]):
            found.append(f"motion {motion.position}: counted {counted.votes_for, counted.votes_against, counted.abstentions}, accepted {dict(given)}")
    if len(result.receipts) != ballot.motions.count() * (ballot.electors.count() - result.refused):
        found.append("a vote was neither accepted nor refused")
    return found
