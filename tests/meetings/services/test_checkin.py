"""One press a person; the first scan counts."""

import uuid

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from meetings.enums import CheckInWay
from meetings.models import CheckIn, Registration
from meetings.selectors.certificates import certificate_for
from meetings.selectors.door import counter
from meetings.services.attendance import close_attendance
from meetings.services.checkin import NoPlace, TooEarly, check_in, undo_check_in
from meetings.services.offline import take_in
from meetings.services.walkins import admit_walk_in
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, RegistrationFactory
from tests.factories.members import MembershipFactory
from tests.support import moment

DAY = moment("2100-03-20 10:00")


@pytest.fixture
def place(db):
    """A confirmed place at a meeting that has begun."""
    return RegistrationFactory()


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(DAY, tick=False):
        yield


def status(registration):
    return Registration.objects.get(pk=registration.pk).status


def test_a_scan_lets_in_and_a_second_one_says_who_was_first(place, secretary, finance_officer, timeline):
    first = check_in(place, actor=secretary)
    second = check_in(place, actor=finance_officer)

    assert (first.first, second.first, second.checkin.by, status(place)) == (True, False, secretary, "attended")
    assert [action for action, _who in timeline(place)] == ["registration.checked_in", "registration.scanned_again"]


def test_the_same_press_sent_twice_is_one_check_in(place, secretary):
    nonce = uuid.uuid4()

    again = [check_in(place, actor=secretary, nonce=nonce) for _n in range(10)]

    assert (CheckIn.objects.count(), {entrance.first for entrance in again}) == (1, {True})


@pytest.mark.parametrize(("state", "words"), [("cancelled", "已取消"), ("waitlisted", "候补"), ("replaced", "失效")])
def test_who_has_no_place_is_not_let_in_and_the_reason_is_told(state, words, secretary, db):
    begin = {"status": "waitlisted", "queued_at": DAY} if state == "waitlisted" else {}
    place = RegistrationFactory(**begin)
    if state != "waitlisted":
        place.status = state
        place.save()

    with pytest.raises(NoPlace, match=words):
        check_in(place, actor=secretary)


def test_a_week_before_nobody_is_let_in(place, secretary):
    with time_machine.travel(moment("2100-03-12 10:00"), tick=False), pytest.raises(TooEarly):
        check_in(place, actor=secretary)


def test_undone_the_place_is_open_again_and_can_be_taken_again(place, secretary):
    entrance = check_in(place, actor=secretary)

    undo_check_in(entrance.checkin, actor=secretary)

    assert status(place) == "confirmed"
    assert check_in(Registration.objects.get(pk=place.pk), actor=secretary).first


