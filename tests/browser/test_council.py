"""A council member with a phone and two minutes: the vote is opened, read, cast, changed, closed, and read again with its minutes."""

import io
import re

import pypdfium2
import pytest

from tests.browser.test_phone import Thumb

pytestmark = pytest.mark.browser
TITLE, MOTION = "关于修订季度会议办法的表决", "修订季度会议组织办法"
TWO_MINUTES = 120


def open_a_ballot(staff):
    """Staff put a text of their own to the vote, look at it as a member would, and open it."""
    page = staff.open("/admin/council/ballot/new/")
    page.fill("#id_title", TITLE)
    page.fill("#id_motion_title", MOTION)
    page.fill("#id_motion_text", "报名截止时间统一为会前七日。")
    for box in page.locator("input[name=applications]:checked, input[name=departures]:checked").all():
        box.uncheck()
    page.click("button:has-text('生成草稿')")
    page.click(".workflow >> text=预览")
    assert "报名截止时间统一为会前七日。" in page.inner_text("main")
    page.go_back()
    page.click(".workflow >> text=开启 >> nth=0")
    page.click("button:has-text('开启并通知理事')")
    page.wait_for_selector(".letter")
    page.click("button:has-text('开启并通知理事')")
    page.wait_for_selector("text=3 席中已有 0 席表决")
    return page.url


def test_a_council_member_votes_on_a_phone_changes_and_reads_the_minutes(system, visitor):
    staff = visitor()
    staff.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")
    record = open_a_ballot(staff)
    address = "council1@sample.edu.cn"
    letter = system.sink.wait_for(address, f"请您表决：{TITLE}").get_body(("plain",)).get_content()
    link = re.search(r"(/council/ballots/\d+/)", letter).group()

    member = visitor(width=360, height=740)
    member.sign_in_with_code(address, link)
    # The address and the code from the mail: counted like everything else.
    thumb = Thumb(member.page, taps=4, keys=len(address) + 8)
    thumb.look()
    member.page.locator("input[value=for]").first.check()
    thumb.taps += 1
    thumb.tap("button:has-text('提交表决')")
    member.page.wait_for_selector("text=已收到 1 项表决")
    first = member.page.locator("main code").first.inner_text()
    print(f"{thumb.taps} taps, {thumb.keys} keys, {len(thumb.pages)} pages: {thumb.seconds:.0f} s")
    assert thumb.seconds < TWO_MINUTES

    thumb.tap("text=返回议项")
    member.page.locator("input[value=against]").first.check()
    thumb.tap("button:has-text('提交修改后的表决')")
    member.page.wait_for_selector("text=已修改 1 项表决")
    assert member.page.locator("main code").first.inner_text() != first

    # By keyboard alone, and without a script.
    other = visitor(width=360, height=740, javascript=False)
    other.sign_in_with_code("council2@sample.edu.cn", link)
    other.page.locator("input[value=for]").first.focus()
    other.page.keyboard.press("Space")
    other.page.locator("button:has-text('提交表决')").focus()
    other.page.keyboard.press("Enter")
    other.page.wait_for_selector("text=已收到 1 项表决")

    page = staff.open(record)
    page.click(".workflow >> text=立即截止")
    page.click("button:has-text('截止并计票')")
    page.wait_for_selector("text=结果已执行")
    page = member.open(link)
    thumb.look()
    assert re.search(r"同意 1 .*反对 1", page.inner_text("main"))
    pdf = member.context.request.get(page.locator("a:has-text('表决结果（PDF）')").get_attribute("href").join([system.url, ""])).body()
    word = member.context.request.get(page.locator("a:has-text('表决结果（DOCX）')").get_attribute("href").join([system.url, ""])).body()
    text = "".join(sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(io.BytesIO(pdf)))
    assert (MOTION in text, "签发：" in text, word[:2]) == (True, True, b"PK")
    page = member.open("/council/votes/")
    thumb.look()
    assert (MOTION in page.inner_text("main"), "反对" in page.inner_text("main")) == (True, True)
