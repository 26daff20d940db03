"""People without an account at a meeting of one seat: the public form after the members' window, the unit's link, the waiting list; in a real browser."""

import re

import pytest

pytestmark = pytest.mark.browser
# The members know of it, the public not yet; a place that comes free is offered for two days.
SMALL = """
import datetime as dt
from alliance.common.clock import now
from alliance.common.transitions import move
from meetings.models import Meeting, Offer
begin = now() + dt.timedelta(days=40)
meeting = Meeting.objects.create(
    kind="workshop", slug="small", title="小型工作坊（样例）", starts_at=begin, ends_at=begin + dt.timedelta(hours=4), place="苏州", capacity=1, accept_hours=48,
    members_from=now() - dt.timedelta(days=3), public_from=now() + dt.timedelta(days=3), register_until=begin - dt.timedelta(days=1),
)
Offer.objects.create(meeting=meeting, name="成员单位免费参加", draws_on_allowance=False)
Offer.objects.create(meeting=meeting, name="公开名额", audience="public", draws_on_allowance=False)
move(meeting, to="published")
"""
WINDOW_IS_OVER = """
import datetime as dt
from alliance.common.clock import now
from meetings.models import Meeting
Meeting.objects.filter(slug="small").update(public_from=now() - dt.timedelta(minutes=1))
"""
GUEST, COLLEAGUE = "he@guest.example.edu.cn", "lv@njucolleague.example.edu.cn"


def address_in(mail, pattern):
    """The first address of this shape in a mail's text."""
    return re.search(pattern, mail.get_body(("plain",)).get_content()).group()


def test_a_colleague_comes_by_the_link_and_a_guest_waits_and_accepts_the_freed_place(system, visitor):
    system.manage("shell", "-c", SMALL)
    liaison, colleague, guest = visitor(), visitor(width=360, height=740), visitor(width=360, height=740, javascript=False)
    assert guest.context.request.get(f"{system.url}/meetings/small/register/").status == 404

    # The liaison makes the unit's link; a colleague asks by it; the liaison confirms from the mail.
    liaison.sign_in_with_password("liaison@sample.edu.cn", "/portal/meetings/small/")
    liaison.page.click("button:has-text('生成链接')")
    link = liaison.page.get_attribute("a:has-text('/meetings/join/')", "href")
    page = colleague.open(link)
    page.fill("#id_name", "吕老师（样例）")
    page.fill("#id_email", COLLEAGUE)
    page.click("main form button[type=submit]")
    page.wait_for_selector("h1:has-text('已通知贵单位联络人')")
    asked = system.sink.wait_for("liaison@sample.edu.cn", "吕老师")
    liaison.open(address_in(asked, r"/portal/meetings/small/"))
    liaison.page.click("button:has-text('确认')")
    liaison.page.wait_for_selector(".rows__title:has-text('吕老师') >> text=已确认")
    page = colleague.open(address_in(system.sink.wait_for(COLLEAGUE, "小型工作坊"), r"/t/[\w-]+/"))
    assert page.is_visible("img.qr")

    # The public's turn: the address is proved first, then there is only a place in the line.
    system.manage("shell", "-c", WINDOW_IS_OVER)
    page = guest.open("/meetings/small/")
    page.click("main a.button:has-text('报名')")
    page.fill("#id_institution_name", "某研究院（样例）")
    page.fill("#id_name", "贺老师（样例）")
    page.fill("#id_email", GUEST)
    page.click("main form button[type=submit]")
    page.wait_for_selector("h1:has-text('还差一步')")
    page = guest.open(address_in(system.sink.wait_for(GUEST, "小型工作坊"), r"/meetings/confirm/[\w-]+/"))
    page.click("button:has-text('确认报名')")
    page.wait_for_selector("text=第 1 位")

    # The liaison gives the colleague's place up; the guest takes it.
    liaison.page.click("a:has-text('取消名额')")
    liaison.page.fill("#id_reason", "课程冲突")
    liaison.page.click("main form button[type=submit]")
    liaison.page.wait_for_url("**/portal/meetings/small/")
    page = guest.open(address_in(system.sink.wait_for(GUEST, "名额待接受"), r"/t/[\w-]+/"))
    page.click("button:has-text('接受名额')")
    page.wait_for_selector("text=名额已确认。")
    assert page.is_visible("img.qr")
    page = colleague.page
    page.reload()
    assert page.locator("img.qr").count() == 0
