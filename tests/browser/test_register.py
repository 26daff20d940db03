"""The secretariat brings in its tables, and a unit checks its data and hands over: in a real browser."""

import re

import pytest

pytestmark = pytest.mark.browser
TABLE = "学校,姓名,角色,邮箱\n燕山大学,刘老师,联络人,liu@ysu.example.edu.cn\n南大,张三,联络人,z@example.edu.cn\n"


def test_tables_come_in_units_check_their_data_and_hand_over(system, visitor):
    staff = visitor()
    staff.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")

    # Any header; the ambiguous short name is asked about and never guessed.
    page = staff.open("/admin/sheets/people/")
    page.set_input_files("#id_file", [{"name": "联系人.csv", "mimeType": "text/csv", "buffer": TABLE.encode("gb18030")}])
    page.click("button:has-text('读取文件')")
    page.click("button:has-text('查看预览')")
    page.wait_for_selector("text=“南大”可能是：")
    page.click("button:has-text('跳过')")
    page.wait_for_selector("button:has-text('整体撤销本次导入')")

    # A round of checking goes out to all liaisons.
    page = staff.open("/admin/members/datacheck/open/")
    page.fill("#id_name", "信息核对")
    page.fill("#id_due_on", "2099-12-31")
    page.click("form button:has-text('发起并通知所有联络人')")
    page.wait_for_selector(".letter")
    page.click("form button:has-text('发起并通知所有联络人')")
    page.wait_for_selector("progress")
    letter = system.sink.wait_for("liu@ysu.example.edu.cn", "请核对").get_body(("plain",)).get_content()
    assert "/portal/check/" in letter

    # The new liaison confirms on a phone, and hands over.
    liaison = visitor(width=360, height=740)
    liaison.sign_in_with_code("liu@ysu.example.edu.cn", "/portal/check/")
    page = liaison.page
    page.click("button:has-text('确认：全部正确')")
    page.wait_for_selector("text=贵单位信息已确认")
    page = liaison.open("/portal/liaisons/")
    page.fill("#id_name", "王老师")
    page.fill("#id_email", "wang@ysu.example.edu.cn")
    page.check("#id_hands_over")
    page.click("button:has-text('发送邀请')")
    page.wait_for_selector("text=邀请已发送")
    letter = system.sink.wait_for("wang@ysu.example.edu.cn", "邀请您担任").get_body(("plain",)).get_content()
    successor = visitor(width=360, height=740)
    successor.sign_in_with_code("wang@ysu.example.edu.cn", re.search(r"(/portal/invitation/\S+)", letter).group())
    successor.page.click("button:has-text('接受')")
    successor.page.wait_for_selector("h1:has-text('燕山大学')")
    # From this moment on the old liaison has no rights left.
    assert liaison.context.request.get(f"{system.url}/portal/").status == 403
