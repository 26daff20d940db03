"""A unit that leaves loses its seats on the day its membership ends, and whoever decides reads that before."""

import datetime as dt

import pytest

from alliance.common.audit import timeline
from alliance.common.clock import today
from council.models import Seat
from council.roll import voters
from members.enums import DepartureKind
from members.services.departures import approve_departure, ask_to_leave, effects_of, pass_departure
from tests.council.support import opened
from tests.factories.council import BodyFactory, SeatFactory
from tests.factories.members import MembershipFactory

pytestmark = pytest.mark.django_db
LEAVES, DECIDED = dt.date(2099, 6, 30), dt.date(2099, 4, 1)


@pytest.fixture
def membership():
    return MembershipFactory()


def leave(membership, secretary):
    asked = ask_to_leave(membership, actor=secretary, kind=DepartureKind.REMOVAL, reason="失联", effective_on=LEAVES, letter=None)
    return approve_departure(pass_departure(asked, actor=secretary), actor=secretary, decision="x", on=DECIDED)


def test_the_running_seat_ends_on_the_day_the_membership_ends(membership, secretary):
    body = BodyFactory(name="常务理事会")
    seat, other = SeatFactory(body=body, institution=membership.institution, person__name="王老师"), SeatFactory(body=body)

    departure = leave(membership, secretary)

    assert "“常务理事会”席位（王老师，理事）于2099-06-30终止。" in departure.effects
    assert list(Seat.objects.order_by("pk").values_list("term_until", flat=True)) == [LEAVES, None]
    days = [LEAVES, LEAVES + dt.timedelta(days=1)]
    assert [{voter.seat for voter in voters(body, day)} for day in days] == [{seat, other}, {other}]
    assert [entry.action for entry in timeline(seat)] == ["seat.ended"]


def test_a_seat_to_come_falls_away_and_one_that_is_over_stays_as_it_was(membership, secretary):
    body = BodyFactory(name="常务理事会")
    past = SeatFactory(body=body, institution=membership.institution, term_from=dt.date(2020, 1, 1), term_until=dt.date(2023, 12, 31))
    SeatFactory(body=body, institution=membership.institution, person__name="李老师", term_from=dt.date(2100, 1, 1))

    departure = leave(membership, secretary)

    assert [sentence for sentence in departure.effects if "席位" in sentence] == ["“常务理事会”尚未开始的席位（李老师，理事）取消。"]
    assert list(Seat.objects.values_list("pk", "term_until")) == [(past.pk, dt.date(2023, 12, 31))]


def test_without_a_seat_nothing_is_said_of_seats(membership):
    assert [sentence for sentence in effects_of(membership, LEAVES) if "席位" in sentence] == []


def test_an_open_ballot_keeps_its_electorate(membership, secretary):
    body = BodyFactory()
    SeatFactory(body=body, institution=membership.institution, person__with_user=True)
    ballot = opened(secretary, body=body, seats=2)

    leave(membership, secretary)

    assert (ballot.electors.count(), ballot.electors.filter(institution=membership.institution).count()) == (3, 1)
    assert len(voters(body, today())) == 3
