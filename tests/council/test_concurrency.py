"""Many at once (B-1), a web worker killed while people vote (B-11), and what no order in the urn betrays (B-9)."""

from collections import Counter

import pytest
from django.db import connection

from council.models import Ballot, Motion, Paper, Participation, Result, Vote
from council.services.closing import close_ballot
from council.services.drafting import add_motion, draft_ballot
from council.services.opening import open_ballot
from council.services.voting import cast_in_secret, cast_votes
from tests.council.guessing import ORDERS, hits_by_order
from tests.council.support import FAR, opened, tick
from tests.council.web import lost, vote_while_workers_die
from tests.factories.council import BodyFactory, ProcedureFactory, SeatFactory
from tests.support import without_triggers

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results):
    return Counter(type(result).__name__ for result in results)


def tallies(results):
    """What each close that answered says the result is."""
    found = [ballot for ballot in results if isinstance(ballot, Ballot)]
    return [tuple(Motion.objects.get(ballot=ballot).result.__dict__[name] for name in ("votes_for", "votes_against", "abstentions")) for ballot in found]


def test_all_votes_given_at_once_are_kept(secretary, race):
    ballot = opened(secretary, seats=40)
    motion = ballot.motions.get()
    electors = list(ballot.electors.select_related("person__user"))

    given = race(*[lambda e=elector: cast_votes(e, [tick(motion)], actor=e.person.user) for elector in electors])

    assert (kinds(given), Vote.objects.count()) == ({"list": 40}, 40)


def test_openings_and_closes_at_once_open_once_and_close_once(secretary, race):
    body = BodyFactory()
    ProcedureFactory(body=body)
    SeatFactory.create_batch(3, body=body, person__with_user=True)
    draft = draft_ballot(body=body, title="表决", closes_at=FAR, applications=[], actor=secretary)
    add_motion(draft, title="一项")

    outcomes = race(
        *[lambda: open_ballot(Ballot.objects.get(pk=draft.pk), actor=secretary) for _n in range(12)],
        *[lambda: close_ballot(Ballot.objects.get(pk=draft.pk), actor=secretary) for _n in range(12)],
    )

    opened_, closed = outcomes[:12], outcomes[12:]
    assert (kinds(opened_)["Ballot"], kinds(opened_)["InvalidTransition"]) == (1, 11)
    assert set(kinds(closed)) <= {"Ballot", "InvalidTransition"}
    assert (len(set(tallies(closed))) <= 1, Result.objects.count() <= 1, draft.electors.count()) == (True, True, 3)


def votes_and_closes(ballot, secretary, race, *, size):
    motion = ballot.motions.get()
    electors = list(ballot.electors.select_related("person__user"))[:size]
    choices = ("for", "against", "abstain")
    acts = [lambda e=elector, n=n: cast_votes(e, [tick(motion, choices[n % 3])], actor=e.person.user) for n, elector in enumerate(electors)]

    def close():
        # A close takes less time than a vote: they begin once a vote is there, else every vote would come too late and nothing be shown.
        while not Vote.objects.filter(motion=motion).exists():
            pass
        return close_ballot(Ballot.objects.get(pk=ballot.pk), actor=secretary)

    outcomes = race(*acts, *[close] * size)
    return outcomes[:size], outcomes[size:]


def test_votes_and_closes_at_once_count_exactly_what_was_accepted(secretary, race):
    ballot = opened(secretary, seats=25)

    given, closed = votes_and_closes(ballot, secretary, race, size=25)

    accepted = Counter(votes[0].choice for votes in given if isinstance(votes, list))
    assert set(kinds(given)) <= {"list", "BallotNotOpen", "Busy"}
    assert accepted.total() > 0
    assert kinds(closed) == {"Ballot": 25}
    assert set(tallies(closed)) == {(accepted["for"], accepted["against"], accepted["abstain"])}


def test_control_without_the_trigger_a_vote_is_accepted_after_the_count(secretary, race):
    ballot = opened(secretary, seats=25)
    close_ballot(ballot, actor=secretary)

    with without_triggers("council_vote"):
        given, closed = votes_and_closes(ballot, secretary, race, size=25)

    assert (kinds(given), set(tallies(closed))) == ({"list": 25}, {(0, 0, 0)})


def test_votes_that_were_acknowledged_outlive_a_killed_web_worker(secretary):
    ballot = opened(secretary, seats=8, motions=3)

    acknowledged, broken = vote_while_workers_die(ballot, kills=3)

    assert (len(acknowledged), lost(ballot, acknowledged)) == (8, [])
    assert broken > 0  # the kills did hit somebody


def test_control_a_vote_that_is_missing_is_seen(secretary):
    ballot = opened(secretary, seats=3)
    motion = ballot.motions.get()
    told = {}
    for elector in ballot.electors.all():
        cast_votes(elector, [tick(motion)], actor=elector.person.user)
        told[elector.pk] = {"for"}

    with without_triggers("council_vote"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM council_vote WHERE elector_id = %s", [min(told)])

    assert [row[0] for row in lost(ballot, told)] == [min(told)]


def test_over_many_urns_no_order_finds_a_voter_better_than_chance(secretary):
    ballot = opened(secretary, seats=10, motions=100, secret=True, changeable=False)
    motions = list(ballot.motions.all())
    voters = []
    for elector in ballot.electors.order_by("pk"):
        papers = cast_in_secret(elector, [tick(motion) for motion in motions], actor=elector.person.user)
        voters.append({paper.motion_id: paper.receipt for paper in papers})
    before = hits_by_order(voters)

    close_ballot(ballot, actor=secretary)
    after = hits_by_order(voters)

    # By chance one voter in each urn is found, with as much variance: 100 ± 10. Five deviations come once in millions of runs.
    assert {name: hits for name, hits in after.items() if hits > 150} == {}
    # The control: before the papers are mixed their place in the table tells everything, so the guess works.
    assert (before["ctid"] > 900, sorted(after) == sorted(ORDERS)) == (True, True)


def test_neither_the_log_nor_the_history_of_rows_holds_a_paper(secretary):
    ballot = opened(secretary, secret=True, changeable=False)
    elector = ballot.electors.first()
    (paper,) = cast_in_secret(elector, [tick(ballot.motions.get(), "against")], actor=elector.person.user)
    receipt = paper.receipt
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")
        tables = [row[0] for row in cursor.fetchall()]
        holding = []
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{receipt}%"])
            if cursor.fetchone()[0]:
                holding.append(table)

    assert (holding, Participation.objects.count(), Paper.objects.count()) == (["council_paper"], 1, 1)
