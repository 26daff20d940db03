"""A unit's officer with a phone sends an application in under ten minutes: taps and keys are counted, and priced as a slow thumb needs them.

The walk to whoever keeps the seal is not in it; printing, photographing and uploading is.
"""

import io
import re
from dataclasses import dataclass, field

import pypdfium2
import pytest
from playwright.sync_api import Page

from tests.browser.test_path import sealed

pytestmark = pytest.mark.browser
OFFICER = "qian@ncu.example.edu.cn"
# Seconds: to find and tap something; for one key of a phone's keyboard; to read a new page; to photograph a page of paper.
TAP, KEY, READ, PHOTO = 2.0, 0.6, 8.0, 20.0
TEN_MINUTES = 600


@dataclass
class Thumb:
    """Does what a person does, and keeps count."""

    page: Page
    taps: int = 0
    keys: int = 0
    photos: int = 0
    pages: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Each page is read once, and fits the phone's width."""
        self.pages.add(re.sub(r"\?.*", "", self.page.url))
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), self.page.url

    def tap(self, what: str) -> None:
        """Tap, then look where it led."""
        self.taps += 1
        self.page.click(what)
        self.page.wait_for_load_state()
        self.look()

    def write(self, fields: dict[str, str]) -> None:
        """One tap into each field, then its keys (a Chinese character is two to three of them)."""
        for name, text in fields.items():
            self.taps += 1
            self.keys += sum(1 if c.isascii() else 3 for c in text)
            self.page.fill(f"#id_{name}", text)

    @property
    def seconds(self) -> float:
        """As a slow thumb needs them."""
        return self.taps * TAP + self.keys * KEY + len(self.pages) * READ + self.photos * PHOTO


def photos_of(form: bytes) -> list[dict]:
    """The sealed pages, each photographed."""
    document = pypdfium2.PdfDocument(sealed(form))
    pages = []
    for number, page in enumerate(document):
        buffer = io.BytesIO()
        page.render(scale=2).to_pil().convert("RGB").save(buffer, "JPEG", quality=80)
        pages.append({"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()})
    document.close()
    return pages


def test_an_officer_sends_an_application_on_a_phone_in_ten_minutes(system, visitor):
    officer = visitor(width=360, height=740)
    thumb = Thumb(officer.open("/"))
    page = thumb.page
    thumb.look()
    page.goto(f"{system.url}/apply/")
    thumb.look()
    thumb.tap("text=开始申请")
    # The address and the code from the mail: two fields, two buttons, and a look into the mailbox.
    thumb.taps, thumb.keys, thumb.photos = thumb.taps + 5, thumb.keys + len(OFFICER) + 8, thumb.photos + 1
    officer.sign_in_with_code(OFFICER, "/apply/")
    page.wait_for_selector(".task-list")
    reference = re.search(r"RM\d{4}-\d{4}", page.inner_text("main")).group()

    thumb.tap("text=学校")
    if page.locator("#q").count():
        page.fill("#q", "南昌大学")
        thumb.keys += 12
        thumb.tap("main form[role=search] button")
    thumb.tap("label:has-text('南昌大学 ') >> nth=0")
    thumb.tap("button:has-text('选择这所学校')")
    thumb.tap("text=部门与负责人")
    thumb.write({"department": "教师发展中心", "head_name": "周主任", "head_post": "主任"})
    thumb.tap("main button[type=submit]")
    thumb.tap("text=联络人与财务联系人")
    thumb.write({"liaison_name": "钱老师", "liaison_mobile": "13900001234", "finance_name": "吴会计", "finance_email": "caiwu@ncu.example.edu.cn"})
    thumb.tap("main button[type=submit]")
    thumb.tap("text=中心概况")
    thumb.write({"centre_staff": "6", "centre_activities": "30", "centre_profile": "中心负责全校教师培训与教学咨询，每年举办三十余场工作坊。"})
    thumb.tap("main button[type=submit]")
    thumb.tap("text=财务及开票信息")
    thumb.write({"invoice_title": "南昌大学", "invoice_tax_number": "12100000400000624D", "invoice_email": "fapiao@ncu.example.edu.cn"})
    thumb.tap("main button[type=submit]")
    thumb.tap("text=声明与同意")
    thumb.tap("#id_consent_charter_at")
    thumb.tap("#id_consent_privacy_at")
    thumb.tap("main button[type=submit]")
    thumb.tap("text=打印、加盖部门章、上传扫描件")
    form = officer.context.request.get(f"{system.url}/apply/{reference}/form.pdf").body()
    pictures = photos_of(form)
    thumb.taps, thumb.photos = thumb.taps + 4, thumb.photos + len(pictures)
    page.set_input_files("#id_scan", pictures)
    thumb.tap("main form[enctype] button[type=submit]")
    page.wait_for_selector("text=核对无误：页面齐全")
    thumb.tap("text=核对并提交")
    thumb.tap("button:has-text('提交申请')")

    page.wait_for_selector(".confirmation")
    print(f"{thumb.taps} taps, {thumb.keys} keys, {len(thumb.pages)} pages, {thumb.photos} photos and mails: {thumb.seconds:.0f} s")
    assert thumb.seconds < TEN_MINUTES
    assert officer.complaints == []
