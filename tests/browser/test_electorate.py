"""Votes that are given away, stepped aside from, cast in secret, or taken in a room: from the staff's draft to what the voters read, in a real browser."""

import re

import pytest

from tests.factories.common import pdf

pytestmark = pytest.mark.browser
AUTHORITY = {"name": "授权书.pdf", "mimeType": "application/pdf", "buffer": pdf()}
# A second unit whose liaison signs in.
HOLDER = """
from members.models import Affiliation, Membership, Person, User
unit = Membership.objects.filter(status="active").exclude(institution__affiliations__person__user__email="liaison@sample.edu.cn").first().institution
unit.affiliations.filter(role__in=("liaison", "voter")).delete()
person = Person.objects.create(name="受托人（样例）", email="holder@example.edu.cn", user=User.objects.create_user("holder@example.edu.cn"))
Affiliation.objects.create(person=person, institution=unit, role="liaison", since="2026-01-01")
"""
# A committee whose members vote in secret.
COMMITTEE = """
import datetime as dt
from council.models import Body, Procedure
committee = Body.objects.create(code="experts", name="专家委员会（样例）")
Procedure.objects.create(body=committee, effective_from=dt.date(2018, 10, 1), secret=True, changeable=False, is_sample=True, clause="样例")
for seat in Body.objects.get(code="council").seats.all():
    committee.seats.create(institution=seat.institution, person=seat.person, office="member", term_from=seat.term_from)
"""


def draft(staff, body, title, motion):
    """A draft with one text of its own; returns the address of its record."""
    page = staff.open("/admin/council/ballot/new/")
    page.select_option("#id_body", label=body)
    page.fill("#id_title", title)
    page.fill("#id_motion_title", motion)
    page.fill("#id_motion_text", "全文见附件。")
    for box in page.locator("input[name=applications]:checked, input[name=departures]:checked").all():
        box.uncheck()
    page.click("button:has-text('生成草稿')")
    page.wait_for_selector(".workflow")
    return page.url


def open_it(staff):
    """The record's ballot is opened; its letters are shown before."""
    staff.page.click(".workflow >> text=开启 >> nth=0")
    staff.page.click("form button:has-text('开启')")
    staff.page.wait_for_selector(".letter")
    staff.page.click("form button:has-text('开启')")
    staff.page.wait_for_selector("text=已有 0 席表决")


def close_it(staff, record):
    """The record's ballot is closed and counted."""
    page = staff.open(record)
    page.click(".workflow >> text=立即截止")
    page.click("form button:has-text('截止并计票')")
    page.wait_for_selector("text=结果已执行")


def test_a_unit_gives_its_vote_away_and_the_holder_votes_for_both(system, visitor):
    system.manage("shell", "-c", HOLDER)
    title = "关于年度预算的表决"
    staff = visitor()
    staff.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")
    record = draft(staff, "全体大会", title, "年度预算")
    open_it(staff)

    giver = visitor(width=360, height=740)
    giver.sign_in_with_password("liaison@sample.edu.cn", "/portal/")
    page = giver.page
    page.click(f"li:has-text('{title}') >> text=委托他人表决")
    # Without the paper nothing is given, and the choice stays.
    page.select_option("#id_holder", label=next(text for text in page.locator("#id_holder option").all_inner_texts() if "受托人" in text))
    page.evaluate("document.querySelector('#id_authority').required = false")
    page.click("main form button[type=submit]")
    page.wait_for_selector(".error-summary")
    assert "受托人" in page.locator("#id_holder option:checked").inner_text()
    page.set_input_files("#id_authority", [AUTHORITY])
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=现由受托人（样例）")

    letter = system.sink.wait_for("holder@example.edu.cn", "委托").get_body(("plain",)).get_content()
    link = re.search(r"(/council/ballots/\d+/)", letter).group()
    holder = visitor(width=360, height=740)
    holder.sign_in_with_code("holder@example.edu.cn", link)
    page = holder.page
    page.click("text=代南京大学投票")
    page.locator("input[value=for]").first.check()
    page.click("button:has-text('提交表决')")
    page.wait_for_selector("text=已收到 1 项表决")
    page = holder.open(link)
    page.locator("input[value=against]").first.check()
    page.click("button:has-text('提交表决')")
    page.wait_for_selector("text=已收到 1 项表决")

    # What was used is not taken back.
    page = giver.open(f"{link}proxy/")
    assert "不能再撤回" in page.inner_text("main")
    close_it(staff, record)
    page = giver.open(link)
    assert re.search(r"同意 1 .*反对 1", page.inner_text("main"))


