"""What is done to a draft: looked at, corrected, filled."""

import datetime as dt

import pytest
from django.urls import reverse

from alliance.common.clock import database_now
from alliance.common.exceptions import InvalidTransition
from council.exceptions import CannotOpen
from council.models import Ballot, Motion, MotionComment
from council.services.drafting import add_motion, edit_draft
from council.services.opening import schedule_opening
from tests.council.support import opened, removal
from tests.factories.council import BallotFactory, BodyFactory, MotionFactory, ProcedureFactory
from tests.factories.members import ApplicationFactory
from tests.support import client_for, timeline

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("minutes", [-5, 0, 20])
def test_a_draft_with_less_than_an_hour_left_or_none_can_be_previewed(secretary, minutes):
    ProcedureFactory()
    ballot = MotionFactory().ballot
    Ballot.objects.update(closes_at=database_now() + dt.timedelta(minutes=minutes, seconds=30))

    page = client_for(secretary).get(reverse("admin:council_ballot_preview", args=[ballot.pk]))

    assert (page.status_code, f"还有 {max(0, minutes)} 分钟" in page.text) == (200, True)


def test_a_draft_is_corrected_and_its_other_motions_move_up(secretary):
    ballot = BallotFactory()
    wrong, right = add_motion(ballot, title="写错的"), add_motion(ballot, title="对的")
    data = {"title": "新标题", "introduction": "说明", "closes_at": "2099-05-01T17:00", "without": [wrong.pk]}

    answer = client_for(secretary).post(reverse("admin:council_ballot_edit", args=[ballot.pk]), data)

    ballot.refresh_from_db()
    assert (answer.status_code, ballot.title, ballot.introduction, ballot.closes_at.year) == (302, "新标题", "说明", 2099)
    assert [(motion.pk, motion.position) for motion in ballot.motions.all()] == [(right.pk, 1)]
    assert add_motion(ballot, title="再一项").position == 2
    assert timeline(ballot)[-1][0] == "ballot.edited"


def test_what_is_open_is_not_corrected(secretary):
    ballot = opened(secretary)

    with pytest.raises(InvalidTransition):
        edit_draft(ballot, title="x", introduction="", closes_at=ballot.closes_at, actor=secretary)


def test_a_motion_that_was_commented_on_stays_and_an_end_before_the_opening_is_refused(secretary):
    ballot = BallotFactory()
    motion = add_motion(ballot, title="议项")
    MotionComment.objects.create(motion=motion, author=secretary, text="意见")
    schedule_opening(ballot, actor=secretary, opens_at=database_now() + dt.timedelta(days=2))

    with pytest.raises(CannotOpen):
        edit_draft(ballot, title="x", introduction="", closes_at=ballot.closes_at, without=[motion], actor=secretary)
    with pytest.raises(CannotOpen):
        edit_draft(ballot, title="x", introduction="", closes_at=database_now() + dt.timedelta(days=1), actor=secretary)


@pytest.mark.parametrize("subject", ["application", "departure"])
def test_an_application_or_departure_is_added_to_a_draft_as_a_major_matter(secretary, subject):
    ballot = BallotFactory()
    subjects = {"application": ApplicationFactory(status="screened"), "departure": removal(secretary)}
    url, data = reverse("admin:council_ballot_motion", args=[ballot.pk]), {subject: subjects[subject].pk, "needs_second_vote": "on"}
    client = client_for(secretary)

    answers = [client.post(url, data), client.post(url, data)]

    motion = ballot.motions.get()
    assert ([answer.status_code for answer in answers], motion.needs_second_vote) == ([302, 200], True)
    assert (getattr(motion, subject), bool(motion.title)) == (subjects[subject], True)


def test_a_text_needs_a_title_and_a_motion_has_one_subject(secretary):
    ballot = BallotFactory()
    url = reverse("admin:council_ballot_motion", args=[ballot.pk])
    both = {"application": ApplicationFactory(status="screened").pk, "departure": removal(secretary).pk}

    pages = [client_for(secretary).post(url, data) for data in ({"text": "正文"}, both)]

    assert ("请填写议项标题" in pages[0].text, "一个议项只涉及一件事" in pages[1].text, ballot.motions.count()) == (True, True, 0)


def test_a_new_ballot_can_be_a_major_matter_as_a_whole(secretary):
    application = ApplicationFactory(status="screened")
    body = BodyFactory()
    data = {"body": body.pk, "title": "接收", "closes_at": "2099-05-01T17:00", "applications": [application.pk], "needs_second_vote": "on"}

    client_for(secretary).post(reverse("admin:council_ballot_new"), data)

    assert Motion.objects.get(application=application).needs_second_vote
