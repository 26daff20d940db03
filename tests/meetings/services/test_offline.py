"""Phones that had no network send what they kept, all at the same moment: each person is in once, nothing is lost."""

import random
import threading
import uuid

import pytest
from django.db import connection

from alliance.common.clock import now
from meetings.models import CheckIn, Registration
from meetings.services import checkin
from meetings.services.checkin import check_in
from meetings.services.offline import take_in
from tests.factories.meetings import MeetingFactory, RegistrationFactory
from tests.factories.members import StaffFactory

PEOPLE, PHONES, SENT = 20, 3, 4


@pytest.fixture
def running():
    """A meeting that has begun, with twenty people to come."""
    moment = now()
    meeting = MeetingFactory(starts_at=moment, register_until=moment)
    return meeting, [place.ticket for place in RegistrationFactory.create_batch(PEOPLE, meeting=meeting)]


def kept(tickets, seed):
    """What a phone let in, in its own order."""
    order = random.Random(seed).sample(tickets, len(tickets))
    return [{"ticket": ticket, "nonce": str(uuid.uuid4()), "at": now().isoformat()} for ticket in order]


def by_number(results):
    return sorted(results, key=lambda row: row["nonce"])


@pytest.mark.django_db(transaction=True)
def test_three_phones_come_back_at_once_and_send_all_four_times(running, race):
    meeting, tickets = running
    staff = StaffFactory.create_batch(PHONES)
    phones = [(kept(tickets, n), person) for n, person in enumerate(staff)]

    rounds = race(*[lambda s=scans, p=person: [by_number(take_in(meeting, s, actor=p)) for _n in range(SENT)] for scans, person in phones])

    outcomes = sorted(row["outcome"] for sent in rounds for row in sent[0])
    assert outcomes == ["again"] * (PEOPLE * (PHONES - 1)) + ["in"] * PEOPLE
    assert all(again == sent[0] for sent in rounds for again in sent)
    assert (CheckIn.objects.count(), Registration.objects.filter(status="attended").count()) == (PEOPLE, PEOPLE)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_and_the_constraint_a_person_is_in_twice(running, race, monkeypatch):
    _meeting, tickets = running
    both = threading.Barrier(2)

    def together(registration):
        both.wait(timeout=20)  # Each has seen that nobody has let this person in.
        return ""

    monkeypatch.setattr(checkin, "lock", lambda obj: obj)
    monkeypatch.setattr(checkin, "why_not", together)
    staff = StaffFactory.create_batch(2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'checked_in_once'")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX checked_in_once")
    try:
        race(*[lambda p=person: check_in(Registration.objects.select_related("meeting", "person").get(ticket=tickets[0]), actor=p) for person in staff])
        assert CheckIn.objects.filter(registration__ticket=tickets[0], undone_at=None).count() == 2
    finally:
        CheckIn.objects.update(undone_at=now(), undone_by=staff[0])
        with connection.cursor() as cursor:
            cursor.execute(definition)
