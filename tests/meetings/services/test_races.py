"""Sixty-four at once: the books are exact afterwards, and the controls show that the tests would see the damage."""

import random
import threading
import time

import pytest

from alliance.common.exceptions import DomainError
from meetings.enums import LIVE, SEATED
from meetings.models import Meeting, Registration
from meetings.selectors.allowances import used_meetings
from meetings.selectors.books import broken_promises
from meetings.services import places, registration
from meetings.services.registration import cancel_registration, register, substitute_delegate
from meetings.services.sweeping import sweep_places
from meetings.services.waiting import accept_place
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, OfferFactory, RegistrationFactory
from tests.factories.members import MembershipFactory, PersonFactory, StaffFactory
from tests.support import without_triggers

CLIENTS = 64
SECONDS = 6


def seated(meeting):
    return Registration.objects.filter(meeting=meeting, status__in=SEATED).count()


def unexpected(outcomes):
    """What is neither a result nor a refusal of the domain."""
    return [repr(outcome) for outcome in outcomes if isinstance(outcome, Exception) and not isinstance(outcome, DomainError)]


@pytest.mark.django_db(transaction=True)
def test_sixty_four_units_fight_for_the_last_seat(secretary, race):
    AllowanceRuleFactory()
    meeting = MeetingFactory(capacity=1)
    pairs = [(MembershipFactory().institution, PersonFactory()) for _n in range(CLIENTS)]

    outcomes = race(*[lambda u=u, p=p: register(Meeting.objects.get(pk=meeting.pk), u, p, actor=secretary) for u, p in pairs])

    assert (seated(meeting), unexpected(outcomes), broken_promises()) == (1, [], [])


@pytest.mark.django_db(transaction=True)
def test_sixty_four_of_one_unit_fight_for_its_last_place(secretary, race):
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(), MembershipFactory().institution
    for _n in range(2):
        register(meeting, unit, PersonFactory(), actor=secretary)
    people = PersonFactory.create_batch(CLIENTS)

    outcomes = race(*[lambda p=p: register(Meeting.objects.get(pk=meeting.pk), unit, p, actor=secretary) for p in people])

    assert (seated(meeting), unexpected(outcomes), broken_promises()) == (3, [], [])


def rush_of_two_offers(race):
    """Eight of one unit at once, by two offers that draw on the allowance and set no limit of their own, written past the services. Returns how many sit."""
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(seats=None), MembershipFactory().institution
    offers = [meeting.offers.get(), OfferFactory(meeting=meeting, seats_per_unit=None)]
    people, staff = PersonFactory.create_batch(8), StaffFactory()

    def write(number):
        offer = offers[number % 2]
        RegistrationFactory(meeting=meeting, institution=unit, person=people[number], offer=offer, uses_allowance=True, year=2100, registered_by=staff)

    race(*[lambda n=n: write(n) for n in range(8)])
    return seated(meeting)


@pytest.mark.django_db(transaction=True)
def test_two_offers_do_not_add_up_to_more_than_the_free_delegates(race):
    assert (rush_of_two_offers(race), broken_promises()) == (3, [])


@pytest.mark.django_db(transaction=True)
def test_control_without_the_trigger_two_offers_add_up(race):
    with without_triggers("meetings_registration"):
        taken = rush_of_two_offers(race)

    assert (taken, {what for what, _where in broken_promises()}) == (8, {"unit.free_delegates"})


@pytest.mark.django_db(transaction=True)
def test_sixty_four_meetings_fight_for_a_units_last_free_one(secretary, race):
    AllowanceRuleFactory()
    unit, meetings = MembershipFactory().institution, MeetingFactory.create_batch(CLIENTS)
    for meeting in meetings[:2]:
        register(meeting, unit, PersonFactory(), actor=secretary)
    people = PersonFactory.create_batch(CLIENTS)

    outcomes = race(*[lambda m=m, p=p: register(Meeting.objects.get(pk=m.pk), unit, p, actor=secretary) for m, p in zip(meetings, people, strict=True)])

    # The two that are used already take more of the unit's people without using another.
    assert (used_meetings(unit, 2100), unexpected(outcomes), broken_promises()) == (3, [], [])


def somebody(meetings, units, people, actor, until, seed):
    """A client that does anything at all until the time is over; the refusals of the domain are part of life."""
    dice = random.Random(seed)
    count = 0
    while time.monotonic() < until:
        count += 1
        meeting = Meeting.objects.get(pk=dice.choice(meetings).pk)
        mine = Registration.objects.filter(meeting=meeting, status__in=LIVE).order_by("?").first()
        try:
            step = dice.random()
            if step < 0.45 or mine is None:
                register(meeting, dice.choice(units), dice.choice(people), actor=actor)
            elif step < 0.7:
                cancel_registration(mine, actor=actor, reason="临时有课")
            elif step < 0.85:
                substitute_delegate(mine, dice.choice(people), actor=actor)
            elif mine.status == "offered":
                accept_place(mine, actor=actor)
            else:
                sweep_places()
        except DomainError:
            continue
    return count


@pytest.mark.django_db(transaction=True)
def test_registering_cancelling_replacing_and_moving_up_all_at_once(secretary, race):
    AllowanceRuleFactory()
    meetings = [MeetingFactory(capacity=8), MeetingFactory(capacity=8, accept_hours=48), *MeetingFactory.create_batch(4, capacity=5)]
    units = [MembershipFactory().institution for _n in range(8)]
    people = PersonFactory.create_batch(60)
    until = time.monotonic() + SECONDS

    outcomes = race(*[lambda s=s: somebody(meetings, units, people, secretary, until, s) for s in range(CLIENTS)])
    while sweep_places():
        pass

    assert (unexpected(outcomes), broken_promises(), sweep_places()) == ([], [], 0)


@pytest.mark.django_db(transaction=True)
def test_replacing_while_others_wait_moves_nobody_up(secretary, race):
    AllowanceRuleFactory()
    meeting = MeetingFactory(capacity=3)
    unit = MembershipFactory().institution
    held = [register(meeting, unit, PersonFactory(), actor=secretary) for _n in range(3)]
    register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary)
    people = PersonFactory.create_batch(24)

    outcomes = race(
        *[lambda p=p, place=held[n % 3]: substitute_delegate(Registration.objects.get(pk=place.pk), p, actor=secretary) for n, p in enumerate(people)]
    )

    done = [outcome for outcome in outcomes if isinstance(outcome, Registration)]
    assert (len(done), seated(meeting), meeting.registrations.filter(status="waitlisted").count(), unexpected(outcomes)) == (3, 3, 1, [])


@pytest.mark.django_db(transaction=True)
def test_control_without_locks_and_trigger_the_last_seat_is_sold_twice(secretary, race, monkeypatch):
    AllowanceRuleFactory()
    meeting = MeetingFactory(capacity=1)
    pairs = [(MembershipFactory().institution, PersonFactory()) for _n in range(2)]
    both = threading.Barrier(2)
    create = places.create

    def together(*args, **kwargs):
        both.wait(timeout=20)  # Each has looked for a free seat by now.
        return create(*args, **kwargs)

    monkeypatch.setattr(registration, "lock_places", lambda *args: None)
    monkeypatch.setattr(places, "create", together)
    with without_triggers("meetings_registration"):
        race(*[lambda u=u, p=p: register(Meeting.objects.get(pk=meeting.pk), u, p, actor=secretary) for u, p in pairs])

    assert seated(meeting) == 2
    assert broken_promises()[0][0] == "meeting.capacity"
