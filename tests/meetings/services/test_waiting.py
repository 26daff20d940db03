"""The waiting list: in order, with a deadline, never overtaken."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from meetings.enums import RegistrationStatus
from meetings.exceptions import TooLate
from meetings.models import Registration
from meetings.selectors.offers import position_in_line
from meetings.services.planning import change_meeting
from meetings.services.registration import cancel_registration, register
from meetings.services.sweeping import sweep_places
from meetings.services.waiting import accept_place
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, RegistrationFactory
from tests.factories.members import MembershipFactory, PersonFactory


@pytest.fixture
def line(db, secretary):
    """A meeting of one seat with 48 hours to accept: who has the seat, and two of other units in line."""
    AllowanceRuleFactory()
    meeting = MeetingFactory(capacity=1, accept_hours=48)
    first = register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary)
    return meeting, first, [register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary) for _n in range(2)]


def states(*places):
    return [Registration.objects.get(pk=place.pk).status for place in places]


def test_a_freed_seat_is_offered_and_kept_until_the_deadline(line, secretary, outbox_for):
    _meeting, first, (second, third) = line

    cancel_registration(first, actor=secretary)

    second.refresh_from_db()
    assert (states(second, third), position_in_line(third)) == (["offered", "waitlisted"], 1)
    assert [m.template for m in outbox_for(second)] == ["meetings/mail/waitlisted", "meetings/mail/place_offered"]
    assert second.accept_until - second.updated_at <= dt.timedelta(hours=48)


def test_accepting_twice_is_once(line, secretary):
    _meeting, first, (second, _third) = line
    cancel_registration(first, actor=secretary)
    second.refresh_from_db()

    accept_place(second, source="ticket"), accept_place(second, source="ticket")

    assert states(second) == ["confirmed"]


def test_who_does_not_accept_in_time_makes_room_for_the_next(line, secretary):
    _meeting, first, (second, third) = line
    cancel_registration(first, actor=secretary)

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=49)):
        changed = sweep_places()
        second.refresh_from_db()
        with pytest.raises(TooLate):
            accept_place(second, source="ticket")

    assert (changed, states(second, third)) == (1, ["cancelled", "offered"])


def test_the_participant_accepts_on_the_ticket_page_by_pressing_a_button(line, secretary, client):
    _meeting, first, (second, _third) = line
    cancel_registration(first, actor=secretary)
    url = reverse("tickets:accept", args=[second.ticket])

    client.get(url)
    before = states(second)
    client.post(url)

    assert (before, states(second)) == (["offered"], ["confirmed"])


def test_the_participant_gives_the_place_in_line_up(line, client):
    _meeting, _first, (second, third) = line

    client.post(reverse("tickets:give_up", args=[second.ticket]))

    assert (states(second, third), position_in_line(third)) == (["cancelled", "waitlisted"], 1)


def test_more_places_move_the_line_on(line, secretary):
    meeting, _first, waiting = line

    change_meeting(meeting, actor=secretary, capacity=3)

    assert states(*waiting) == ["offered", "offered"]


def test_who_is_new_does_not_overtake_those_in_line(line, secretary):
    meeting, first, waiting = line
    Registration.objects.filter(pk=first.pk).update(status="cancelled")  # A seat is free, and nobody has been asked yet.

    newcomer = register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary)

    assert states(*waiting, newcomer) == ["offered", "waitlisted", "waitlisted"]


def test_the_database_refuses_who_overtakes(line):
    meeting, first, _waiting = line
    Registration.objects.filter(pk=first.pk).update(status="cancelled")

    with pytest.raises(IntegrityError, match="somebody waits already"):
        RegistrationFactory(meeting=meeting)


@pytest.mark.django_db
def test_a_unit_that_has_no_place_left_keeps_its_turn_and_the_next_moves_up(secretary):
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(capacity=2, seats=1), MembershipFactory().institution
    first = register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary)
    register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary)
    waiting = [register(meeting, unit, PersonFactory(), actor=secretary) for _n in range(2)]
    behind = register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary)
    cancel_registration(first, actor=secretary)
    second = Registration.objects.filter(meeting=meeting, status="confirmed").order_by("pk").first()

    cancel_registration(second, actor=secretary)

    assert states(*waiting, behind) == ["confirmed", "waitlisted", "confirmed"]


def test_an_offered_place_counts_as_taken(line, secretary):
    meeting, first, _waiting = line
    cancel_registration(first, actor=secretary)

    assert Registration.objects.filter(meeting=meeting, status=RegistrationStatus.OFFERED).count() == meeting.capacity


def test_the_database_refuses_who_overtakes_within_the_line(line):
    meeting, first, (second, third) = line
    type(meeting).objects.filter(pk=meeting.pk).update(capacity=3)

    with pytest.raises(IntegrityError, match="somebody is before them in line"), transaction.atomic():
        Registration.objects.filter(pk=third.pk).update(status="confirmed")
    Registration.objects.filter(pk=second.pk).update(status="confirmed")
    Registration.objects.filter(pk=third.pk).update(status="confirmed")

    assert states(first, second, third) == ["confirmed"] * 3


@pytest.mark.django_db
def test_the_database_lets_the_next_pass_one_whose_unit_has_no_place_left(secretary):
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(capacity=1, seats=1), MembershipFactory().institution
    register(meeting, unit, PersonFactory(), actor=secretary)
    other = MembershipFactory().institution
    ahead = RegistrationFactory(meeting=meeting, institution=unit, status="waitlisted", queued_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    behind = RegistrationFactory(meeting=meeting, institution=other, status="waitlisted", queued_at=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    type(meeting).objects.filter(pk=meeting.pk).update(capacity=2)

    Registration.objects.filter(pk=behind.pk).update(status="confirmed")

    assert states(ahead, behind) == ["waitlisted", "confirmed"]
