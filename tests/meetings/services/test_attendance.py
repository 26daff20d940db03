"""From paper to attendance, and what follows when a meeting is closed."""

import pytest
import time_machine
from django.urls import reverse

from alliance.common.jobs import run_due
from alliance.common.models import VerifiableDocument
from meetings.models import FeedbackAnswer, Registration
from meetings.selectors import feedback
from meetings.services.attendance import NotBegun, close_attendance, enter_attendance, finish_meeting
from meetings.services.checkin import check_in
from meetings.services.feedback import FeedbackClosed, answer_feedback
from meetings.services.questions import ensure_default_questions
from tests.factories.meetings import FeedbackQuestionFactory, MeetingFactory, RegistrationFactory
from tests.support import moment

pytestmark = pytest.mark.django_db
DAY = moment("2100-03-20 18:00")


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(DAY, tick=False):
        yield


def states(meeting):
    return list(Registration.objects.filter(meeting=meeting).order_by("pk").values_list("status", flat=True))


def test_the_paper_list_adds_and_takes_back(secretary):
    meeting = MeetingFactory()
    places = RegistrationFactory.create_batch(4, meeting=meeting)
    check_in(places[0], actor=secretary)

    changed = enter_attendance(meeting, {places[1].pk, places[2].pk, RegistrationFactory().pk}, actor=secretary)

    assert (changed, states(meeting)) == ((2, 1), ["confirmed", "attended", "attended", "confirmed"])


def test_nobody_is_absent_before_the_beginning(secretary):
    meeting = MeetingFactory(starts_at=moment("2100-03-21 09:00"))

    with pytest.raises(NotBegun):
        close_attendance(meeting, actor=secretary)


def test_closing_makes_absences_certificates_and_letters_once(secretary, outbox_for):
    meeting = MeetingFactory()
    there, away = RegistrationFactory.create_batch(2, meeting=meeting)
    check_in(there, actor=secretary)

    job = close_attendance(meeting, actor=secretary)
    run_due()
    finish_meeting(job)

    assert states(meeting) == ["attended", "absent"]
    assert [d.title for d in VerifiableDocument.objects.all()] == ["高校教师发展中心可持续发展联盟参会证明"]
    assert [m.template for m in outbox_for(meeting)] == ["meetings/mail/thanks"]
    assert away.pk != there.pk


def test_the_certificate_is_verified_with_its_facts_and_revoked_ones_say_so(secretary, client):
    place = RegistrationFactory(person__name="欧阳晓明")
    check_in(place, actor=secretary)
    close_attendance(place.meeting, actor=secretary)
    run_due()
    document = VerifiableDocument.objects.get()

    page = client.get(document.get_absolute_url()).content.decode()
    pdf = client.get(reverse("tickets:certificate", args=[place.ticket]))

    assert ["欧阳晓明" in page, place.meeting.title in page, pdf["Content-Type"], pdf.content[:5]] == [True, True, "application/pdf", b"%PDF-"]


def test_staff_see_the_letter_before_the_meeting_is_closed(client_for, secretary):
    place = RegistrationFactory()
    check_in(place, actor=secretary)
    url = reverse("admin:meetings_meeting_close", args=[place.meeting.pk])

    page = client_for(secretary).post(url).content.decode()

    assert (f"感谢参会：{place.meeting.title}" in page, states(place.meeting), place.meeting.status) == (True, ["attended"], "published")


def test_a_participant_answers_and_changes_the_mind(client):
    ensure_default_questions()
    place = RegistrationFactory()
    questions = list(feedback.questions_for(place.meeting))
    url = reverse("tickets:feedback", args=[place.ticket])

    empty = client.post(url, {})
    for mark in ("3", "5"):
        client.post(url, {f"q{questions[0].pk}": mark, f"q{questions[3].pk}": "1", f"q{questions[4].pk}": "很好"})

    result = feedback.results(place.meeting)
    assert ("错误" in empty.content.decode(), feedback.responses(place.meeting), FeedbackAnswer.objects.count()) == (True, 1, 3)
    assert (result[0].mean, result[3].bars[0]["value"], result[4].texts) == (5.0, 1, ["很好"])


def test_feedback_has_its_time_and_its_people(db):
    question, place = FeedbackQuestionFactory(), RegistrationFactory()
    gone = RegistrationFactory(meeting=place.meeting)
    gone.status = "cancelled"
    gone.save()

    with pytest.raises(FeedbackClosed):
        answer_feedback(gone, {question: "5"})
    with time_machine.travel(moment("2100-06-20 18:00"), tick=False), pytest.raises(FeedbackClosed):
        answer_feedback(place, {question: "5"})


def test_results_show_no_names_and_export_them_neither(client_for, secretary):
    place = RegistrationFactory(person__name="欧阳晓明")
    answer_feedback(place, {FeedbackQuestionFactory(kind="text"): "会场太冷"})
    url = reverse("admin:meetings_meeting_feedback", args=[place.meeting.pk])

    page = client_for(secretary).get(url).content.decode()

    assert ("会场太冷" in page, "欧阳晓明" in page) == (True, False)
    assert client_for(secretary).get(url, {"export": "xlsx"}).status_code == 200
