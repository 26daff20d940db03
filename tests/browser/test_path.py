"""The path of a university into the alliance, walked in a real browser."""

import datetime as dt
import io
import os
import re
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from icalendar import Calendar
from openpyxl import Workbook

from tests.browser.conftest import ROOT, wait_until
from tests.factories.common import pdf
from tests.members.scans.generate import seal_picture

pytestmark = pytest.mark.browser
SHARED_LIST = Path(os.environ.get("ALLIANCE_SHARED", ROOT.parent / "shared")) / "data" / "moe_list_2025-06-20.xls"
IMAGES = ROOT / "docs" / "images"
APPLICANT = "lisi@suda.example.edu.cn"


def ministry_list(folder: Path) -> tuple[Path, int]:
    """The ministry's own file where it is at hand, else a small one of its shape; and how many universities it has."""
    if SHARED_LIST.exists():
        return SHARED_LIST, 2919
    book = Workbook()
    sheet = book.active
    rows = [
        ["附件1："],
        ["全国普通高等学校名单"],
        ["序号", "学校名称", "学校标识码", "主管部门", "所在地", "办学层次", "备注"],
        ["江苏省（2所）"],
        [1, "苏州大学", 4132010285, "江苏省", "苏州市", "本科", ""],
        [2, "南京大学", 4132010284, "教育部", "南京市", "本科", ""],
    ]
    for row in rows:
        sheet.append(row)
    path = folder / "list.xlsx"
    book.save(path)
    return path, 2


def picture(page, name: str) -> None:
    """A picture for the README, when asked for."""
    if os.environ.get("ALLIANCE_SCREENSHOTS"):
        IMAGES.mkdir(exist_ok=True)
        page.screenshot(path=str(IMAGES / f"{name}.png"))


def record_link(page, text: str):
    """The link of a row in an admin list."""
    return page.locator("#result_list a", has_text=text).first


def fill_part(page, values: dict[str, str]) -> None:
    """Fill one part of the form and save it."""
    for name, value in values.items():
        page.fill(f"#id_{name}", value)
    page.click("main button[type=submit]")
    page.wait_for_selector(".task-list")


def sealed(form):
    """The printed form with a red seal on its last page, scanned into a PDF."""
    document = pypdfium2.PdfDocument(form)
    pages = [page.render(scale=2).to_pil().convert("RGB") for page in document]
    document.close()
    stamp = seal_picture(np.random.default_rng(1), 240, (200, 20, 40))
    pages[-1].paste(stamp, (700, 900), stamp)
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=144)
    return buffer.getvalue()


