"""A liaison between two classes: three colleagues on one page, one asks by the link, a place that costs something; in a real browser."""

import pytest

pytestmark = pytest.mark.browser


# The small sample has no meeting that costs something: the story's training programme is told alone.
TRAINING = """
from alliance.home.sample.story.places import training
from members.models import User
training(User.objects.get(email="secretariat@sample.edu.cn"), [])
"""


def test_a_liaison_registers_three_confirms_a_request_and_sees_a_price(system, visitor):
    system.manage("shell", "-c", TRAINING)
    liaison = visitor(width=360, height=740)
    liaison.sign_in_with_password("liaison@sample.edu.cn", "/portal/meetings/")
    page = liaison.page
    page.click("li:has-text('季度项目会议') >> a:text-is('报名')")

    # Two from the list, one new; the allowance stands above, before and after.
    page.wait_for_selector(".callout:has-text('/3 次免费会议')")
    boxes = page.locator("input[name=people]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.fill("#id_name", "蒋老师（样例）")
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        page.fill("#id_email", "jiang@sample.edu.cn")  # Kept while typing.
    page.reload()
    assert (page.input_value("#id_name"), boxes.nth(0).is_checked()) == ("蒋老师（样例）", True)
    page.click("button:has-text('报名')")
    page.wait_for_selector(".callout:has-text('3/3 人')")
    system.sink.wait_for("jiang@sample.edu.cn", "")

    # A fourth is told why not, and what was typed stays.
    page.fill("#id_name", "沈老师（样例）")
    page.fill("#id_email", "shen@sample.edu.cn")
    page.click("button:has-text('报名')")
    page.wait_for_selector("text=名额已用完")
    assert page.input_value("#id_name") == "沈老师（样例）"

    # The training costs something: the sum is shown first.
    page = liaison.open("/portal/meetings/")
    page.click("li:has-text('研修项目') >> a:text-is('报名')")
    page.wait_for_selector("text=申请名额的同事")
    page.click("button:has-text('确认')")
    page.wait_for_selector(".rows__title:has-text('郑老师') >> text=待缴费")
    page.locator("input[name=people]").nth(0).check()
    page.click("button.button:has-text('报名')")
    page.wait_for_selector("text=合计 ¥900.00")
    page.click("button.button:has-text('报名')")
    page.wait_for_selector("text=JF")

    # A colleague without an account, and without JavaScript, asks by the link.
    page.click("a:has-text('/meetings/join/')")
    address = page.url.replace(system.url, "")
    colleague = visitor(width=360, height=740, javascript=False)
    form = colleague.open(address)
    form.fill("#id_name", "杨老师（样例）")
    form.fill("#id_email", "yang@sample.edu.cn")
    form.click("button:has-text('报名')")
    form.wait_for_selector("h1:has-text('已通知贵单位联络人')")
