"""The journeys at the desk: a year's dues, a statement decided by keys, a notice issued."""

import datetime as dt

import pytest

from tests.browser.conftest import wait_until
from tests.browser.test_path import picture

pytestmark = pytest.mark.browser
HEAD = "交易时间,交易流水号,借方发生额,贷方发生额,账户余额,凭证号,客户附言,对方账号,对方账号名称,对方开户行\n"


def test_dues_are_run_and_the_statement_matches_itself(visitor, tmp_path):
    year = dt.date.today().year + 1  # a year nothing in the sample data is billed for
    finance = visitor()
    finance.sign_in_with_password("finance@sample.edu.cn", "/admin/")
    page = finance.open("/admin/fees/duesrun/new/")
    page.fill("#id_year", str(year))
    page.click("form button:has-text('预览')")
    page.wait_for_selector("text=将收取")
    page.click(".workflow >> text=开具并发送")
    page.click("form button:has-text('开具并发送')")
    page.wait_for_selector("text=批次已启动")

    file = tmp_path / "流水.csv"
    rows = [("1", "2000", "燕山大学财务处", f"可持续联盟+燕山大学+{year}年费"), ("2", "2000", "张三", "联盟年费"), ("3", "800", "某某科技有限公司", "培训费")]
    lines = [f"{year - 1}-01-0{n} 10:00:00,S{n},,{amount},,,{remark},62200{n},{payer},建行\n" for n, amount, payer, remark in rows]
    file.write_bytes((HEAD + "".join(lines)).encode("gb18030"))
    page = finance.open("/admin/fees/bankstatement/import/")
    page.set_input_files("#id_file", str(file))
    page.click("form button:has-text('查看文件')")
    page.wait_for_selector("text=新增 3 笔")
    picture(page, "statement-preview")
    page.click("form button:has-text('导入 3 笔')")
    page.wait_for_selector("text=待处理 3 笔")
    assert "付款方户名 = 燕山大学" in page.inner_text("body")
    picture(page, "statement")
    page.keyboard.press("b")
    page.wait_for_selector("text=已入账 1 笔")
    page.click("tr:has-text('培训费') a")
    page.wait_for_selector("text=S3")
    page.keyboard.press("n")
    page.wait_for_selector("text=非本联盟 1 笔")
    page.fill("input[name=unit_1]", "东北财经大学")
    page.click("form button:text-is('入账')")
    page.wait_for_selector("text=已入账 2 笔")


def test_a_notice_is_written_checked_and_given_to_review(visitor):
    secretary = visitor()
    secretary.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")
    page = secretary.open("/admin/notices/notice/new/")
    page.fill("#id_title", "关于召开季度会议的通知")
    page.click("[data-do=source]")
    page.fill("#id_text", "一、时间\n另行通知。\n三、地点\n苏州。")
    page.click("form button:has-text('保存草稿')")
    page.wait_for_selector("text=编号不连续：此处为 3，应为 2。")
    page.click(".workflow >> text=提交审核")
    page.click("form button:has-text('提交审核')")
    page.wait_for_selector("text=通知等待审核")


PASTE = """html => {
  const page = document.querySelector("[data-editor-page]");
  const range = document.createRange();
  range.selectNodeContents(page);
  range.collapse(false);
  window.getSelection().removeAllRanges();
  window.getSelection().addRange(range);
  const data = new DataTransfer();
  data.setData("text/html", html);
  page.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_the_editor_numbers_headings_and_takes_pasted_text_with_its_structure(visitor):
    secretary = visitor()
    secretary.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")
    page = secretary.open("/admin/notices/notice/new/")
    page.fill("#id_title", "关于开展年度总结的通知")
    page.click("[data-editor-page]")
    for words, level in (("时间", 1), ("上午", 2), ("下午", 2), ("地点", 1)):
        page.keyboard.type(words)
        page.click(f"[data-do=level][data-value='{level}']")
        page.keyboard.press("Enter")
    page.evaluate(PASTE, "<p><b>重要</b><script>alert(1)</script></p><ul><li>甲</li></ul><table><tr><th>项目</th></tr><tr><td>值</td></tr></table>")
    page.wait_for_selector("[data-editor-said]:has-text('已保留结构粘贴')")
    page.click("[data-do=source]")
    page.wait_for_selector("#id_text:visible")

    assert page.input_value("#id_text").split("\n") == [
        "一、时间", "（一）上午", "（二）下午", "二、地点", "**重要**", "- 甲", "| 项目 |", "| --- |", "| 值 |",
    ]  # fmt: skip


def test_finance_sees_the_year_and_the_unit_its_account(visitor):
    finance = visitor()
    finance.sign_in_with_password("finance@sample.edu.cn", "/admin/")
    page = finance.open("/admin/fees/duesrun/new/")
    page.fill("#id_year", str(dt.date.today().year))
    page.click("form button:has-text('预览')")
    page.click(".workflow >> text=开具并发送")
    page.click("form button:has-text('开具并发送')")
    page.wait_for_selector("text=批次已启动")
    wait_until(lambda: "¥" in finance.open("/admin/fees/invoice/finance/").inner_text("figure.graph >> nth=0"), 60, "the run")
    page = finance.page
    assert page.locator("figure.graph").count() == 2
    page.click("figure.graph >> nth=0 >> summary")
    assert "12" in page.inner_text("figure.graph >> nth=0 >> table")
    picture(page, "finance")
    page.click(".workflow >> text=会费催缴")
    page.wait_for_selector("h2:has-text('的会费催缴')")
    page.click("text=下一工作日")
    page.wait_for_selector("h2:has-text('的会费催缴')")
    picture(page, "dunning")

    liaison = visitor(width=360)
    liaison.sign_in_with_password("liaison@sample.edu.cn", "/portal/")
    page = liaison.open("/portal/dues/")
    page.click("main a:has-text('对账单')")
    page.wait_for_selector("h1:has-text('对账单')")
    picture(page, "account")