def test_a_university_joins_the_alliance(system, visitor, tmp_path):
    sink = system.sink
    staff = visitor()
    staff.sign_in_with_password("secretariat@sample.edu.cn", "/admin/")

    # 1. The ministry's list, compared first and taken over in the background.
    path, count = ministry_list(tmp_path)
    page = staff.open("/admin/members/institution/import/")
    page.set_input_files("#id_file", str(path))
    page.click("main form button.button, form button.button")
    page.wait_for_selector("text=新增")
    page.click("button:has-text('确认导入')")
    page.wait_for_url(re.compile(r"/admin/common/job/\d+/"))

    def imported():
        page.reload()
        return f"{count} / {count}" in page.inner_text("body") and "完成" in page.inner_text("body")

    wait_until(imported, 120, "the import")

    # 2. The applicant, on a phone.
    home = visitor().open("/")
    assert "共创教师发展" in home.inner_text("h1")
    picture(home, "home")
    applicant = visitor(width=360, height=740)
    page = applicant.open("/apply/")
    page.click("text=开始申请")
    # Whoever pressed the button before signing in is led on to the draft.
    applicant.sign_in_with_code(APPLICANT, "/apply/")
    page.wait_for_selector(".task-list")
    reference = re.search(r"RM\d{4}-\d{4}", page.inner_text("main")).group()
    page.click("text=学校")
    page.fill("#q", "苏大")
    page.click("main form[role=search] button")
    page.click("label:has-text('苏州大学 ') >> nth=0")
    page.click("button:has-text('选择这所学校')")
    page.wait_for_selector("text=苏州大学 · 入盟申请")
    page.click("text=部门与负责人")
    fill_part(page, {"department": "教师教学发展中心", "head_name": "张主任", "head_post": "主任"})
    page.click("text=联络人与财务联系人")
    contacts = {"liaison_name": "李老师", "liaison_mobile": "１３８００００１２３４", "finance_name": "赵会计", "finance_email": "caiwu@suda.example.edu.cn"}
    fill_part(page, contacts)
    page.click("text=中心概况")
    fill_part(page, {"centre_staff": "9", "centre_activities": "42", "centre_profile": "中心成立于2012年，开展教师发展活动。"})
    page.click("text=财务及开票信息")
    page.fill("#id_invoice_title", "苏州大学")
    page.fill("#id_invoice_tax_number", "121000OO400000624D")
    page.fill("#id_invoice_email", "fapiao@suda.example.edu.cn")
    page.click("main button[type=submit]")
    assert "是否应为 12100000400000624D" in page.inner_text(".error-summary")
    fill_part(page, {"invoice_tax_number": "12100000400000624D"})
    page.click("text=声明与同意")
    page.check("#id_consent_charter_at")
    page.check("#id_consent_privacy_at")
    page.click("main button[type=submit]")
    page.click("text=打印、加盖部门章、上传扫描件")
    form = applicant.context.request.get(f"{system.url}/apply/{reference}/form.pdf")
    assert form.body()[:5] == b"%PDF-"
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(sealed(form.body()))
    page.set_input_files("#id_scan", str(scan))
    page.click("main form[enctype] button[type=submit]")
    # The machine looks at it in the background, and the page says so by itself.
    page.wait_for_selector("text=核对无误：页面齐全")
    page.click("text=核对并提交")
    page.click("button:has-text('提交申请')")
    page.wait_for_selector(".confirmation")
    assert page.inner_text(".confirmation__reference") == reference
    sink.wait_for(APPLICANT, f"已收到您的申请 {reference}")

    # 3. Returned once, corrected, passed to the council.
    page = staff.open("/admin/")
    page.click("text=待审核的申请")
    record_link(page, reference).click()
    page.click(".workflow >> text=退回修改")
    page.select_option("#id_field_1", "head_name")
    page.fill("#id_text_1", "负责人姓名请写全名。")
    page.click("button:has-text('退回并通知申请人')")
    page.wait_for_selector(".letter")
    page.click("button:has-text('退回并通知申请人')")
    sink.wait_for(APPLICANT, "需要修改")
    page = applicant.open(f"/apply/{reference}/")
    assert "负责人姓名请写全名。" in page.inner_text("main")
    page.click("text=部门与负责人")
    fill_part(page, {"head_name": "张建国"})
    page.click("text=打印、加盖部门章、上传扫描件")
    assert "此扫描件已过时" in page.inner_text("main")
    scan.write_bytes(pdf(2))
    page.set_input_files("#id_scan", str(scan))
    page.click("main form[enctype] button[type=submit]")
    # Empty pages: the machine doubts, and the person sends them all the same, with a word to the screener.
    page.wait_for_selector("text=未能识别二维码")
    page.click("text=核对并提交")
    page.fill("#id_remark", "扫描件为附页，请与上次一并查看。")
    page.click("button:has-text('提交申请')")
    page.wait_for_selector(".confirmation")
    page = staff.open("/admin/members/application/?status__exact=submitted")
    record_link(page, reference).click()
    assert "扫描件为附页，请与上次一并查看。" in page.inner_text("body")
    assert "张主任" in page.inner_text("del >> nth=0")
    page.mouse.wheel(0, 420)
    picture(page, "screening")
    # The pages of the scan turn and grow beside the answers.
    page.click("[data-turn]")
    page.click("[data-larger]")
    assert page.get_attribute(".viewer img >> nth=0", "class") == "viewer__picture viewer__picture--turn1 viewer__picture--size1"
    page.click(".workflow >> text=报送理事会")
    page.fill("#id_recommendation", "材料齐全，印章清晰。")
    page.click("form button:has-text('报送理事会')")

    # 4. The council votes.
    page.click(".workflow >> text=提交表决")
    page.click("button:has-text('生成草稿')")
    page.click(".workflow >> text=开启")
    page.click("button:has-text('开启并通知理事')")
    page.wait_for_selector(".letter")
    page.click("button:has-text('开启并通知理事')")
    page.wait_for_selector("text=3 席中已有 0 席表决")
    ballot = page.url
    for number in (1, 2, 3):
        address = f"council{number}@sample.edu.cn"
        letter = sink.wait_for(address, "请您表决：关于接收").get_body(("plain",)).get_content()
        member = visitor(width=360, height=740, javascript=number != 3)
        member.sign_in_with_code(address, re.search(r"(/council/ballots/\d+/)", letter).group())
        page = member.page
        assert "材料齐全，印章清晰。" in page.inner_text("main")
        if number == 1:
            picture(page, "vote")
            page.click("text=查看材料与盖章件")
            assert "张建国" in page.inner_text("main")
            page.click("text=返回表决")
        page.locator("input[value=for]").first.check()
        page.click("button:has-text('提交表决')")
        page.wait_for_selector("text=已收到 1 项表决")
    page = staff.open(ballot)
    page.wait_for_selector("text=3 席中已有 3 席表决")
    page.click(".workflow >> text=立即截止")
    page.wait_for_selector(".letter")
    page.click("button:has-text('截止并计票')")
    page.wait_for_selector("text=通过")

    # 5. The payment notice.
    notice = sink.wait_for("caiwu@suda.example.edu.cn", "缴费通知单")
    text = notice.get_body(("plain",)).get_content()
    number = re.search(r"JF\d{4}-\d{4}", notice["Subject"]).group()
    assert "¥5,000.00" in text
    assert "可持续联盟+苏州大学+入会费及年费" in text
    assert "691911524" in text
    (attachment,) = notice.iter_attachments()
    assert attachment.get_content()[:5] == b"%PDF-"

    # 6. The payment, by finance; certificate and welcome.
    finance = visitor()
    finance.sign_in_with_password("finance@sample.edu.cn", "/admin/")
    page = finance.open("/admin/")
    page.click("text=未结清的缴费通知单")
    record_link(page, number).click()
    page.click(".workflow >> text=登记到账")
    page.fill("#id_amount", "５，０００")
    page.click("form button:has-text('登记到账')")
    page.wait_for_selector("text=已登记到账")
    welcome = sink.wait_for(APPLICANT, "欢迎苏州大学加入联盟")
    verify = re.search(r"http\S+/verify/\w+/", welcome.get_body(("plain",)).get_content()).group()
    page = visitor().open(verify)
    assert "真实有效" in page.inner_text("main")
    assert f"{dt.date.today().year}-001" in page.inner_text("main")

    # 7. Three teachers; the fourth is refused.
    page = applicant.open("/portal/meetings/")
    page.locator("main li", has_text="季度项目会议").locator("a.button").click()
    for n in (1, 2, 3, 4):
        page.fill("#id_name", f"教师{n}")
        page.fill("#id_email", f"teacher{n}@suda.example.edu.cn")
        page.click("main form[novalidate] button[type=submit]")
        page.wait_for_selector(f"text=教师{n}")
    assert "苏州大学在本次会议的 3 个名额已用完" in page.inner_text(".error-summary")
    assert "已用 1/3 次免费会议" in page.inner_text("main")
    for n in (1, 2, 3):
        mail = sink.wait_for(f"teacher{n}@suda.example.edu.cn", "报名成功")
        (entry,) = mail.iter_attachments()
        (event,) = Calendar.from_ical(entry.get_payload(decode=True)).walk("VEVENT")
        assert event["SEQUENCE"] == 0
    assert sink.to("teacher4@suda.example.edu.cn") == []

    # 8. Reminders, twice: each once. Staff want one for the meeting today, so many days before it.
    page = staff.open("/admin/notices/reminderrule/add/")
    page.select_option("#id_kind", "meeting_soon")
    page.fill("#id_offset_days", "-42")
    page.click("button[name=_save], input[name=_save]")
    page.wait_for_url(re.compile(r"/admin/notices/reminderrule/(\?|$)"))
    due = [line for line in system.manage("send_reminders", "--dry-run").splitlines() if line.strip()]
    before = len(sink.mails)
    first, second = system.manage("send_reminders"), system.manage("send_reminders")
    assert second.strip() == "0 reminders queued"
    assert first.strip() == f"{len(due)} reminders queued"
    assert len(due) >= 3
    assert len(sink.mails) - before <= len(due)

    # 9. The timeline tells all of it.
    page = staff.open("/admin/members/application/")
    record_link(page, reference).click()
    page.wait_for_selector(".timeline__what")
    steps = page.locator(".timeline__what").all_inner_texts()
    assert steps[0] == "开始申请"
    assert [step for step in steps if step in {"提交申请", "退回修改", "报送理事会", "表决截止", "理事会通过", "开具缴费通知单", "缴费通知单结清", "正式入盟"}] == [
        "提交申请", "退回修改", "提交申请", "报送理事会", "表决截止", "理事会通过", "开具缴费通知单", "缴费通知单结清", "正式入盟",
    ]  # fmt: skip
