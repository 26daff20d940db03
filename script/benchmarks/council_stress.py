"""Votes under stress, each run checked to the last vote; a wrong count raises AssertionError."""

import datetime as dt
import math
import random
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from alliance.common.clock import database_now
from alliance.common.exceptions import Busy, DomainError
from council.dossier import dossier_digest
from council.models import Ballot, Elector, Proxy, Result, Vote
from council.services.closing import close_ballot, close_due_ballots
from council.services.proxies import give_proxy, revoke_proxy
from council.services.voting import BallotNotOpen, Ticked, cast_in_secret, cast_votes
from members.models import User
from script.benchmarks.council_ballots import open_for_bench
from tests.council.guessing import hits_by_order
from tests.council.web import lost, vote_while_workers_die
from tests.factories.common import pdf

CHOICES = ("for", "against", "abstain")
AT_ONCE = 50
RUNS, VOTES = 10, 500
RACES = 100
KILLS = 50
URNS, VOTERS = 1000, 10


def jobs() -> Iterator[dict[str, Any]]:
    """Each measure as a row; the reference is what the same costs without the stress."""
    for job in (votes_beside_closes, votes_around_the_deadline, races_about_a_proxy, killed_web_workers, guesses_at_urns):
        yield job()


def votes_beside_closes() -> dict[str, Any]:
    """50 voters and, once the first vote is there, 50 closes, ten times: every close answers the same tally, which is the accepted votes."""
    began, accepted_in_all, refused = time.perf_counter(), 0, 0
    for run in range(RUNS):
        ballot = open_for_bench(f"beside{run}", seats=AT_ONCE)
        electors = list(ballot.electors.select_related("person__user"))
        acts: list[Callable[[], Any]] = [_voter(ballot, elector, CHOICES[n % 3]) for n, elector in enumerate(electors)]
        acts += [_closer(ballot)] * AT_ONCE
        outcomes = _at_once(acts)
        accepted = Counter(outcome[0].choice for outcome in outcomes[:AT_ONCE] if isinstance(outcome, list))
        assert all(isinstance(outcome, Ballot) for outcome in outcomes[AT_ONCE:]), outcomes[AT_ONCE:]
        _counted_exactly(ballot, accepted)
        assert accepted, "no vote was accepted: the run shows nothing"
        accepted_in_all += accepted.total()
        refused += AT_ONCE - accepted.total()
    seconds = time.perf_counter() - began
    reference = _one_after_the_other(AT_ONCE)
    text = f"council: {AT_ONCE} votes beside {AT_ONCE} closes, {RUNS} runs; {accepted_in_all} accepted and counted, {refused} refused"
    return _row(text, RUNS * AT_ONCE * 2, seconds, f"{AT_ONCE} votes one after the other", reference)


def votes_around_the_deadline() -> dict[str, Any]:
    """500 votes spread over a second before and a second after the end, ten times, while two workers sweep."""
    began, totals = time.perf_counter(), Counter()
    for run in range(RUNS):
        ballot = open_for_bench(f"deadline{run}", seats=VOTES)
        accepted, refused = _spread(ballot)
        _counted_exactly(ballot, accepted)
        assert accepted.total() + refused == VOTES, (accepted, refused)
        totals.update(accepted=accepted.total(), refused=refused)
    seconds = time.perf_counter() - began
    text = f"council: {VOTES} votes within ±1 s of the end, {RUNS} runs; {totals['accepted']} accepted and counted, {totals['refused']} refused, 0 lost"
    return _row(text, RUNS * VOTES, seconds, f"{AT_ONCE} votes one after the other", _one_after_the_other(AT_ONCE, code="again"))


