"""What the register's keepers do with people and with units that go: a departure, two records of one person, all data of a person; in a real browser."""

import json

import pytest

from tests.factories.common import pdf

pytestmark = pytest.mark.browser
# Somebody was entered twice, as happens with tables of several years.
TWICE = """
from members.models import Affiliation, Institution, Person
for unit, email in (("温州大学", "first@example.edu.cn"), ("扬州大学", "second@example.edu.cn")):
    person = Person.objects.create(name="双录入（样例）", email=email)
    Affiliation.objects.create(person=person, institution=Institution.objects.get(name=unit), role="delegate", since="2026-01-01")
"""
LETTER = {"name": "退盟函.pdf", "mimeType": "application/pdf", "buffer": pdf()}


def test_a_unit_asks_to_leave_and_is_answered_and_staff_enter_a_removal(system, visitor):
    liaison = visitor(width=360, height=740)
    liaison.sign_in_with_password("liaison@sample.edu.cn", "/portal/leave/")
    page = liaison.page

    # Without the sealed letter the page says so, and what was typed stays.
    page.fill("#id_reason", "学校机构调整（样例）")
    page.fill("#id_effective_on", "2099-12-31")
    page.click("button:has-text('申请退出')")
    page.wait_for_selector("#id_letter:invalid, .error-summary")
    assert page.input_value("#id_reason") == "学校机构调整（样例）"
    page.set_input_files("#id_letter", [LETTER])
    page.click("button:has-text('申请退出')")
    page.wait_for_selector("button:has-text('我们留下'), button[name=stay]")
    reference = page.inner_text(".callout p").split("：")[0].split(":")[0].strip()
    system.sink.wait_for("liaison@sample.edu.cn", reference)

    # Staff see the letter and decline; the letter of the decision is shown before it goes.
    staff = visitor()
    staff.sign_in_with_password("secretariat@sample.edu.cn", "/admin/members/departure/")
    page = staff.page
    page.click(f"#result_list a:has-text('{reference}')")
    page.click("a:has-text('不予受理')")
    page.fill("#id_decision", "贵单位来函已撤回（样例）")
    page.click("main form button:has-text('不予受理'), #content form button:has-text('不予受理')")
    page.wait_for_selector(".letter")
    page.click("main form button:has-text('不予受理'), #content form button:has-text('不予受理')")
    page.wait_for_selector("text=已作出不同意的决定，并已通知该单位。")
    letter = system.sink.wait_for("liaison@sample.edu.cn", f"{reference}：").get_body(("plain",)).get_content()
    assert reference in letter
    page = liaison.open("/portal/leave/")
    page.wait_for_selector("button:has-text('申请退出')")

    # Staff enter a removal, without a letter; the council's decision ends the membership.
    page = staff.open("/admin/members/membership/?q=西安欧亚学院")
    page.click("#result_list a[href*='/change/']")
    page.click("a:has-text('录入退盟'), a[href$='/depart/']")
    page.select_option("#id_kind", "removal")
    page.fill("#id_reason", "失联（样例）")
    page.click("form button:has-text('录入')")
    page.wait_for_selector("text=已录入。")
    page.click("a[href$='/pass/']")
    page.click("form button:has-text('报送理事会')")
    page.click("a[href$='/approve/']")
    page.fill("#id_decision", "常务理事会会议纪要（样例）")
    page.click("form button:has-text('终止成员资格')")
    page.wait_for_selector("text=成员资格已终止")


def test_two_records_of_a_person_become_one_and_all_of_it_can_be_handed_over(system, visitor):
    system.manage("shell", "-c", TWICE)
    staff = visitor()
    staff.sign_in_with_password("secretariat@sample.edu.cn", "/admin/members/person/?q=双录入")
    page = staff.page
    page.click("#result_list tr:has-text('second@example.edu.cn') a[href*='/change/']")

    # What would change hands stands on the page before.
    page.click("a[href$='/merge/']")
    page.wait_for_selector("h2:has-text('将转移的数据')")
    page.select_option("#id_keep", label="双录入（样例） · 温州大学 · first@example.edu.cn")
    page.click("form button:has-text('合并')")
    page.wait_for_selector("text=两条记录已合并。")
    assert page.input_value("#id_email") == "first@example.edu.cn"

    # One person at two units; the export says so.
    page.click("a[href$='/export/']")
    with page.expect_download() as download:
        page.click("form button:has-text('导出')")
    kept = json.loads(download.value.path().read_text())
    text = json.dumps(kept, ensure_ascii=False)
    assert [unit for unit in ("温州大学", "扬州大学") if unit in text] == ["温州大学", "扬州大学"]
