"""Moving a meeting: what moves along, and who is told of what."""

import datetime as dt

import pytest
from django.urls import reverse

from meetings.models import Meeting
from meetings.services.planning import change_meeting
from tests.factories.meetings import MeetingFactory, RegistrationFactory, SessionFactory
from tests.support import client_for, moment

WEEK = dt.timedelta(days=7)
DEADLINES = {
    "register_until": moment("2100-03-15 09:00"), "substitute_until": moment("2100-03-18 09:00"), "cancel_until": moment("2100-03-17 09:00"),
}  # fmt: skip


def typed(begins, **more):
    """What the form sends for a meeting of eight hours on that day."""
    day, hour = begins.split(" ")
    return {"starts_at_0": day, "starts_at_1": hour, "ends_at_0": day, "ends_at_1": "18:00", "place": "苏州", "previewed": "1"} | more


def move(meeting):
    return reverse("admin:meetings_meeting_move", args=[meeting.pk])


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "names"), [(7, {"along": "on"}), (-7, {"along": "on"}), (7, {})])
def test_agenda_and_deadlines_move_with_the_meeting_when_they_are_told_to(secretary, days, names):
    meeting = MeetingFactory(**DEADLINES)
    item = SessionFactory(meeting=meeting)
    begin = meeting.starts_at + dt.timedelta(days=days)
    shift = dt.timedelta(days=days if names else 0)

    client_for(secretary).post(move(meeting), typed(f"{begin:%Y-%m-%d} 09:00", **names))

    fresh, moved = Meeting.objects.get(pk=meeting.pk), meeting.sessions.get()
    assert fresh.starts_at == begin
    assert {name: getattr(fresh, name) for name in DEADLINES} == {name: until + shift for name, until in DEADLINES.items()}
    assert (moved.starts_at, moved.ends_at) == (item.starts_at + shift, item.ends_at + shift)


@pytest.mark.django_db
def test_deadlines_that_stay_behind_are_not_after_the_new_beginning(secretary):
    meeting = MeetingFactory(**DEADLINES)
    client = client_for(secretary)

    ticked = client.get(move(meeting)).context["form"]["along"].value()
    page = client.post(move(meeting), typed("2100-03-16 09:00"))

    assert (ticked, list(page.context["form"].errors), Meeting.objects.get(pk=meeting.pk).starts_at) == (True, ["along"], meeting.starts_at)
    assert "可更换人员至" in str(page.context["form"].errors["along"])


@pytest.mark.django_db
def test_deadlines_that_are_not_set_stay_so(secretary):
    meeting = MeetingFactory()

    change_meeting(meeting, actor=secretary, along=True, starts_at=meeting.starts_at + WEEK, ends_at=meeting.ends_at + WEEK)

    fresh = Meeting.objects.get(pk=meeting.pk)
    assert (fresh.substitute_until, fresh.cancel_until, fresh.register_until) == (None, None, moment("2100-03-22 09:00"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "letters"),
    [({"title": "更正后的标题"}, 0), ({"place": "南京"}, 1), ({"online_link": "https://meet.example.edu.cn/2"}, 1), ({"title": "更正", "place": "南京"}, 1)],
)
def test_a_corrected_title_updates_calendars_and_writes_to_nobody(secretary, outbox_for, changes, letters):
    meeting = MeetingFactory()
    RegistrationFactory(meeting=meeting)

    change_meeting(meeting, actor=secretary, **changes)

    assert (Meeting.objects.get(pk=meeting.pk).sequence, [m.template for m in outbox_for(meeting)]) == (1, ["meetings/mail/moved"] * letters)
