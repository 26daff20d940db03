"""Giving up and passing on in time, and too late; overrides by staff; changes that would take places away."""

import pytest
import time_machine
from django.db import IntegrityError, transaction

from meetings.exceptions import MeetingFull, MorePlacesTaken, NoFreeMeetingLeft, ReasonMissing, RegistrationClosed, TooLate, UnitFull
from meetings.models import Offer, Registration
from meetings.selectors.allowances import used_meetings
from meetings.services.planning import change_meeting
from meetings.services.registration import cancel_registration, give_place_up, register, register_by_staff, substitute_delegate
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory
from tests.factories.members import MembershipFactory, PersonFactory
from tests.support import moment

IN_TIME, LATE, BEGUN = "2100-03-16 12:00", "2100-03-19 12:00", "2100-03-20 09:30"


@pytest.fixture
def unit(db):
    """A member unit in good standing."""
    AllowanceRuleFactory()
    return MembershipFactory().institution


def meeting_with(**values):
    return MeetingFactory(cancel_until=moment("2100-03-17 00:00"), capacity=1, **values)


@pytest.mark.parametrize(
    ("now", "rules", "expected"),
    [
        (IN_TIME, {}, (0, "confirmed")),
        (LATE, {}, (1, "confirmed")),
        (LATE, {"late_frees_allowance": True}, (0, "confirmed")),
        (LATE, {"late_frees_seat": False}, (1, "waitlisted")),
    ],
    ids=["in time", "late", "late, given back", "late, the seat is gone"],
)
def test_what_a_cancellation_gives_back(unit, secretary, now, rules, expected):
    meeting = meeting_with(**rules)
    place = register(meeting, unit, PersonFactory(), actor=secretary)
    waiting = register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary)

    with time_machine.travel(moment(now), tick=False):
        cancel_registration(place, actor=secretary, reason="临时有课")

    waiting.refresh_from_db()
    assert (used_meetings(unit, 2100), waiting.status) == expected


def test_staff_may_give_everything_back(unit, secretary):
    place = register(meeting_with(late_frees_seat=False), unit, PersonFactory(), actor=secretary)

    with time_machine.travel(moment(LATE), tick=False):
        cancel_registration(place, actor=secretary, reason="疫情", give_back=True)

    assert used_meetings(unit, 2100) == 0


def test_a_seat_kept_by_a_late_cancellation_is_still_taken(unit, secretary):
    meeting = meeting_with(late_frees_seat=False)
    place = register(meeting, unit, PersonFactory(), actor=secretary)
    with time_machine.travel(moment(LATE), tick=False):
        cancel_registration(place, actor=secretary)

    with pytest.raises(MeetingFull):
        register_by_staff(meeting, unit, PersonFactory(), meeting.offers.get(), actor=secretary, reason="补报")


def test_nobody_gives_up_a_place_at_a_meeting_that_has_begun(unit, secretary):
    place = register(meeting_with(), unit, PersonFactory(), actor=secretary)

    with time_machine.travel(moment(BEGUN), tick=False), pytest.raises(TooLate):
        give_place_up(place, actor=secretary, reason="")


def test_replacing_ends_at_its_time(unit, secretary):
    place = register(meeting_with(substitute_until=moment("2100-03-18 00:00")), unit, PersonFactory(), actor=secretary)

    with time_machine.travel(moment(LATE), tick=False), pytest.raises(RegistrationClosed):
        substitute_delegate(place, PersonFactory(), actor=secretary)


def test_staff_pass_over_deadline_and_audience_with_a_reason(secretary, timeline):
    AllowanceRuleFactory()
    meeting, nobody = MeetingFactory(), MembershipFactory(pending=True).institution

    with time_machine.travel(moment(LATE), tick=False):
        place = register_by_staff(meeting, nobody, PersonFactory(), meeting.offers.get(), actor=secretary, reason="主讲嘉宾")

    assert (place.status, place.override_reason) == ("confirmed", "主讲嘉宾")
    assert timeline(place) == [("registration.overridden", secretary)]


def test_an_override_without_a_reason_is_refused(unit, secretary):
    meeting = MeetingFactory()

    with pytest.raises(ReasonMissing):
        register_by_staff(meeting, unit, PersonFactory(), meeting.offers.get(), actor=secretary, reason="  ")


def test_an_override_never_goes_beyond_the_unit_and_the_year(unit, secretary):
    meetings = MeetingFactory.create_batch(4)
    for _n in range(3):
        register(meetings[0], unit, PersonFactory(), actor=secretary)
    for meeting in meetings[1:3]:
        register(meeting, unit, PersonFactory(), actor=secretary)

    with pytest.raises(UnitFull):
        register_by_staff(meetings[0], unit, PersonFactory(), meetings[0].offers.get(), actor=secretary, reason="特批")
    with pytest.raises(NoFreeMeetingLeft):
        register_by_staff(meetings[3], unit, PersonFactory(), meetings[3].offers.get(), actor=secretary, reason="特批")


def test_a_unit_limit_holds_over_all_offers(unit, secretary):
    meeting = MeetingFactory(unit_limit=1)
    register(meeting, unit, PersonFactory(), actor=secretary)

    with pytest.raises(UnitFull):
        register(meeting, unit, PersonFactory(), actor=secretary)


def test_capacity_never_falls_below_the_places_taken(unit, secretary):
    meeting = MeetingFactory(capacity=3)
    for _n in range(2):
        register(meeting, unit, PersonFactory(), actor=secretary)

    with pytest.raises(MorePlacesTaken):
        change_meeting(meeting, actor=secretary, capacity=1)


@pytest.mark.parametrize(("field", "value"), [("seats_per_unit", 1), ("seats", 1), ("draws_on_allowance", False)])
def test_an_offer_keeps_what_it_promised(unit, secretary, field, value):
    meeting = MeetingFactory()
    for _n in range(2):
        register(meeting, unit, PersonFactory(), actor=secretary)

    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.filter(meeting=meeting).update(**{field: value})


def test_a_meeting_that_moves_into_a_full_year_is_refused(unit, secretary):
    full = [MeetingFactory(starts_at=moment(f"2101-0{n}-10 09:00")) for n in (3, 6, 9)]
    late = MeetingFactory(starts_at=moment("2100-12-30 09:00"))
    for meeting in [*full, late]:
        register(meeting, unit, PersonFactory(), actor=secretary)

    with pytest.raises(NoFreeMeetingLeft):
        change_meeting(late, actor=secretary, starts_at=moment("2101-01-05 09:00"), ends_at=moment("2101-01-05 17:00"))


def test_a_meeting_that_moves_takes_its_year_along(unit, secretary):
    meeting = MeetingFactory(starts_at=moment("2100-12-30 09:00"))
    register(meeting, unit, PersonFactory(), actor=secretary)

    change_meeting(meeting, actor=secretary, starts_at=moment("2101-01-05 09:00"), ends_at=moment("2101-01-05 17:00"))

    assert (used_meetings(unit, 2100), used_meetings(unit, 2101)) == (0, 1)


def test_only_what_was_held_can_be_kept(unit, secretary):
    place = register(MeetingFactory(), unit, PersonFactory(), actor=secretary)
    cancel_registration(place, actor=secretary)

    with pytest.raises(IntegrityError, match="only what was held"):
        Registration.objects.filter(pk=place.pk).update(keeps_seat=True)