def test_a_member_steps_aside_and_the_others_vote_in_secret(system, visitor):
    system.manage("shell", "-c", COMMITTEE)
    title = "教学创新奖终评"
    staff = visitor()
    staff.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")
    record = draft(staff, "专家委员会（样例）", title, "一等奖人选")
    open_it(staff)
    link = re.search(r"(/council/ballots/\d+/)", system.sink.wait_for("council1@sample.edu.cn", title).get_body(("plain",)).get_content()).group()

    aside = visitor(width=360, height=740)
    aside.sign_in_with_password("council1@sample.edu.cn", link)
    page = aside.page
    page.click("text=申请回避")
    page.fill("#id_reason", "曾指导该候选人")
    page.click("main form button[type=submit]")
    page.wait_for_selector("main .tag:has-text('回避')")
    assert page.locator("main input[value=for]").count() == 0

    receipts = []
    for number, choice in ((2, "for"), (3, "for")):
        member = visitor(width=360, height=740)
        member.sign_in_with_password(f"council{number}@sample.edu.cn", link)
        page = member.page
        page.locator(f"input[value={choice}]").first.check()
        page.click("button:has-text('提交表决')")
        page.wait_for_selector("main code")
        receipts.append(page.locator("main code").first.inner_text())
        page = member.open(link)
        assert (page.locator("main input[value=for]").count(), "您的选票已投出" in page.inner_text("main")) == (0, True)

    close_it(staff, record)
    page = member.open(link)
    assert re.search(r"同意 2", page.inner_text("main"))
    page = member.open(f"{link}urn/")
    assert [receipt in page.inner_text("main") for receipt in receipts] == [True, True]
    # Who stepped aside reads the outcome and no counts.
    page = aside.open(link)
    assert ("通过" in page.inner_text("main"), re.search(r"同意 2", page.inner_text("main"))) == (True, None)


def test_the_result_of_a_meeting_is_entered_with_its_minutes(system, visitor):
    title = "理事会第八次会议表决"
    staff = visitor()
    staff.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")
    draft(staff, "理事会", title, "聘任副秘书长")
    page = staff.page
    page.click(".workflow >> text=录入会议表决结果")
    page.get_by_label("决定日期").fill("2026-03-05")
    page.get_by_label("同意").fill("2")
    page.get_by_label("反对").fill("1")
    # Without the minutes nothing is entered, and the counts stay.
    page.evaluate("document.querySelector('#id_minutes').required = false")
    page.click("form button:has-text('录入并执行')")
    page.wait_for_selector(".error-summary, .errornote, .field__error")
    assert page.get_by_label("同意").input_value() == "2"
    page.set_input_files("#id_minutes", [{"name": "会议纪要.pdf", "mimeType": "application/pdf", "buffer": pdf()}])
    page.click("form button:has-text('录入并执行')")
    page.wait_for_selector(".letter")
    page.click("form button:has-text('录入并执行')")
    page.wait_for_selector("text=结果已录入并执行。")
    assert "会议纪要.pdf" in page.inner_text("#content, main")

    # A member reads it as a decision of a meeting, with the minutes.
    member = visitor(width=360, height=740)
    member.sign_in_with_password("council2@sample.edu.cn", "/council/")
    member.page.click(f"text={title}")
    assert re.search(r"同意 2 .*反对 1", member.page.inner_text("main"))
