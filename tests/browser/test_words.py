"""The journeys of words: a notice that two people issue and units read, a consultation that is answered, a mail whose text staff change."""

import datetime as dt

import pytest

from tests.browser.conftest import wait_until

pytestmark = pytest.mark.browser
TITLE = "关于报送年度工作总结的通知"


def step(page, name, presses=1):
    """Press a step of the record and confirm it; where letters go out, the first press shows them and the second sends."""
    page.click(f".workflow >> text={name}")
    for _n in range(presses):
        page.click(f"form button:has-text('{name}')")
    page.wait_for_selector(".workflow")


def test_a_notice_is_issued_by_a_second_person_mailed_and_read_by_the_unit(system, visitor):
    secretary = visitor()
    secretary.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")
    page = secretary.open("/admin/notices/notice/new/")
    page.fill("#id_title", TITLE)
    page.click("[data-do=source]")
    page.fill("#id_text", "一、内容\n请{{单位名称}}报送总结。\n二、时间\n年底前。")
    page.click("form button:has-text('保存草稿')")
    page.wait_for_selector(".workflow")
    address = page.url
    step(page, "提交审核")

    reviewer = visitor()
    reviewer.sign_in_with_password("secretariat2@sample.edu.cn", "/admin/")
    reviewer.page.click("text=待复核的正式通知")
    reviewer.page.click(f"text={TITLE}")
    assert reviewer.page.url.startswith(address.split("?")[0])
    step(reviewer.page, "发布", presses=2)
    assert "通知已发布。" in reviewer.page.inner_text("body")
    system.manage("shell", "-c", "from notices.services.releasing import announce_notices as a; a()")

    mail = system.sink.wait_for("liaison@sample.edu.cn", TITLE)
    link = next(word for word in mail.get_body(("plain",)).get_content().split() if "/notices/" in word)
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["application/pdf"]
    reader = visitor(width=360)
    reader.open(link)
    assert "请南京大学报送总结。" in reader.page.inner_text("article")
    reader.page.click("main button:has-text('已阅')")
    reader.page.wait_for_selector("main .tag:has-text('已阅')")

    page = secretary.open(address)
    assert "南京大学" in page.inner_text("section:has(h2:has-text('已阅单位')) >> p >> nth=0")


def test_a_unit_is_asked_answers_and_reads_what_came_of_it(system, visitor):
    secretary = visitor()
    secretary.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")
    page = secretary.open("/admin/notices/consultation/new/")
    page.fill("#id_title", "教师发展师能力框架（讨论稿）")
    page.fill("#id_closes_at", f"{dt.date.today() + dt.timedelta(days=9):%Y-%m-%d}T17:00")
    page.click("form button.button[type=submit] >> nth=0")
    page.wait_for_selector(".workflow")
    address = page.url
    page.click(".workflow >> text=添加")
    page.fill("#id_title", "能力维度")
    page.click("[data-do=source]")
    page.fill("#id_text", "教学、研究、服务三个维度。")
    page.click("form button.button[type=submit] >> nth=0")
    page.wait_for_selector(".workflow")
    step(page, "开始征求", presses=2)

    system.sink.wait_for("liaison@sample.edu.cn", "能力框架")
    unit = visitor(width=360)
    unit.sign_in_with_password("liaison@sample.edu.cn", "/portal/")
    unit.page.click("text=教师发展师能力框架")
    unit.page.fill("textarea >> nth=0", "建议增加数字素养。")
    unit.page.click("button:has-text('提交')")
    unit.page.wait_for_selector("text=贵单位的意见已保存")

    page = secretary.open(address)
    step(page, "结束征求")
    page.click("a:text-is('答复')")
    page.select_option("#id_verdict", "taken")
    page.fill("#id_answer", "已采纳，增加为第四个维度。")
    page.click("form button:has-text('保存并继续')")
    page.click(".workflow >> text=发布汇总")
    page.click("[data-do=source]")
    page.fill("#id_conclusion", "框架将按各单位意见修改后印发。")
    page.click("form button:text-is('发布')")
    page.click("form button:text-is('发布')")
    page.wait_for_selector(".workflow")

    def summaries():
        return [mail for mail in system.sink.to("liaison@sample.edu.cn") if "能力框架" in mail["Subject"] and list(mail.iter_attachments())]

    assert [part.get_content_type() for part in wait_until(summaries, 60, "the summary")[0].iter_attachments()] == ["application/pdf"]
    unit.page.reload()
    assert "已采纳，增加为第四个维度。" in unit.page.inner_text("main")


def test_the_text_of_a_mail_is_changed_beside_its_preview_and_a_hole_is_refused(visitor):
    secretary = visitor()
    secretary.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")
    page = secretary.open("/admin/mail-texts/")
    page.click("a[href*='fees/mail/invoice_issued']")
    page.wait_for_selector("#id_subject")
    page.fill("#id_subject", "缴费提醒 {{ number }} {{ nonsense }}")
    page.click("form button:has-text('保存')")
    page.wait_for_selector("[role=alert]:has-text('nonsense')")

    assert page.input_value("#id_subject") == "缴费提醒 {{ number }} {{ nonsense }}"
    page.fill("#id_subject", "缴费提醒 {{ number }}")
    page.wait_for_selector("#preview:has-text('缴费提醒')")
    page.click("form button:has-text('保存')")
    page.wait_for_selector("text=第 1 版")
