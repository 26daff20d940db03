"""Places that cannot be oversold."""

import datetime as dt

import pytest
import time_machine
import vobject
from django.db import IntegrityError
from django.urls import reverse
from icalendar import Calendar

from meetings.calendars import calendar_entry
from meetings.enums import SEATED, RegistrationStatus
from meetings.models import Meeting, Registration
from meetings.selectors.allowances import allowance_at, used_meetings
from meetings.services.planning import cancel_meeting, change_meeting, publish_meeting
from meetings.services.registration import (
    AlreadyRegistered,
    NoFreeMeetingLeft,
    NoOffer,
    RegistrationClosed,
    UnitFull,
    cancel_registration,
    register,
    substitute_delegate,
)
from members.enums import PersonRole
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, RegistrationFactory
from tests.factories.members import AffiliationFactory, MembershipFactory, PersonFactory
from tests.support import moment, without_triggers


@pytest.fixture
def unit(db):
    """A member unit in good standing."""
    AllowanceRuleFactory()
    return MembershipFactory().institution


def seated(meeting):
    return Registration.objects.filter(meeting=meeting, status__in=SEATED).count()


def refusals(outcomes):
    return sorted(type(outcome).__name__ for outcome in outcomes if isinstance(outcome, Exception))


@pytest.mark.django_db
def test_three_of_a_unit_come_and_the_fourth_learns_why_not(unit, secretary):
    meeting = MeetingFactory()
    for _n in range(3):
        register(meeting, unit, PersonFactory(), actor=secretary)

    with pytest.raises(UnitFull) as refusal:
        register(meeting, unit, PersonFactory(), actor=secretary)

    assert str(refusal.value) == f"{unit.name}在本次会议的 3 个名额已用完。您可以更换已报名的同事。"


@pytest.mark.django_db
def test_three_meetings_a_year_are_free_and_the_fourth_is_not(unit, secretary):
    meetings = MeetingFactory.create_batch(4)
    for meeting in meetings[:3]:
        register(meeting, unit, PersonFactory(), actor=secretary)

    with pytest.raises(NoFreeMeetingLeft):
        register(meetings[3], unit, PersonFactory(), actor=secretary)

    assert used_meetings(unit, 2100) == 3


@pytest.mark.django_db
def test_a_cancelled_meeting_gives_the_free_meeting_back(unit, secretary):
    meetings = MeetingFactory.create_batch(4)
    for meeting in meetings[:3]:
        register(meeting, unit, PersonFactory(), actor=secretary)

    cancel_meeting(meetings[0], actor=secretary, reason="改期")

    assert register(meetings[3], unit, PersonFactory(), actor=secretary).status == RegistrationStatus.CONFIRMED


@pytest.mark.django_db
def test_the_year_is_the_meetings_year_in_beijing(unit, secretary):
    late = MeetingFactory(starts_at=moment("2100-01-01 00:30"))
    before = MeetingFactory(starts_at=moment("2099-12-31 23:30"))

    register(late, unit, PersonFactory(), actor=secretary)
    register(before, unit, PersonFactory(), actor=secretary)

    assert (used_meetings(unit, 2099), used_meetings(unit, 2100)) == (1, 1)


@pytest.mark.django_db
def test_a_full_meeting_has_a_waiting_list_and_the_first_in_line_moves_up(unit, secretary):
    meeting = MeetingFactory(capacity=1)
    first = register(meeting, unit, PersonFactory(), actor=secretary)
    waiting = [register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary) for _n in range(2)]

    cancel_registration(first, actor=secretary)

    assert [Registration.objects.get(pk=w.pk).status for w in waiting] == ["confirmed", "waitlisted"]


@pytest.mark.django_db
def test_a_person_comes_once(unit, secretary):
    meeting, person = MeetingFactory(), PersonFactory()
    register(meeting, unit, person, actor=secretary)

    with pytest.raises(AlreadyRegistered):
        register(meeting, unit, person, actor=secretary)


