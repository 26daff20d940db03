"""Money's journeys: an overpaid year goes back by two people, a strange statement is read after its columns are named, a fapiao finds its owner."""

import datetime as dt
import re

import pytest

from tests.browser.conftest import wait_until
from tests.browser.test_path import picture
from tests.fees.fapiao_files.samples import xml, zipped

pytestmark = pytest.mark.browser
UNIT = "南京大学"  # the liaison's of the sample
NUMBER = "25322000000098765432"
FULL_WIDTH = str.maketrans("0123456789,", "０１２３４５６７８９，")


def press(page, name: str) -> None:
    """The step's own button; the frame of the admin has others."""
    page.click(f".panel form button[type=submit]:text-is('{name}')")


def bill(finance, year: int) -> str:
    """A run over one unit; returns the address of its notice."""
    page = finance.open("/admin/fees/duesrun/new/")
    page.fill("#id_year", str(year))
    page.fill("#id_institution", UNIT)
    press(page, "预览")
    page.click(".workflow >> text=开具并发送")
    press(page, "开具并发送")
    page.wait_for_selector("text=批次已启动")
    run = page.url

    def issued():
        finance.open(run)
        return page.locator("text=本批通知单").count()

    wait_until(issued, 60, "the run")
    page.click("text=本批通知单")
    page.click("#result_list a[href*='/change/']")
    page.wait_for_selector(".workflow")
    return page.url


def owed_by(system, unit: str) -> int:
    """Yuan that the unit owes in all: other journeys have billed it too."""
    command = f"from fees.models import Invoice; print('owed', sum(one.owed for one in Invoice.objects.open().filter(institution__name='{unit}')))"
    return int(float(re.search(r"owed ([\d.]+)", system.manage("shell", "-c", command)).group(1)))


def test_too_much_is_paid_and_goes_back_by_two_people_and_the_books_are_closed(system, visitor):
    year = dt.date.today().year + 3
    finance, secretary = visitor(), visitor()
    finance.sign_in_with_password("finance@sample.edu.cn", "/admin/")
    secretary.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")
    notice = bill(finance, year)
    page = finance.page
    page.click(".workflow a[href$='/payment/']")
    page.fill("#id_amount", f"{owed_by(system, UNIT) + 500:,}".translate(FULL_WIDTH))
    press(page, "登记到账")
    page.wait_for_selector("text=¥500.00")
    press(page, "登记到账")
    page.wait_for_selector("text=已登记到账")

    page.click(".workflow a[href$='/refund/']")
    assert page.input_value("#id_amount") == "500.00"
    page.fill("#id_reason", "多付")
    press(page, "提交退款申请")
    page.wait_for_selector("text=待另一人批准")
    finance.open("/admin/fees/refund/?waiting=yes")
    page.click("#result_list a[href*='/change/']")
    refund = page.url
    page.click(".workflow a[href$='/approve/']")
    press(page, "批准")
    page.wait_for_selector("text=退款须由申请人以外的人批准")
    other = secretary.open(refund)
    other.click(".workflow a[href$='/approve/']")
    press(other, "批准")
    other.wait_for_selector(".workflow")
    finance.open(refund)
    page.click(".workflow a[href$='/pay/']")
    page.fill("#id_bank_reference", "CMBC-退-1")
    press(page, "登记退款转账")
    page.wait_for_selector("text=CMBC-退-1")

    finance.open("/admin/fees/closedperiod/new/")
    page.fill("#id_until", (dt.date.today() - dt.timedelta(days=400)).isoformat())
    press(page, "关账")
    page.wait_for_selector(".workflow a[href$='/reopen/']")
    period = page.url
    finance.open("/admin/fees/payment/record/")
    page.fill("#id_institution", UNIT)
    page.fill("#id_received_on", (dt.date.today() - dt.timedelta(days=500)).isoformat())
    page.fill("#id_amount", "1")
    page.fill("#id_payer_name", UNIT)
    press(page, "登记到账")
    press(page, "登记到账")
    page.wait_for_selector("text=该日期的账目已关闭")
    assert page.input_value("#id_payer_name") == UNIT
    finance.open(period)
    page.click(".workflow a[href$='/reopen/']")
    page.fill("#id_reason", "浏览器走查")
    press(page, "重新开账")
    page.wait_for_selector(".workflow, .timeline")
    assert "已结清" in finance.open(notice).inner_text("body")


