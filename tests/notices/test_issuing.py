"""Official notices: structure, checks, numbers, who sees them when."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from alliance.common.clock import now
from alliance.common.exceptions import InvalidTransition
from alliance.common.models import NumberSeries
from members.enums import PersonRole
from notices.documents import notice_pdf
from notices.gongwen.blocks import read_blocks, value_of
from notices.gongwen.text import check, from_printed
from notices.models import Acknowledgement, Notice, Release
from notices.services.drafting import NotReady, change_draft, draft_notice
from notices.services.issuing import (
    NotYourOwn,
    correct_notice,
    issue_notice,
    submit_notice,
    withdraw_notice,
)
from notices.services.releasing import announce_notices
from tests.factories.members import AffiliationFactory, MembershipFactory, PersonFactory, StaffFactory
from tests.support import client_for, without_triggers

REAL = Path(__file__).resolve().parents[3] / "shared" / "source" / "notice-2025-3.txt"
TEXT = "一、时间\n2026年3月20日。\n二、安排\n（一）上午\n1.报到\n2.开幕\n（二）下午"


def notice(secretary, **fields):
    return draft_notice(actor=secretary, **{"title": "关于召开季度会议的通知", "text": TEXT, "dated_on": dt.date(2026, 3, 2), **fields})


def issued(secretary, **kwargs):
    return issue_notice(submit_notice(notice(secretary), actor=secretary), actor=StaffFactory(), **kwargs)


@pytest.mark.parametrize(("numeral", "value"), [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("二十三", 23), ("7", 7)])
def test_numerals(numeral, value):
    assert value_of(numeral) == value


def test_the_four_levels_and_running_text():
    rows = read_blocks(TEXT + "\n（1）细则")

    assert [(row.level, row.number) for row in rows] == [(1, 1), (0, 0), (1, 2), (2, 1), (3, 1), (3, 2), (2, 2), (4, 1)]


def found(body, **fields):
    values = {"title": "题", "addressee": "各单位：", "signature": "秘书处", "dated": True} | fields
    return [str(finding.message) for finding in check(body=body, **values)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("一、甲\n三、乙", "编号不连续：此处为 3，应为 2。"),
        ("一、甲\n（一）子\n二、乙\n（二）子", "编号不连续：此处为 2，应为 1。"),
        ("于____前报名", "“____”像是未填写的空白。"),
        ("见 https://meeting.example/a", "此链接无法打开。"),
    ],
)
def test_the_checks_find_it(body, message):
    assert found(body) == [message]


def test_a_text_in_order_has_no_findings():
    assert found(TEXT) == []


@pytest.mark.skipif(not REAL.exists(), reason="the real notice is not there")
def test_the_slip_in_the_numbering_of_the_real_notice_is_found():
    body = from_printed(REAL.read_text(encoding="utf-8"))

    assert any("编号不连续" in message for message in found(body))


@pytest.mark.django_db
def test_a_notice_is_issued_by_somebody_else_with_the_next_number(secretary):
    first = submit_notice(notice(secretary), actor=secretary)
    with pytest.raises(NotYourOwn):
        issue_notice(first, actor=secretary)
    issue_notice(first, actor=StaffFactory())
    second, council = issued(secretary), issue_notice(submit_notice(notice(secretary, body="council"), actor=secretary), actor=StaffFactory())

    assert [one.number for one in (first, second, council)] == ["秘书处〔2026〕1号", "秘书处〔2026〕2号", "理事会〔2026〕1号"]


@pytest.mark.django_db
def test_with_a_serious_finding_it_does_not_go_on(secretary):
    with pytest.raises(NotReady):
        submit_notice(notice(secretary, text="于____前报名"), actor=secretary)


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_eight_numbers_without_a_gap(secretary, race):
    drafts = [submit_notice(notice(secretary), actor=secretary) for _n in range(8)]
    other = StaffFactory()

    race(*[lambda one=one: issue_notice(Notice.objects.get(pk=one.pk), actor=other) for one in drafts])

    assert sorted(Notice.objects.values_list("sequence", flat=True)) == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_although_every_other_transaction_fails(secretary, race):
    drafts = [submit_notice(notice(secretary), actor=secretary) for _n in range(8)]
    other = StaffFactory()

    def issue(one, fail):
        def run():
            with transaction.atomic():
                issue_notice(Notice.objects.get(pk=one.pk), actor=other)
                if fail:
                    raise RuntimeError("the worker dies here")

        return run

    race(*[issue(one, fail=position % 2 == 1) for position, one in enumerate(drafts)])

    assert sorted(Notice.objects.exclude(sequence=None).values_list("sequence", flat=True)) == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_a_counter_that_ran_ahead_cannot_leave_a_gap_and_without_the_trigger_would(secretary):
    issued(secretary)
    # What a database sequence would do: the number is gone although the transaction failed.
    NumberSeries.objects.filter(series="notice:secretariat").update(last=2)

    with pytest.raises(IntegrityError, match="would leave a gap before 3"):
        issued(secretary)
    with without_triggers("notices_notice"):
        assert issued(secretary).sequence == 3


@pytest.mark.django_db
def test_a_draft_holds_no_number(secretary):
    one = notice(secretary)

    with pytest.raises(IntegrityError, match="notice_number_is_whole"), transaction.atomic():
        Notice.objects.filter(pk=one.pk).update(year=2026, sequence=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["title = 'x'", "text = 'x'", "number = 'x'", "dated_on = '2020-01-01'", "state = 'draft'"])
def test_what_was_issued_is_never_edited_by_any_door(secretary, change):
    issued(secretary)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE notices_notice SET {change}")


@pytest.mark.django_db
def test_withdrawn_it_keeps_its_number_and_a_correction_names_it(secretary):
    one = issued(secretary)
    correction = correct_notice(one, actor=secretary)
    withdraw_notice(one, actor=secretary, reason="时间有误")

    with pytest.raises(InvalidTransition):
        withdraw_notice(one, actor=secretary, reason="x")
    assert (one.number, correction.corrects, issued(secretary).sequence) == ("秘书处〔2026〕1号", one, 2)


@pytest.mark.django_db
def test_only_a_draft_is_edited(secretary):
    one = notice(secretary)
    change_draft(one, actor=secretary, title="改")
    submit_notice(one, actor=secretary)

    with pytest.raises(NotReady):
        change_draft(one, actor=secretary, title="再改")
    assert Notice.objects.get().title == "改"


@pytest.mark.django_db
def test_members_hear_first_on_every_address(secretary, liaison, stranger):
    later = now() + dt.timedelta(days=2)
    one = issued(secretary, public_from=later)
    hidden = issued(secretary, members_from=later, public_from=later)

    seen = {
        (person, record.pk, name): client_for(user).get(reverse(f"notices:{name}", args=[record.year, record.place])).status_code
        for person, user in (("liaison", liaison), ("stranger", stranger), ("nobody", None))
        for record in (one, hidden)
        for name in ("notice", "pdf")
    }

    assert {key for key, status in seen.items() if status == 200} == {("liaison", one.pk, "notice"), ("liaison", one.pk, "pdf")}
    assert one.title not in client_for(stranger).get(reverse("notices:list")).text


@pytest.mark.django_db
def test_the_public_is_never_before_the_members(secretary):
    with pytest.raises(IntegrityError), transaction.atomic():
        issued(secretary, members_from=now() + dt.timedelta(days=2), public_from=now())


@pytest.mark.django_db
def test_each_unit_gets_one_mail_when_the_time_comes_and_says_that_it_has_read_it(secretary, outbox_for):
    membership = MembershipFactory()
    role = AffiliationFactory(institution=membership.institution, role=PersonRole.LIAISON, person=PersonFactory(with_user=True))
    one = issued(secretary)

    counts = (announce_notices(), announce_notices())
    client = client_for(role.person.user)
    for _press in range(2):
        client.post(reverse("notices:notice", args=[one.year, one.place]))

    assert (counts, [mail.template for mail in outbox_for(one)], Acknowledgement.objects.get().institution) == (
        (1, 0), ["notices/mail/notice_issued"], membership.institution,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_document_is_a_pdf_also_of_a_draft(secretary):
    assert notice_pdf(notice(secretary))[:5] == b"%PDF-"


@pytest.mark.django_db
def test_by_pages_from_the_draft_to_the_issue(secretary):
    client, other = client_for(secretary), client_for(StaffFactory())
    values = {
        "body": "secretariat",
        "title": "通知",
        "addressee": "各成员单位：",
        "text": TEXT,
        "signature": "秘书处",
        "dated_on": "2026-03-02",
        "copy_line": "",
    }
    client.post(reverse("admin:notices_notice_new"), values)
    pk = Notice.objects.get().pk

    client.post(reverse("admin:notices_notice_submit", args=[pk]))
    other.post(reverse("admin:notices_notice_issue", args=[pk]), {})

    assert (Notice.objects.get().number, client.get(reverse("admin:notices_notice_change", args=[pk])).status_code) == ("秘书处〔2026〕1号", 200)


def test_before_the_issue_the_list_and_the_letters_are_shown_and_no_number_is_used_up(draft, secretary, liaison):
    one = submit_notice(draft(), actor=secretary)
    other, step = client_for(StaffFactory()), reverse("admin:notices_notice_issue", args=[one.pk])

    shown = other.post(step, {"is_mailed": "on"})
    between = (Notice.objects.get().state, Release.objects.count(), NumberSeries.objects.count())
    other.post(step, {"is_mailed": "on", "previewed": "1"})

    assert (between, "秘书处〔2026〕1号" in shown.text, liaison.email in shown.text) == (("review", 0, 0), True, True)
    assert (Notice.objects.get().number, Release.objects.count()) == ("秘书处〔2026〕1号", 1)