def races_about_a_proxy() -> dict[str, Any]:
    """Giver, holder and revocation at once, a hundred times over the seven combinations: one vote at most, by whoever might cast it."""
    staff = User.objects.first()
    assert staff is not None
    paper = pdf()
    began, ends = time.perf_counter(), Counter()
    for run in range(RACES):
        ballot = open_for_bench(f"proxy{run}", seats=2, proxies=True)
        giver, holder = ballot.electors.select_related("person__user", "institution").order_by("pk")
        proxy = give_proxy(giver, holder, authority=SimpleUploadedFile("授权书.pdf", paper), actor=staff)
        acts = [
            _voter(ballot, giver, "for"),
            _voter(ballot, giver, "against", by=holder),
            lambda proxy=proxy, giver=giver: revoke_proxy(proxy, actor=giver.person.user),
        ]  # type: ignore[list-item]
        chosen = [act for bit, act in enumerate(acts) if (run % 7 + 1) >> bit & 1]
        _at_once(chosen)
        votes = list(Vote.objects.filter(elector=giver).values_list("choice", flat=True))
        standing = Proxy.objects.filter(giver=giver).exists()
        assert votes in ([], ["against"] if standing else ["for"]), (run, votes, standing)
        ends.update([f"{len(votes)} vote, proxy {'stands' if standing else 'taken back'}"])
    seconds = time.perf_counter() - began
    text = f"council: {RACES} races of giver, holder and revocation; " + ", ".join(f"{n} × {end}" for end, n in sorted(ends.items()))
    return _row(text, RACES, seconds, f"{AT_ONCE} votes one after the other", _one_after_the_other(AT_ONCE, code="third"))


def killed_web_workers() -> dict[str, Any]:
    """A real web server whose worker is killed fifty times while people vote and change their votes."""
    ballot = open_for_bench("killed", seats=12, motions=3)
    began = time.perf_counter()
    acknowledged, broken = vote_while_workers_die(ballot, kills=KILLS)
    seconds = time.perf_counter() - began
    missing = lost(ballot, acknowledged)
    assert missing == [], missing
    assert broken > 0
    changes = sum(Vote.objects.filter(motion__ballot=ballot).values_list("changes", flat=True)) + Vote.objects.filter(motion__ballot=ballot).count()
    text = f"council: web worker killed {KILLS} times while 12 seats vote; {changes} votes written, {broken} requests broken, 0 acknowledged votes lost"
    return _row(text, KILLS, seconds, f"{AT_ONCE} votes one after the other", _one_after_the_other(AT_ONCE, code="fourth"))


