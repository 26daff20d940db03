"""The next meeting from a template, or as last time; the list into the next one."""

import datetime as dt

import pytest

from meetings.exceptions import PriceMissing
from meetings.models import Meeting, MeetingTemplate
from meetings.services.planning import publish_meeting
from meetings.services.registration import register
from meetings.services.templates import copy_list, ensure_templates, next_title, plan_from_template, repeat_meeting
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, QuestionFactory, SessionFactory
from tests.factories.members import MembershipFactory, PersonFactory
from tests.support import moment


@pytest.mark.django_db
def test_the_notices_kinds_are_patterns_made_once():
    assert (ensure_templates(), ensure_templates(), MeetingTemplate.objects.count()) == (9, 0, 9)


@pytest.mark.django_db
def test_a_quarterly_meeting_comes_from_its_pattern(secretary):
    ensure_templates()

    meeting = plan_from_template(MeetingTemplate.objects.get(kind="quarterly"), day=dt.date(2100, 6, 18), actor=secretary)

    offer = meeting.offers.get()
    assert (meeting.title, meeting.quarter, meeting.starts_at, meeting.status) == ("2100年第2季度项目会议", 2, moment("2100-06-18 09:00"), "draft")
    assert (offer.seats_per_unit, offer.draws_on_allowance, meeting.register_until) == (3, True, moment("2100-06-11 09:00"))


@pytest.mark.django_db
def test_a_price_that_nobody_decided_stands_in_the_way_of_publishing(secretary):
    ensure_templates()
    meeting = plan_from_template(MeetingTemplate.objects.get(kind="training"), day=dt.date(2100, 6, 18), actor=secretary)

    with pytest.raises(PriceMissing):
        publish_meeting(meeting, actor=secretary)


@pytest.mark.django_db
def test_two_meetings_of_a_kind_on_one_day_have_two_addresses(secretary):
    ensure_templates()
    template = MeetingTemplate.objects.get(kind="seminar")

    slugs = [plan_from_template(template, day=dt.date(2100, 6, 18), actor=secretary).slug for _n in range(2)]

    assert slugs == ["21000618-seminar", "21000618-seminar-2"]


@pytest.mark.django_db
def test_as_last_time_takes_terms_questions_and_distances_along(secretary):
    last = MeetingFactory(title="2100年第1季度项目会议", quarter=1, cancel_until=moment("2100-03-17 09:00"), unit_limit=5)
    QuestionFactory(meeting=last), SessionFactory(meeting=last, capacity=30)
    begin = moment("2100-06-19 09:00")

    new = repeat_meeting(last, starts_at=begin, title=next_title(last, begin), actor=secretary)

    assert (new.title, new.quarter, new.unit_limit, new.status) == ("2100年第2季度项目会议", 2, 5, "draft")
    assert (begin - new.cancel_until, new.ends_at - begin, new.starts_at - new.register_until) == (
        dt.timedelta(days=3), dt.timedelta(hours=8), dt.timedelta(days=5),
    )  # fmt: skip
    assert ([o.name for o in new.offers.all()], new.questions.count(), new.sessions.get().capacity) == (["成员单位免费名额"], 1, 30)


@pytest.mark.django_db
def test_the_next_invitation_keeps_its_note_and_not_the_old_link(secretary):
    last = MeetingFactory(invitation_note="本次会议不收取会务费。", online_link="https://meet.example.edu.cn/last")

    new = repeat_meeting(last, starts_at=moment("2100-06-19 09:00"), title="下一次", actor=secretary)

    assert (new.invitation_note, new.online_link) == ("本次会议不收取会务费。", "")


@pytest.mark.django_db
def test_the_list_goes_into_the_next_meeting_by_its_own_rules(secretary):
    AllowanceRuleFactory()
    last, target, unit = MeetingFactory(), MeetingFactory(seats=1), MembershipFactory().institution
    for _n in range(2):
        register(last, unit, PersonFactory(), actor=secretary)

    outcomes = copy_list(last, target, statuses=["confirmed"], actor=secretary)

    assert ([type(o.error).__name__ for o in outcomes], Meeting.objects.get(pk=target.pk).registrations.count()) == (["NoneType", "UnitFull"], 1)