@pytest.mark.django_db
def test_a_colleague_takes_the_place_and_the_seat_count_stays(unit, secretary, client):
    meeting = MeetingFactory(capacity=1)
    place = register(meeting, unit, PersonFactory(), actor=secretary)
    register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary)

    new = substitute_delegate(place, PersonFactory(), actor=secretary)

    assert (seated(meeting), new.replaces_id, Registration.objects.get(pk=place.pk).status) == (1, place.pk, "replaced")
    assert "此参会码已失效" in client.get(reverse("tickets:ticket", args=[place.ticket])).content.decode()


@pytest.mark.django_db
def test_a_unit_that_is_no_member_gets_no_free_place(secretary):
    institution = MembershipFactory(pending=True).institution

    with pytest.raises(NoOffer):
        register(MeetingFactory(), institution, PersonFactory(), actor=secretary)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "values"),
    [
        ("2100-03-19 12:00", {}),
        ("2026-01-01 12:00", {"members_from": moment("2026-02-01 00:00")}),
        ("2026-01-01 12:00", {"status": "draft"}),
        ("2026-01-01 12:00", {"status": "cancelled"}),
    ],
    ids=["after the deadline", "before members may", "not published", "cancelled"],
)
def test_registration_has_its_time(unit, secretary, now, values):
    meeting = MeetingFactory(**values)

    with time_machine.travel(moment(now), tick=False), pytest.raises(RegistrationClosed):
        register(meeting, unit, PersonFactory(), actor=secretary)


@pytest.mark.django_db(transaction=True)
def test_sixteen_fight_for_the_last_two_seats(secretary, race):
    AllowanceRuleFactory()
    meeting = MeetingFactory(capacity=2)
    units = [MembershipFactory().institution for _n in range(16)]

    outcomes = race(*[lambda u=u: register(Meeting.objects.get(pk=meeting.pk), u, PersonFactory(), actor=secretary) for u in units])

    assert (seated(meeting), refusals(outcomes)) == (2, [])
    assert sorted(o.status for o in outcomes) == ["confirmed"] * 2 + ["waitlisted"] * 14


@pytest.mark.django_db(transaction=True)
def test_twelve_of_one_unit_fight_for_three_places(secretary, race):
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(), MembershipFactory().institution

    outcomes = race(*[lambda: register(Meeting.objects.get(pk=meeting.pk), unit, PersonFactory(), actor=secretary)] * 12)

    assert (seated(meeting), refusals(outcomes)) == (3, ["UnitFull"] * 9)


@pytest.mark.django_db(transaction=True)
def test_eight_meetings_at_once_use_three_free_ones(secretary, race):
    AllowanceRuleFactory()
    unit, meetings = MembershipFactory().institution, MeetingFactory.create_batch(8)

    outcomes = race(*[lambda m=m: register(Meeting.objects.get(pk=m.pk), unit, PersonFactory(), actor=secretary) for m in meetings])

    assert (used_meetings(unit, 2100), refusals(outcomes)) == (3, ["NoFreeMeetingLeft"] * 5)


@pytest.mark.django_db(transaction=True)
def test_the_database_alone_refuses_when_the_service_forgets_its_locks(race):
    AllowanceRuleFactory()
    meeting = MeetingFactory(capacity=2)

    race(*[lambda: RegistrationFactory(meeting=meeting)] * 10)

    assert seated(meeting) == 2


@pytest.mark.django_db(transaction=True)
def test_control_without_locks_and_trigger_the_meeting_is_oversold(race):
    meeting = MeetingFactory(capacity=2)

    with without_triggers("meetings_registration"):
        race(*[lambda: RegistrationFactory(meeting=meeting)] * 10)

    assert seated(meeting) == 10


@pytest.mark.django_db
def test_a_registration_on_another_meetings_offer_is_refused(unit):
    with pytest.raises(IntegrityError):
        RegistrationFactory(offer=MeetingFactory().offers.first())