def test_an_unknown_layout_is_named_once_and_its_lines_are_decided_by_keys(visitor, tmp_path):
    day = dt.date.today() - dt.timedelta(days=3)
    finance = visitor()
    finance.sign_in_with_password("finance@sample.edu.cn", "/admin/")
    file = tmp_path / "地方银行.csv"
    lines = [
        f"{day} 10:00,{amount},{payer},6222{n},{remark}"
        for n, amount, payer, remark in ((1, "1,000.00", "某某印务公司", "货款"), (2, "55.50", "张三", "退书款"))
    ]
    file.write_bytes(("入账时刻,钱数,来自谁,他的号,说了什么\n" + "\n".join(lines) + "\n").encode("gb18030"))
    page = finance.open("/admin/fees/bankstatement/import/")
    page.set_input_files("#id_file", str(file))
    page.click("form button:has-text('查看文件')")
    page.wait_for_selector("h2:has-text('指定各列')")
    press(page, "记住并查看文件")  # nothing said yet: it is asked again, with the reason
    page.wait_for_selector("h2:has-text('指定各列')")
    for field, column in (("date", 0), ("credit", 1), ("payer_name", 2), ("payer_account", 3), ("remark", 4)):
        page.select_option(f"#f_{field}", str(column))
    press(page, "记住并查看文件")
    page.wait_for_selector("text=新增 2 笔")
    page.click("form button:has-text('导入 2 笔')")
    page.wait_for_selector("text=待处理 2 笔")
    picture(page, "statement-of-an-unknown-bank")
    page.keyboard.press("n")
    page.wait_for_selector("text=非本联盟 1 笔")
    page.keyboard.press("n")
    page.wait_for_selector("text=非本联盟 2 笔")

    finance.open("/admin/fees/statementlayout/")
    page.click("#result_list a[href*='/change/']")
    page.wait_for_selector("text=日期 = 入账时刻")
    page = finance.open("/admin/fees/bankstatement/import/")
    page.set_input_files("#id_file", str(file))
    page.click("form button:has-text('查看文件')")
    page.wait_for_selector(".workflow, [data-work], h2")
    assert "指定各列" not in page.inner_text("body")


def test_a_fapiao_finds_its_owner_and_the_red_letter_opens_the_request_again(visitor, tmp_path):
    year = dt.date.today().year + 4
    finance, liaison = visitor(), visitor(width=360)
    finance.sign_in_with_password("finance@sample.edu.cn", "/admin/")
    liaison.sign_in_with_password("liaison@sample.edu.cn", "/portal/")
    bill(finance, year)
    number = re.search(r"JF\d{4}-\d+", finance.page.inner_text("body"))[0]
    mine = liaison.open("/portal/fapiaos/request/")
    mine.check(f"label:has-text('{number}') >> nth=0")
    mine.fill("#id_title", UNIT)
    mine.fill("#id_tax_number", "12100000400000624D")
    mine.fill("#id_email", "finance@nju.example.edu.cn")
    mine.click("main form button[type=submit]")
    mine.wait_for_selector("text=财务开具后会邮件通知")

    issued = tmp_path / "已开发票.zip"
    issued.write_bytes(zipped({f"{UNIT}.xml": xml(number=NUMBER, buyer=UNIT, total="2000.00", day=str(dt.date.today())), "坏.pdf": b"%PDF-1.4"}, gbk=True))
    page = finance.open("/admin/fees/fapiao/import/")
    page.set_input_files("input[type=file]", str(issued))
    press(page, "导入")
    page.wait_for_selector(f"text={NUMBER}")
    assert "PDF 已损坏" in page.inner_text("body")
    liaison.open("/portal/fapiaos/")
    mine.click("button:has-text('我们已收到')")
    mine.wait_for_selector("main")
    assert mine.locator("button:has-text('我们已收到')").count() == 0
    with mine.expect_download() as download:
        mine.click(f"a:has-text('{UNIT}.xml')")
    assert NUMBER in download.value.path().read_text(encoding="utf-8")

    red = tmp_path / "红字.xml"
    red.write_bytes(xml(number="9" * 20, buyer=UNIT, total="-2000.00", day=str(dt.date.today()), extra=f"<Remark>被红冲发票号码{NUMBER}</Remark>"))
    finance.open("/admin/fees/fapiao/import/")
    page.set_input_files("input[type=file]", str(red))
    press(page, "导入")
    page.wait_for_selector("text=" + "9" * 20)
    assert "待开具" in liaison.open("/portal/fapiaos/").inner_text("main")
