"""Consultations: asked once, heard in time, answered each, summed up (R13)."""

import datetime as dt
import io

import docx
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliance.common.clock import now
from alliance.common.models import OutboxMessage
from members.enums import PersonRole
from notices.models import AskedUnit, Comment, Consultation, Section
from notices.selectors.consultations import others_comments
from notices.services.consulting import (
    NotADraft,
    NothingToAsk,
    NotOpen,
    Unanswered,
    add_section,
    answer_comment,
    close_consultation,
    close_due_consultations,
    draft_consultation,
    extend_consultation,
    open_consultation,
    publish_summary,
    remind_units,
    save_comments,
)
from notices.summaries import summary_blocks, summary_docx, summary_pdf
from tests.factories.common import pdf
from tests.factories.members import AffiliationFactory, MembershipFactory
from tests.support import client_for, without_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    """Two member units with their liaisons."""
    return [AffiliationFactory(institution=MembershipFactory().institution, role=PersonRole.LIAISON, person__with_user=True) for _n in range(2)]


@pytest.fixture
def consultation(secretary, units):
    """`consultation(**fields)`: an open one with one section."""

    def make(**fields):
        one = draft_consultation(actor=secretary, **{"title": "教师发展师能力框架", "closes_at": now() + dt.timedelta(days=7), **fields})
        add_section(one, actor=secretary, title="框架草案", text="一、总则\n正文。")
        return open_consultation(one, actor=secretary)

    return make


def say(one, affiliation, text, agrees=False, **kwargs):
    section = one.sections.get()
    return save_comments(one, affiliation.institution, actor=affiliation.person.user, comments={section.pk: (text, agrees), None: ("", False)}, **kwargs)


def test_each_unit_is_asked_once_by_one_mail(consultation, units):
    one = consultation()

    assert (one.units.count(), sorted(OutboxMessage.objects.values_list("recipient", flat=True))) == (2, sorted(u.person.email for u in units))


def test_nothing_is_asked_without_material_and_what_is_asked_is_fixed(consultation, secretary):
    empty = draft_consultation(actor=secretary, title="x", closes_at=now() + dt.timedelta(days=1))
    with pytest.raises(NothingToAsk):
        open_consultation(empty, actor=secretary)
    one = consultation()
    with pytest.raises(NotADraft):
        add_section(one, actor=secretary, title="新", text="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        one.sections.update(text="changed")


def test_a_comment_can_be_changed_until_the_close_and_not_after(consultation, units):
    one = consultation()
    say(one, units[0], "建议增加案例。")
    say(one, units[0], "建议增加两个案例。")
    close_consultation(one)

    with pytest.raises(NotOpen):
        say(one, units[0], "太晚了")
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.update(text="太晚了")
    assert Comment.objects.get().text == "建议增加两个案例。"


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_trigger_a_late_comment_gets_in(consultation, units):
    one = consultation()
    say(one, units[0], "早")
    close_consultation(one)

    with without_triggers("notices_comment"):
        Comment.objects.update(text="晚")

    assert Comment.objects.get().text == "晚"


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_leave_one_comment(consultation, units, race):
    one = consultation()

    outcomes = race(lambda: say(one, units[0], "甲"), lambda: say(one, units[0], "乙"))

    assert ([type(outcome).__name__ for outcome in outcomes], Comment.objects.count()) == (["AskedUnit"] * 2, 1)


def test_it_closes_by_itself_once_and_can_be_extended(consultation, secretary, units):
    one = consultation()
    later = now() + dt.timedelta(days=8)
    with time_machine.travel(later, tick=False):
        counts = close_due_consultations(), close_due_consultations()
        extend_consultation(Consultation.objects.get(), actor=secretary, closes_at=later + dt.timedelta(days=3))

    one.refresh_from_db()
    assert (counts, one.state) == ((1, 0), "open")


def test_only_the_silent_are_reminded_once_a_day(consultation, secretary, units):
    one = consultation()
    say(one, units[0], "", agrees=True)

    counts = remind_units(one, actor=secretary), remind_units(one, actor=secretary)

    reminders = OutboxMessage.objects.filter(template="notices/mail/consultation_reminder")
    assert (counts, [mail.recipient for mail in reminders]) == ((1, 1), [units[1].person.email])


@pytest.mark.parametrize(("visibility", "while_open", "published"), [("secretariat", 0, 0), ("after_close", 0, 1), ("at_once", 1, 1)])
def test_others_see_a_comment_as_set(consultation, secretary, units, visibility, while_open, published):
    one = consultation(visibility=visibility)
    say(one, units[0], "建议增加案例。")
    other = AskedUnit.objects.get(institution=units[1].institution)
    seen = others_comments(other).count()
    close_consultation(one, actor=secretary)
    answer_comment(Comment.objects.get(), actor=secretary, answer="采纳。", verdict="taken")
    publish_summary(one, actor=secretary, conclusion="修改后发布。")

    other = AskedUnit.objects.select_related("consultation").get(pk=other.pk)
    assert (seen, others_comments(other).count()) == (while_open, published)
    page = client_for(units[1].person.user).get(reverse("consultations:consultation", args=[one.pk])).text
    assert page.count("建议增加案例。") == published


def test_the_summary_waits_for_every_answer_and_says_all(consultation, secretary, units):
    one = consultation()
    say(one, units[0], "建议增加案例。", uploads=[SimpleUploadedFile("意见.pdf", pdf())])
    say(one, units[1], "", agrees=True)
    close_consultation(one, actor=secretary)
    with pytest.raises(Unanswered):
        publish_summary(one, actor=secretary, conclusion="x")
    answer_comment(Comment.objects.exclude(text="").get(), actor=secretary, answer="将增加两例。", verdict="partly")
    publish_summary(one, actor=secretary, conclusion="一、修改后发布。")

    text = "\n".join(block.text for block in summary_blocks(one))
    words = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(summary_docx(one))).paragraphs)
    for expected in ("共征求 2 个单位意见，2 个单位反馈。", units[0].institution.name, "建议增加案例。", "意见.pdf", "将增加两例。", "修改后发布。"):
        assert (expected in text, expected in words) == (True, True)
    assert summary_pdf(one)[:5] == b"%PDF-"