@pytest.mark.django_db
def test_publishing_without_offers_gives_the_members_free_places(secretary):
    AllowanceRuleFactory(delegates_per_meeting=2)
    meeting = MeetingFactory(status="draft")
    meeting.offers.all().delete()

    publish_meeting(meeting, actor=secretary)

    assert [(o.seats_per_unit, o.draws_on_allowance) for o in meeting.offers.all()] == [(2, True)]


@pytest.mark.django_db
def test_the_calendar_entry_keeps_its_uid_and_counts_its_changes(unit, secretary, outbox_for):
    meeting = MeetingFactory()
    register(meeting, unit, PersonFactory(), actor=secretary)
    before = vobject.readOne(calendar_entry(meeting).decode()).vevent

    change_meeting(meeting, actor=secretary, starts_at=meeting.starts_at + dt.timedelta(days=7), ends_at=meeting.ends_at + dt.timedelta(days=7))

    after = vobject.readOne(calendar_entry(meeting).decode()).vevent
    assert (after.uid.value, before.sequence.value, after.sequence.value) == (before.uid.value, "0", "1")
    assert after.dtstart.value - before.dtstart.value == dt.timedelta(days=7)
    assert [m.template for m in outbox_for(meeting)] == ["meetings/mail/registered", "meetings/mail/moved"]


@pytest.mark.django_db
def test_the_online_link_is_for_the_confirmed_only(client):
    meeting = MeetingFactory(online_link="https://meet.example.edu.cn/secret", public_from=moment("2020-06-01 00:00"))

    page = client.get(meeting.get_absolute_url()).content.decode()
    entry = client.get(reverse("meetings:calendar", args=[meeting.slug])).content.decode()
    personal = calendar_entry(meeting, registration=RegistrationFactory(meeting=meeting)).decode()

    assert ("secret" in page, "secret" in entry, "secret" in personal) == (False, False, True)


@pytest.mark.django_db
def test_a_cancelled_entry_takes_itself_out():
    (event,) = Calendar.from_ical(calendar_entry(MeetingFactory(), cancelled=True)).walk("VEVENT")

    assert event["STATUS"] == "CANCELLED"


@pytest.mark.django_db
def test_members_hear_first(client, client_for, liaison):
    meeting = MeetingFactory(public_from=moment("2099-01-01 00:00"))
    urls = [meeting.get_absolute_url(), reverse("meetings:calendar", args=[meeting.slug])]

    assert [client.get(url).status_code for url in urls] == [404, 404]
    assert [client_for(liaison).get(url).status_code for url in urls] == [200, 200]
    assert (meeting.title in client.get("/").content.decode(), meeting.title in client.get("/meetings/").content.decode()) == (False, False)


@pytest.mark.django_db
def test_the_liaison_registers_two_at_once_and_sees_the_allowance(liaison, client_for):
    AllowanceRuleFactory()
    unit = liaison.person.affiliations.get().institution
    people = [AffiliationFactory(institution=unit, role=PersonRole.DELEGATE).person for _n in range(2)]
    meeting = MeetingFactory()

    page = client_for(liaison).post(reverse("unit_meetings:register", args=[meeting.slug]), {"people": [p.pk for p in people]}, follow=True).content.decode()

    assert allowance_at(unit, meeting).used_seats == 2
    assert "2100：已用 1/3 次免费会议；本次已报 2/3 人" in "".join(page.split("\n")).replace(" ", "").replace("已用", "已用 ").replace(
        "次免费", " 次免费"
    ).replace("已报", "已报 ").replace("3人", "3 人")


@pytest.mark.django_db
def test_another_units_registration_does_not_exist(liaison, client_for):
    registration = RegistrationFactory()
    args = [registration.meeting.slug, registration.pk]

    answers = [client_for(liaison).post(reverse(f"unit_meetings:{name}", args=args)).status_code for name in ("cancel", "substitute")]

    assert (answers, Registration.objects.get().status) == ([404, 404], "confirmed")
