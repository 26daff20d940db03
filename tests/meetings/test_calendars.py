"""Calendar entries as two independent parsers read them: they update, and never double."""

import datetime as dt

import pytest
import time_machine
import vobject
from django.urls import reverse
from icalendar import Calendar

from alliance.common.outbox import attachment_bytes
from meetings.calendars import calendar_entry
from meetings.models import CalendarFeed, Registration
from meetings.services.feeds import renew_unit_feed, send_person_feed
from meetings.services.planning import cancel_meeting, change_meeting
from meetings.services.registration import cancel_registration, register, substitute_delegate
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, RegistrationFactory
from tests.factories.members import MembershipFactory, PersonFactory
from tests.support import moment

pytestmark = pytest.mark.django_db


def both(content):
    """What icalendar and vobject say of the only event: method, uid, sequence, status, begin in UTC."""
    ours = Calendar.from_ical(content)
    (event,) = ours.walk("VEVENT")
    first = (str(ours["METHOD"]), str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"]), event.decoded("DTSTART").astimezone(dt.UTC))
    theirs = vobject.readOne(content.decode())
    other = theirs.vevent
    second = (theirs.method.value, other.uid.value, int(other.sequence.value), other.status.value, other.dtstart.value.astimezone(dt.UTC))
    assert first == second
    return first


def attached(outbox, template):
    return [attachment_bytes(a) for m in outbox if m.template == f"meetings/mail/{template}" for a in m.attachments.all()]


def test_the_mails_of_a_place_carry_one_uid_a_rising_sequence_and_the_right_method(secretary, outbox_for):
    AllowanceRuleFactory()
    meeting, unit, person = MeetingFactory(), MembershipFactory().institution, PersonFactory()
    place = register(meeting, unit, person, actor=secretary)
    change_meeting(meeting, actor=secretary, starts_at=meeting.starts_at + dt.timedelta(days=7), ends_at=meeting.ends_at + dt.timedelta(days=7))
    cancel_registration(Registration.objects.get(pk=place.pk), actor=secretary)
    register(meeting, unit, person, actor=secretary)
    cancel_meeting(meeting, actor=secretary, reason="改期")

    mails = outbox_for(meeting)
    read = [both(attachment_bytes(a)) for m in mails for a in m.attachments.all()]
    types = [a.mimetype for m in mails for a in m.attachments.all()]

    assert [(method, sequence, status) for method, _uid, sequence, status, _begin in read] == [
        ("REQUEST", 0, "CONFIRMED"), ("REQUEST", 1, "CONFIRMED"), ("CANCEL", 2, "CANCELLED"), ("REQUEST", 3, "CONFIRMED"), ("CANCEL", 5, "CANCELLED"),
    ]  # fmt: skip
    assert {uid for _method, uid, *_rest in read} == {f"meeting-{meeting.pk}@localhost"} or len({uid for _m, uid, *_r in read}) == 1
    assert types == [f"text/calendar; method={method}" for method, *_rest in read]
    assert read[1][4] - read[0][4] == dt.timedelta(days=7)


def test_the_method_reaches_the_mail_itself(secretary, outbox_for, mailoutbox):
    from alliance.common.delivery import deliver_due

    AllowanceRuleFactory()
    meeting = MeetingFactory()
    register(meeting, MembershipFactory().institution, PersonFactory(email="a@example.edu.cn"), actor=secretary)

    deliver_due()

    part = next(p for p in mailoutbox[-1].message().walk() if p.get_content_type() == "text/calendar")
    assert (part.get_param("method"), part.get_param("charset")) == ("REQUEST", "utf-8")


def test_times_are_beijing_times_with_their_time_zone():
    content = calendar_entry(MeetingFactory(starts_at=moment("2100-03-20 09:00")))

    (event,) = Calendar.from_ical(content).walk("VEVENT")

    assert (event["DTSTART"].params["TZID"], event["DTSTART"].dt.hour, b"BEGIN:VTIMEZONE" in content) == ("Asia/Shanghai", 9, True)


def test_the_one_who_steps_back_loses_the_entry_and_the_one_who_comes_gets_it(secretary, outbox_for):
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(), MembershipFactory().institution
    place = register(meeting, unit, PersonFactory(), actor=secretary)

    new = substitute_delegate(place, PersonFactory(), actor=secretary)

    (gone,) = attached(outbox_for(place), "cancelled")
    (come,) = attached(outbox_for(new), "registered")
    assert (both(gone)[:1] + both(gone)[2:4], both(come)[:1] + both(come)[2:4]) == (("CANCEL", 1, "CANCELLED"), ("REQUEST", 0, "CONFIRMED"))


def test_a_persons_feed_has_each_meeting_once_and_what_was_cancelled_as_cancelled(client, secretary, outbox_for):
    AllowanceRuleFactory()
    unit, person = MembershipFactory().institution, PersonFactory(email="a@example.edu.cn")
    stays, goes = MeetingFactory.create_batch(2, online_link="https://meet.example.edu.cn/x")
    place, other = (register(m, unit, person, actor=secretary) for m in (stays, goes))
    cancel_registration(other, actor=secretary)
    feed = send_person_feed(place)

    answer = client.get(reverse("calendars:feed", args=[feed.token]))
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    theirs = vobject.readOne(answer.content.decode()).vevent_list

    assert sorted((str(e["SUMMARY"]), str(e["STATUS"])) for e in events) == sorted([(stays.title, "CONFIRMED"), (goes.title, "CANCELLED")])
    assert len(theirs) == 2
    assert [feed.token in m.body_text for m in outbox_for(person)] == [True]


def test_a_new_address_ends_the_old_one_and_an_ended_one_shows_nothing(client, liaison, client_for):
    unit = liaison.person.affiliations.get().institution
    old = renew_unit_feed(unit, actor=liaison)
    page = reverse("unit_meetings:calendar")

    client_for(liaison).post(page, {"renew": "1"})
    new = CalendarFeed.objects.get(revoked_at=None)
    statuses = [client.get(reverse("calendars:feed", args=[feed.token])).status_code for feed in (old, new)]
    client_for(liaison).post(page, {"end": "1"})

    assert (statuses, client.get(reverse("calendars:feed", args=[new.token])).status_code) == ([404, 200], 404)


def test_a_units_feed_names_its_people_and_the_link_only_where_it_has_a_place(client, secretary, liaison):
    AllowanceRuleFactory()
    unit = liaison.person.affiliations.get().institution
    ours, theirs = (MeetingFactory(online_link=f"https://meet.example.edu.cn/{n}") for n in ("ours", "theirs"))
    register(ours, unit, PersonFactory(name="欧阳晓明"), actor=secretary)
    RegistrationFactory(meeting=theirs, person__name="别校老师")

    content = client.get(reverse("calendars:feed", args=[renew_unit_feed(unit, actor=liaison).token])).content.decode().replace("\r\n ", "")

    assert [text in content for text in ("欧阳晓明", "edu.cn/ours", "别校老师", "edu.cn/theirs", theirs.title)] == [True, True, False, False, True]


@pytest.mark.parametrize(("rows", "queries"), [(1, 5), (30, 5)])
def test_a_feed_asks_the_same_few_questions_however_long(rows, queries, client, liaison, django_assert_num_queries):
    from alliance.common.models import Organisation

    Organisation.load()
    MeetingFactory.create_batch(rows)
    url = reverse("calendars:feed", args=[renew_unit_feed(liaison.person.affiliations.get().institution, actor=liaison).token])

    with django_assert_num_queries(queries):
        client.get(url)


def test_moving_a_meeting_shows_the_letters_first_and_reaches_everybody_on_the_list(client_for, secretary, outbox_for):
    meeting = MeetingFactory(place="苏州", capacity=2)
    RegistrationFactory.create_batch(2, meeting=meeting)
    RegistrationFactory(meeting=meeting, status="waitlisted", queued_at=moment("2026-01-01 09:00"))
    client, url = client_for(secretary), reverse("admin:meetings_meeting_move", args=[meeting.pk])
    data = {
        "starts_at_0": "2100-03-27", "starts_at_1": "09:00", "ends_at_0": "2100-03-27", "ends_at_1": "17:00", "place": "南京", "online_link": "", "note": "请调整行程。",
    }  # fmt: skip

    page = client.post(url, data).content.decode()
    before = (len(outbox_for(meeting)), type(meeting).objects.get(pk=meeting.pk).place)
    with time_machine.travel(moment("2100-01-01 09:00"), tick=False):
        client_for(secretary).post(url, data | {"previewed": "1"})

    assert ("请调整行程。" in page, before) == (True, (0, "苏州"))
    assert [(len(m.attachments.all()), "南京" in m.body_text) for m in outbox_for(meeting)] == [(1, True), (1, True), (0, True)]


def test_time_and_place_of_a_published_meeting_are_no_fields_to_edit(client_for, secretary):
    meeting = MeetingFactory()

    page = client_for(secretary).get(reverse("admin:meetings_meeting_change", args=[meeting.pk])).content.decode()

    assert ('name="place"' in page, 'name="capacity"' in page) == (False, True)