def test_by_pages_a_unit_comments_and_another_one_finds_nothing(consultation, units, secretary, stranger):
    one = consultation()
    section = one.sections.get()
    address = reverse("consultations:consultation", args=[one.pk])
    client_for(units[0].person.user).post(address, {f"text_{section.pk}": "好", "text_whole": "总体同意"})
    outsider = AffiliationFactory(institution=MembershipFactory().institution, role=PersonRole.LIAISON, person__with_user=True)

    assert sorted(Comment.objects.values_list("text", flat=True)) == ["好", "总体同意"]
    assert (client_for(outsider.person.user).get(address).status_code, client_for(stranger).get(address).status_code) == (404, 403)
    assert client_for(secretary).get(reverse("admin:notices_consultation_change", args=[one.pk])).status_code == 200


def test_by_pages_each_comment_is_answered_and_the_next_one_follows(consultation, units, secretary):
    one = consultation()
    for affiliation in units:
        say(one, affiliation, "建议增加案例。")
    close_consultation(one, actor=secretary)
    client = client_for(secretary)
    first, second = [reverse("admin:notices_comment_answer", args=[row.pk]) for row in Comment.objects.order_by("unit__institution__name")]

    shown = client.get(first)
    onward = client.post(first, {"verdict": "taken", "answer": "采纳。"})
    back = client.post(second, {"verdict": "noted", "answer": "记录。"})

    assert (shown.status_code, "建议增加案例。" in shown.text) == (200, True)
    assert (onward.url, back.url) == (second, reverse("admin:notices_consultation_change", args=[one.pk]))
    assert client.get(reverse("admin:notices_consultation_pdf", args=[one.pk])).content[:5] == b"%PDF-"
    assert client.get(reverse("admin:notices_consultation_publish", args=[one.pk])).status_code == 200


def test_a_section_does_not_move_out_of_an_open_consultation(consultation, secretary):
    one = consultation()
    section = one.sections.get()
    draft = draft_consultation(actor=secretary, title="另一份", closes_at=now() + dt.timedelta(days=7))

    with pytest.raises(IntegrityError, match="columns of notices_section are fixed"), transaction.atomic():
        Section.objects.filter(pk=section.pk).update(consultation=draft)
    assert one.sections.get() == section


@pytest.mark.parametrize(("visibility", "named"), [("after_close", True), ("secretariat", False)])
def test_files_of_every_unit_reach_the_secretariat_also_without_a_word_beside_them(consultation, units, secretary, visibility, named):
    one, names = consultation(visibility=visibility), ("甲校意见.pdf", "乙校修订.pdf")
    say(one, units[0], "修改见附件。", uploads=[SimpleUploadedFile(names[0], pdf())])
    say(one, units[1], "", uploads=[SimpleUploadedFile(names[1], pdf())])

    page = client_for(secretary).get(reverse("admin:notices_consultation_change", args=[one.pk])).text
    told = "\n".join(block.text for block in summary_blocks(one))

    assert [name in page for name in names] == [True, True]
    # Whoever is not named in the summary is not named by a file's name either.
    assert [f"{unit.institution}：{name}" in told for unit, name in zip(units, names, strict=True)] == [named, named]
    assert ("共提交 2 个文件。" in told) is not named