@pytest.mark.django_db(transaction=True)
def test_twelve_phones_scan_one_ticket_and_one_check_in_stands(secretary, race):
    place = RegistrationFactory()

    outcomes = race(*[lambda: check_in(Registration.objects.get(pk=place.pk), actor=secretary)] * 12)

    assert sorted(outcome.first for outcome in outcomes) == [False] * 11 + [True]
    assert CheckIn.objects.filter(undone_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_constraint_a_ticket_lets_in_twice(secretary):
    place = RegistrationFactory()
    check_in(place, actor=secretary)
    double = {"registration": place, "at": DAY, "by": secretary, "way": CheckInWay.QR}

    with pytest.raises(IntegrityError, match="checked_in_once"), transaction.atomic():
        CheckIn.objects.create(**double)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX checked_in_once")
        CheckIn.objects.create(**double)
        assert CheckIn.objects.filter(undone_at=None).count() == 2
        transaction.set_rollback(True)


def test_the_database_refuses_a_check_in_of_somebody_who_has_not_attended(place, secretary):
    with pytest.raises(IntegrityError, match="without having attended"):
        CheckIn.objects.create(registration=place, at=DAY, by=secretary, way=CheckInWay.QR)


def test_one_who_walks_in_gets_a_place_and_is_in(secretary):
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(), MembershipFactory().institution

    entrance = admit_walk_in(meeting, unit, name="赵老师", email="zhao@example.edu.cn", actor=secretary)

    assert (entrance.checkin.way, status(entrance.checkin.registration), counter(meeting)["inside"]) == ("walk_in", "attended", 1)


def test_the_fourth_of_a_unit_is_refused_at_the_door_too_and_nothing_is_left(secretary):
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(), MembershipFactory().institution
    for n in range(3):
        admit_walk_in(meeting, unit, name=f"教师{n}", email=f"t{n}@example.edu.cn", actor=secretary)

    with pytest.raises(Exception, match="没有可用名额|名额已用完"):
        admit_walk_in(meeting, unit, name="第四人", email="t4@example.edu.cn", actor=secretary)

    assert (counter(meeting)["inside"], unit.affiliations.filter(person__name="第四人").exists()) == (3, False)


def test_scans_of_three_phones_without_a_network_count_once_each(secretary):
    meeting = MeetingFactory()
    places = RegistrationFactory.create_batch(20, meeting=meeting)
    scans = [{"ticket": p.ticket, "nonce": str(uuid.uuid4()), "at": DAY.isoformat()} for p in places for _phone in range(3)]

    first = take_in(meeting, scans, actor=secretary)
    resent = take_in(meeting, scans, actor=secretary)

    assert sorted(r["outcome"] for r in first) == ["again"] * 40 + ["in"] * 20
    assert [r["outcome"] for r in resent] == [r["outcome"] for r in first]
    assert CheckIn.objects.count() == 20


def test_a_scan_of_nothing_we_know_is_refused_and_breaks_nothing(secretary, db):
    scans = [{"ticket": text, "nonce": str(uuid.uuid4()), "at": "2100-99-99T00:00:00Z" if n else "x"} for n, text in enumerate(["\0", "无", "a" * 300])]

    assert [r["outcome"] for r in take_in(MeetingFactory(), scans[:1], actor=secretary)] == ["refused"]
    assert take_in(MeetingFactory(), scans[1:], actor=secretary) == []


@pytest.mark.parametrize("path", ["/t/%00/", "/checkin/%00/", "/calendar/%00.ics", "/t/a%27b/", "/checkin/door/%00/"])
def test_nonsense_in_an_address_is_not_found(path, client_for, secretary, db):
    assert client_for(secretary).get(path).status_code == 404


@pytest.mark.parametrize("scans", [None, 7, "x", [1], [{}], [{"ticket": "x", "nonce": "y"}], {"a": 1}])
def test_nonsense_instead_of_scans_is_passed_over(scans, secretary, db):
    assert take_in(MeetingFactory(), scans, actor=secretary) == []


def test_the_door_finds_by_pinyin_and_initials_and_lets_in_with_one_press(client_for, secretary):
    place = RegistrationFactory(person__name="欧阳晓明", institution__name="苏州大学")
    client, door = client_for(secretary), reverse("checkin:door", args=[place.meeting.slug])

    found = [place.ticket in client.get(door, {"q": text}).content.decode() for text in ("欧阳", "ouyang", "oyxm", "苏州", "szdx", "zhang")]
    answer = client.post(reverse("checkin:ticket", args=[place.ticket]), {"way": "search"}, follow=True)

    assert found == [True, True, True, True, True, False]
    assert ("欧阳晓明已签到" in answer.content.decode(), status(place)) == (True, "attended")


def test_a_second_scan_shows_time_and_name_of_the_first(client_for, place, secretary, finance_officer):
    url = reverse("checkin:ticket", args=[place.ticket])
    client_for(secretary).post(url)

    page = client_for(finance_officer).post(url).content.decode()

    assert "此前已签到：2100年3月20日 10:00，由秘书小孙办理。" in page


def test_a_participant_who_scans_the_own_code_is_led_to_the_ticket(client, place):
    answer = client.get(reverse("checkin:ticket", args=[place.ticket]))

    assert answer.headers["Location"] == reverse("tickets:ticket", args=[place.ticket]) + "?door"


def test_nobody_but_staff_checks_in(client, client_for, liaison, place):
    answers = [c.post(reverse("checkin:ticket", args=[place.ticket])).status_code for c in (client, client_for(liaison))]

    assert (answers, CheckIn.objects.count()) == ([302, 403], 0)


def test_late_attendance_of_a_held_meeting_brings_the_certificate_and_undoing_takes_it_back(place, secretary):
    close_attendance(place.meeting, actor=secretary)
    late = Registration.objects.get(pk=place.pk)
    assert late.status == "absent"

    entrance = check_in(late, actor=secretary, way=CheckInWay.PAPER)
    assert certificate_for(late) is not None
    undo_check_in(entrance.checkin, actor=secretary)

    assert (certificate_for(late), status(late)) == (None, "absent")


@pytest.mark.parametrize("typed", ["{}", "https://alliance.example.edu.cn/checkin/{}/", " https://alliance.example.edu.cn/t/{} "])
def test_a_code_in_the_field_opens_the_ticket_as_a_camera_does(typed, client_for, secretary, place):
    door = reverse("checkin:door", args=[place.meeting.slug])

    answer = client_for(secretary).get(door, {"q": typed.format(place.ticket)})

    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("checkin:ticket", args=[place.ticket]))


def test_the_code_of_another_meeting_opens_nothing_at_this_door(client_for, secretary, place):
    door = reverse("checkin:door", args=[MeetingFactory().slug])

    assert client_for(secretary).get(door, {"q": place.ticket}).status_code == 200