def guesses_at_urns() -> dict[str, Any]:
    """A thousand urns of ten papers: how often any order of the table names the voter of a paper; chance finds one an urn."""
    began = time.perf_counter()
    best, before = Counter(), 0
    for run in range(10):
        ballot = open_for_bench(f"urn{run}", seats=VOTERS, motions=URNS // 10, secret=True)
        motions = list(ballot.motions.all())
        digests = {motion.pk: dossier_digest(motion) for motion in motions}
        voters = []
        for elector in ballot.electors.select_related("person__user").order_by("pk"):
            ticks = [Ticked(motion, CHOICES[(motion.pk + len(voters)) % 3], "", digests[motion.pk]) for motion in motions]
            voters.append({paper.motion_id: paper.receipt for paper in cast_in_secret(elector, ticks, actor=elector.person.user)})
        before += hits_by_order(voters)["ctid"]
        close_ballot(ballot, source="task:close-ballots")
        best.update(hits_by_order(voters))
    seconds = time.perf_counter() - began
    limit = URNS + 2 * math.sqrt(URNS)
    found = ", ".join(f"{name} {hits}" for name, hits in sorted(best.items()))
    # Of five orders one passes two deviations in about every ninth run by chance alone; four would be a leak.
    assert max(best.values()) <= URNS + 4 * math.sqrt(URNS), best
    text = f"council: guesses at {URNS} urns of {VOTERS}, hits after mixing: {found}; chance {URNS}, +2 sigma {limit:.0f}; before mixing by place {before}"
    return _row(text, URNS * VOTERS, seconds, f"{AT_ONCE} votes one after the other", _one_after_the_other(AT_ONCE, code="fifth"))


def _voter(ballot: Ballot, elector: Elector, choice: str, *, by: Elector | None = None) -> Callable[[], Any]:
    motion = ballot.motions.get()
    ticked = [Ticked(motion, choice, "", dossier_digest(motion))]
    return lambda: cast_votes(elector, ticked, actor=(by or elector).person.user)


def _closer(ballot: Ballot) -> Callable[[], Ballot]:
    """Closes as soon as a vote is there: a close takes less time than a vote, and would leave all of them too late."""

    def close() -> Ballot:
        while not Vote.objects.filter(motion__ballot=ballot).exists():
            pass
        return close_ballot(Ballot.objects.get(pk=ballot.pk), source="task:close-ballots")

    return close


def _at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Each act in a thread with a connection of its own, released together; results or refusals. Any other exception is raised."""
    barrier, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def work(place: int, act: Callable[[], Any]) -> None:
        try:
            connections["default"].ensure_connection()
            barrier.wait(60)
            outcomes[place] = act()
        except Exception as error:  # noqa: BLE001 (raised below if it is no refusal)
            outcomes[place] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, DomainError):
            raise outcome
    return outcomes


def _spread(ballot: Ballot) -> tuple[Counter, int]:
    """Votes at moments spread evenly over two seconds around the end, from 16 connections; accepted by choice, and refused."""
    electors = list(ballot.electors.select_related("person__user"))
    random.shuffle(electors)
    motion = ballot.motions.get()
    digest = dossier_digest(motion)
    start = time.perf_counter() + 0.5
    Ballot.objects.filter(pk=ballot.pk).update(closes_at=database_now() + dt.timedelta(seconds=1.5))
    accepted, refused, errors, lock = Counter(), [0], [], threading.Lock()

    def vote(share: int) -> None:
        for place in range(share, len(electors), 16):
            time.sleep(max(0.0, start + 2 * place / len(electors) - time.perf_counter()))
            choice = CHOICES[place % 3]
            taken = _taken(electors[place], Ticked(motion, choice, "", digest))
            with lock:
                accepted[choice] += taken
                refused[0] += not taken

    def sweep(_share: int) -> None:
        while Ballot.objects.get(pk=ballot.pk).status != "closed":
            close_due_ballots()

    def kept(act: Callable[[int], None], share: int) -> None:
        try:
            act(share)
        except Exception as error:  # noqa: BLE001 (raised below)
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=kept, args=(vote, share)) for share in range(16)] + [threading.Thread(target=kept, args=(sweep, n)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    if errors:
        raise errors[0]
    return accepted, refused[0]


def _taken(elector: Elector, ticked: Ticked) -> bool:
    """Whether the vote was accepted, or refused with a message."""
    try:
        cast_votes(elector, [ticked], actor=elector.person.user)
    except (BallotNotOpen, Busy):
        return False
    return True


def _counted_exactly(ballot: Ballot, accepted: Counter) -> None:
    result = Result.objects.get(motion__ballot=ballot)
    counted = (result.votes_for, result.votes_against, result.abstentions)
    assert counted == tuple(accepted[choice] for choice in CHOICES), (counted, accepted)


def _one_after_the_other(votes: int, *, code: str = "calm") -> float:
    """Seconds for so many votes without anybody else."""
    ballot = open_for_bench(code, seats=votes)
    acts = [_voter(ballot, elector, "for") for elector in ballot.electors.select_related("person__user")]
    began = time.perf_counter()
    for act in acts:
        act()
    return time.perf_counter() - began


def _row(job: str, size: int, seconds: float, reference: str, reference_seconds: float) -> dict[str, Any]:
    return {
        "job": job,
        "size": size,
        "seconds": round(seconds, 4),
        "reference": reference,
        "reference_seconds": round(reference_seconds, 4),
        "ratio": round(seconds / reference_seconds, 2),
        "queries": None,
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
