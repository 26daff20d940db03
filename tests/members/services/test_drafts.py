"""Drafts that nobody touches, and drafts that are deleted."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.common.clock import now
from alliance.common.exceptions import InvalidTransition
from alliance.common.models import StoredFile
from members.enums import ApplicationStatus
from members.models import Answer, Application
from members.services.applying import RecruitmentClosed, attach_scan, start_application, submit_application
from members.services.drafts import delete_draft, sweep_drafts
from members.services.questions import revise_question, save_answers
from notices.services.reminders import send_due_reminders
from tests.factories.common import pdf
from tests.factories.members import ApplicationFactory, QuestionFactory, RecruitmentRoundFactory
from tests.support import outbox_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(time_machine):
    time_machine.move_to("2026-03-01 09:00+08:00", tick=False)
    return ApplicationFactory()


def at(time_machine, days):
    time_machine.move_to(dt.datetime(2026, 3, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=days, hours=1), tick=False)


def test_a_draft_is_warned_of_twice_and_then_closed_and_emptied(draft, time_machine):
    done, warned = [], []
    for day in (59, 60, 61, 87, 88, 90, 91):
        at(time_machine, day)
        warned.append(send_due_reminders(now()).total())
        done.append(dict(sweep_drafts()))

    draft.refresh_from_db()
    assert [m.template for m in outbox_for(draft)] == ["members/mail/draft_expiring"] * 4
    assert warned == [0, 2, 0, 2, 0, 0, 0]  # two warnings to two addresses
    assert ["30" in outbox_for(draft)[0].body_text, "3" in outbox_for(draft)[-1].body_text] == [True, True]
    assert (draft.status, draft.department, draft.liaison_name) == (ApplicationStatus.EXPIRED, "", "")
    assert [done[n] for n in (0, 5, 6)] == [{}, {"expired": 1}, {}]


def test_saving_once_starts_the_time_anew(draft, time_machine):
    at(time_machine, 80)
    draft.save()
    at(time_machine, 91)

    sweep_drafts()

    draft.refresh_from_db()
    assert draft.status == ApplicationStatus.DRAFT


def test_deleting_a_draft_deletes_answers_and_scan_with_its_bytes(applicant, django_capture_on_commit_callbacks):
    application = ApplicationFactory(applicant=applicant)
    attach_scan(application, [SimpleUploadedFile("a.pdf", pdf())], actor=applicant)
    stored = application.scan
    Answer.objects.create(application=application, question=QuestionFactory(), value="x")

    with django_capture_on_commit_callbacks(execute=True):
        delete_draft(application, actor=applicant)

    application = Application.objects.get(pk=application.pk)
    assert (application.status, application.centre_profile, application.answers.count()) == (ApplicationStatus.WITHDRAWN, "", 0)
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert not stored.content.storage.exists(stored.content.name)


def test_what_was_ever_sent_is_withdrawn_and_not_deleted(applicant):
    application = ApplicationFactory(applicant=applicant)
    attach_scan(application, [SimpleUploadedFile("a.pdf", pdf())], actor=applicant)
    submit_application(application, actor=applicant)

    with pytest.raises(InvalidTransition):
        delete_draft(application, actor=applicant)


def test_another_wording_makes_a_new_version_and_what_was_answered_keeps_its_own(secretary):
    question = QuestionFactory(text="有几名专职人员？")
    application = ApplicationFactory()
    save_answers(application, {question.pk: "9"})

    revised = revise_question(question, actor=secretary, text="有几名专职教发人员？")

    question.refresh_from_db()
    assert (revised.version, revised.code, question.is_active) == (2, question.code, False)
    assert application.answers.get().question.text == "有几名专职人员？"


def test_a_hint_can_change_without_a_new_version(secretary):
    question = QuestionFactory()

    same = revise_question(question, actor=secretary, help="请填整数")

    assert (same.pk, same.version, same.help) == (question.pk, 1, "请填整数")


def test_an_application_belongs_to_the_round_that_is_open(applicant, time_machine):
    time_machine.move_to("2026-03-05 09:00+08:00", tick=False)
    round_ = RecruitmentRoundFactory(opens_on=dt.date(2026, 3, 1), closes_on=dt.date(2026, 3, 31))

    assert start_application(actor=applicant).recruitment == round_


def test_between_rounds_the_next_opening_is_told(applicant, time_machine, client_for):
    time_machine.move_to("2026-02-05 09:00+08:00", tick=False)
    RecruitmentRoundFactory(name="2026年度招募", opens_on=dt.date(2026, 3, 1), closes_on=dt.date(2026, 3, 31))

    with pytest.raises(RecruitmentClosed, match="2026年3月1日"):
        start_application(actor=applicant)
    answer = client_for(applicant).post("/apply/", follow=True)
    assert "2026年度招募" in answer.text
