"""The screener's tools."""

import datetime as dt

import pytest

from alliance.common.exceptions import DomainError, InvalidTransition
from members.enums import ApplicationStatus
from members.models import ChecklistItem
from members.selectors.screening import funnel, screening_due, similar_applications, similar_institutions
from members.services.applying import start_application
from members.services.datachecks import close_data_check, confirm_data, open_answer_of, open_data_check
from members.services.messages import EmptyMessage, add_note, send_message
from members.services.screening import assign_screener, hold_application, mark_checklist, resume_application
from tests.factories.members import ApplicationFactory, InstitutionFactory, RecruitmentRoundFactory, StaffFactory
from tests.support import client_for, outbox_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(time_machine):
    time_machine.move_to("2025-09-29 09:00+08:00", tick=False)
    application = ApplicationFactory(status=ApplicationStatus.SUBMITTED)
    application.submitted_at = dt.datetime(2025, 9, 29, 1, tzinfo=dt.UTC)
    application.save()
    return application


def test_the_deadline_counts_working_days_over_the_national_holiday(sent):
    # Five working days after Monday 29 September 2025: 30 September, 9, 10, 11 (a Saturday, worked) and 13 October.
    assert screening_due(sent) == (dt.date(2025, 10, 13), True)


def test_while_it_rests_there_is_no_deadline(sent, secretary):
    hold_application(sent, actor=secretary, reason="等待章程修订")
    resting = screening_due(sent)
    resume_application(sent, actor=secretary)

    assert (resting, screening_due(sent)[0]) == (None, dt.date(2025, 10, 13))
    with pytest.raises(InvalidTransition):
        resume_application(sent, actor=secretary)


def test_it_is_handed_only_to_somebody_who_screens(sent, secretary, finance_officer):
    colleague = StaffFactory(name="同事")

    assign_screener(sent, actor=secretary, screener=colleague)

    assert sent.screener == colleague
    with pytest.raises(DomainError):
        assign_screener(sent, actor=secretary, screener=finance_officer)


def test_the_checklist_is_kept_by_round_and_a_mark_can_be_taken_away(sent, secretary):
    seal, name = ChecklistItem.objects.create(text="公章清晰"), ChecklistItem.objects.create(text="名称一致")

    mark_checklist(sent, {seal.pk: "yes", name.pk: "no"}, actor=secretary)
    marks = mark_checklist(sent, {name.pk: ""}, actor=secretary)

    assert [(mark.item, mark.outcome, mark.round) for mark in marks] == [(seal, "yes", 1)]


def test_messages_go_to_the_other_side_and_notes_to_nobody(sent, secretary):
    message = send_message(sent, author=secretary, text="请补充材料", from_staff=True)
    answer = send_message(sent, author=sent.applicant, text="已补充", from_staff=False)
    add_note(sent, author=secretary, text="内部：已电话核实")

    assert {m.recipient for m in outbox_for(message)} == {sent.applicant.email, sent.liaison_email}
    assert [m.recipient for m in outbox_for(answer)] == ["innovation@xjtlu.edu.cn"]
    shown = client_for(sent.applicant).get(f"/apply/{sent.reference}/messages/")
    assert shown.status_code == 404  # not an editor: only those who work on it see the thread
    with pytest.raises(EmptyMessage):
        send_message(sent, author=secretary, text=" \0 ", from_staff=True)


def test_the_applicant_never_sees_a_note(applicant, secretary):
    application = start_application(actor=applicant)
    add_note(application, author=secretary, text="内部备注")
    send_message(application, author=secretary, text="您好", from_staff=True)

    page = client_for(applicant).get(f"/apply/{application.reference}/messages/").text

    assert ("内部备注" in page, "您好" in page) == (False, True)


def test_doubles_are_shown_and_nearly_the_same_names_offered():
    typed = ApplicationFactory(institution=None, institution_typed="苏洲大学")
    twin = ApplicationFactory(institution=None, institution_typed="苏洲 大学")
    ApplicationFactory(institution=None, institution_typed="兰州理工大学")
    suzhou = InstitutionFactory(name="苏州大学")

    assert similar_applications(typed) == [twin]
    assert similar_institutions(typed.institution_typed)[0] == suzhou


def test_the_funnel_counts_each_application_once_at_each_step(applicant, time_machine):
    time_machine.move_to("2026-03-05 09:00+08:00", tick=False)
    round_ = RecruitmentRoundFactory(opens_on=dt.date(2026, 3, 1), closes_on=dt.date(2026, 3, 31))
    start_application(actor=applicant)

    steps = {step.code: (step.count, step.share) for step in funnel(round_)}

    assert steps == {"started": (1, 100), "submitted": (0, 0), "returned": (0, 0), "passed": (0, 0), "approved": (0, 0), "paid": (0, 0)}


def test_a_data_check_asks_every_member_and_shows_who_answered(liaison, secretary):
    check = open_data_check(name="2026年度信息核对", due_on=dt.date(2030, 1, 1), actor=secretary)
    unit = liaison.person.affiliations.get().institution
    answer = open_answer_of(unit)

    client_for(liaison).post("/portal/check/", {"remark": "无误"})

    answer.refresh_from_db()
    assert (answer.confirmed_by, answer.remark) == (liaison, "无误")
    assert [m.recipient for m in outbox_for(answer)] == [liaison.person.email]
    with pytest.raises(DomainError):
        open_data_check(name="又一轮", due_on=dt.date(2030, 1, 1), actor=secretary)
    close_data_check(check, actor=secretary)
    answer = type(answer).objects.get(pk=answer.pk)
    with pytest.raises(DomainError):
        confirm_data(answer, actor=liaison)
