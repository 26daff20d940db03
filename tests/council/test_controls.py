"""Controls of the races: with the lock and the constraint taken away, and everybody held where it hurts, the damage is there and the tests' measure sees it."""

import threading
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection

from council.models import Ballot, Elector, Result, Vote
from council.services import closing, opening, voting
from council.services.closing import close_due_ballots
from council.services.drafting import add_motion, draft_ballot
from council.services.opening import open_ballot
from council.services.voting import cast_votes
from tests.council.support import FAR, let_time_pass, opened, tick
from tests.factories.council import BodyFactory, ProcedureFactory, SeatFactory
from tests.support import without_triggers

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 30


@contextmanager
def without_constraint(table, columns):
    """Take the unique constraint of these columns away; afterwards the table is emptied, and it stands again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u' AND pg_get_constraintdef(oid) = %s",
            [table, f"UNIQUE ({columns})"],
        )
        (name,) = cursor.fetchone()
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        try:
            yield
        finally:
            with without_triggers(table):
                cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" UNIQUE ({columns})')


def reads_together(count):
    """In place of the lock of a row: each reads it as it stands, and goes on when all have read."""
    both = threading.Barrier(count)

    def read(ballot):
        # Only the first look at the ballot: within one closing it is asked for again.
        if not getattr(threading.current_thread(), "has_read", False):
            threading.current_thread().has_read = True
            ballot.refresh_from_db()
            both.wait(WAIT)
        return ballot

    return read


def to_close(secretary):
    ballot = opened(secretary)
    motion = ballot.motions.get()
    for elector in ballot.electors.all():
        cast_votes(elector, [tick(motion)], actor=elector.person.user)
    let_time_pass(ballot)
    return ballot


def test_control_without_lock_trigger_and_constraint_two_workers_count_twice(secretary, race, monkeypatch):
    to_close(secretary)
    monkeypatch.setattr(closing, "lock", reads_together(2))

    with without_triggers("council_ballot"), without_constraint("council_result", "motion_id"):
        race(*[close_due_ballots] * 2)
        counted = Result.objects.count()

    assert counted == 2


def test_control_without_the_lock_alone_the_database_lets_one_count(secretary, race, monkeypatch):
    to_close(secretary)
    monkeypatch.setattr(closing, "lock", reads_together(2))

    race(*[close_due_ballots] * 2)

    assert (Result.objects.count(), Ballot.objects.get().status) == (1, "closed")


def a_draft(secretary):
    body = BodyFactory()
    ProcedureFactory(body=body)
    SeatFactory.create_batch(3, body=body, person__with_user=True)
    draft = draft_ballot(body=body, title="表决", closes_at=FAR, applications=[], actor=secretary)
    add_motion(draft, title="一项")
    return draft


def test_control_without_lock_trigger_and_constraint_two_openings_write_the_electorate_twice(secretary, race, monkeypatch):
    draft = a_draft(secretary)
    monkeypatch.setattr(opening, "lock", reads_together(2))

    with without_triggers("council_elector", "council_ballot"), without_constraint("council_elector", "ballot_id, seat_id"):
        outcomes = race(*[lambda: open_ballot(Ballot.objects.get(pk=draft.pk), actor=secretary)] * 2)
        electors = Elector.objects.count()

    assert ([type(one).__name__ for one in outcomes], electors) == (["Ballot", "Ballot"], 6)


def test_control_without_the_lock_alone_the_constraint_refuses_the_second_opening(secretary, race, monkeypatch):
    draft = a_draft(secretary)
    monkeypatch.setattr(opening, "lock", reads_together(2))

    outcomes = race(*[lambda: open_ballot(Ballot.objects.get(pk=draft.pk), actor=secretary)] * 2)

    assert (sorted(type(one).__name__ for one in outcomes), Elector.objects.count()) == (["Ballot", "IntegrityError"], 3)


def test_control_without_lock_and_constraint_two_tabs_vote_twice(secretary, race, monkeypatch):
    ballot = opened(secretary)
    motion, elector = ballot.motions.get(), ballot.electors.first()
    both, real = threading.Barrier(2), voting._code

    def receipt(length):
        both.wait(WAIT)  # Each has looked for a vote that is there already, and found none.
        return real(length)

    monkeypatch.setattr(voting, "advisory_lock", lambda *names: None)
    monkeypatch.setattr(voting, "_code", receipt)
    ticked = [tick(motion)]

    with without_constraint("council_vote", "elector_id, motion_id"):
        race(*[lambda: cast_votes(elector, ticked, actor=elector.person.user)] * 2)
        votes = Vote.objects.count()

    assert votes == 2


def test_control_without_the_lock_alone_the_constraint_refuses_the_second_tab(secretary):
    ballot = opened(secretary)
    motion, elector = ballot.motions.get(), ballot.electors.first()
    cast_votes(elector, [tick(motion)], actor=elector.person.user)

    with pytest.raises(IntegrityError, match="one_vote_per_seat_and_motion"):
        Vote.objects.create(elector=elector, motion=motion, choice="for", dossier="", receipt="TWICE", cast_at=ballot.opened_at)
