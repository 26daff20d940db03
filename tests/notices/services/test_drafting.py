"""Drafts: fields, attachments, checks, review as set, and the same words on page, PDF and DOCX."""

import io

import docx
import pdfplumber
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliance.common.clock import now
from alliance.common.exceptions import DomainError
from notices.documents import notice_docx, notice_pdf
from notices.gongwen.fields import fill
from notices.models import IssuingOffice, Notice, NoticeAttachment
from notices.selectors.findings import findings_of
from notices.services.drafting import NotReady, UnknownField, attach, change_draft, detach
from notices.services.issuing import NotYourOwn, issue_notice, submit_notice
from tests.factories.common import pdf, png
from tests.factories.members import StaffFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db
FORM = "| 姓名 | 手机 |\n| --- | --- |\n|  |  |"


def words(content):
    with pdfplumber.open(io.BytesIO(content)) as document:
        return ["".join((page.extract_text() or "").split()) for page in document.pages]


@pytest.mark.parametrize("fields", [{"text": "请{{校名}}参会"}, {"title": "致{{x}}"}, {"addressee": "{{}}："}])
def test_an_unknown_field_is_refused_when_the_draft_is_saved(draft, secretary, fields):
    with pytest.raises(UnknownField):
        draft(**fields)
    with pytest.raises(UnknownField):
        change_draft(draft(), actor=secretary, **fields)


def test_a_field_is_no_placeholder_and_strangers_read_the_general_word(draft):
    one = draft(text="请{{单位名称}}于{{ due_on }}前缴纳。")

    assert (findings_of(one), fill(one.text)) == ([], "请贵单位于缴费截止日期前缴纳。")


def test_each_unit_reads_its_own_name(issued, liaison):
    one = issued(text="请{{单位名称}}参会。", public_from=now())
    own = liaison.person.affiliations.get().institution.name
    page = reverse("notices:notice", args=[one.year, one.place])

    assert (f"请{own}参会。" in client_for(liaison).get(page).text, "请贵单位参会。" in client_for(None).get(page).text) == (True, True)
    assert f"请{own}参会。" in words(client_for(liaison).get(f"{page}notice.pdf").content)[0]


def test_attachments_stand_on_new_pages_in_order_with_running_numbers(draft, secretary):
    one = draft(text="一、报名\n见附件1、附件2、附件3。")
    attach(one, actor=secretary, title="参会回执", text=FORM)
    attach(one, actor=secretary, title="交通图", upload=SimpleUploadedFile("a.png", png()))
    attach(one, actor=secretary, title="章程", upload=SimpleUploadedFile("b.pdf", pdf(2)))

    pages = words(notice_pdf(one))

    assert [page.startswith(start) for page, start in zip(pages[2:5], ["附件1参会回执", "附件2交通图", "附件3章程"], strict=True)] == [True] * 3
    assert ([page[-3:] for page in pages], "附件：1.参会回执2.交通图" in pages[0]) == ([f"—{n}—" for n in range(1, 7)], True)


def test_an_attachment_that_is_named_and_missing_is_a_serious_finding(draft, secretary):
    one = draft(text="见附件2。")
    attach(one, actor=secretary, title="回执", text=FORM)

    assert [(str(finding.message), finding.serious) for finding in findings_of(one)] == [("正文提到附件2，现有附件 1 个。", True)]


def test_taken_out_the_others_move_up_and_nothing_changes_after_the_draft(draft, secretary):
    one = draft()
    first = attach(one, actor=secretary, title="甲", text=FORM)
    attach(one, actor=secretary, title="乙", text=FORM)
    detach(first, actor=secretary)
    submit_notice(one, actor=secretary)

    assert list(one.attachments.values_list("position", "title")) == [(1, "乙")]
    with pytest.raises(NotReady):
        attach(one, actor=secretary, title="丙", text=FORM)
    for change in (lambda: NoticeAttachment.objects.update(title="x"), lambda: NoticeAttachment.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_an_attachment_is_a_file_or_a_text(draft, secretary):
    for given in ({}, {"text": FORM, "upload": SimpleUploadedFile("a.png", png())}):
        with pytest.raises(DomainError):
            attach(draft(), actor=secretary, title="甲", **given)


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("/notices/2026/1/", True),
        ("/notices/2026/99/", False),
        ("/notices/2026/council-x/", False),
        ("/nowhere", False),
        ("/meetings/none/", False),
        ("/", True),
    ],
)
def test_links_to_our_own_pages_are_followed(draft, issued, link, leads):
    issued()

    assert [str(finding.message) for finding in findings_of(draft(text=f"见[页面]({link})。"))] == ([] if leads else ["此链接无法打开。"])


def test_a_number_that_nobody_knows_is_pointed_out(draft, issued):
    issued()

    assert [finding.where for finding in findings_of(draft(text="按秘书处〔2026〕1号、（秘书处〔2026〕7号）办理。"))] == ["秘书处〔2026〕7号"]


def test_where_no_review_is_needed_the_author_issues_and_else_not_by_any_door(draft, secretary):
    with pytest.raises(NotYourOwn):
        issue_notice(submit_notice(draft(), actor=secretary), actor=secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(issued_by=secretary)
    IssuingOffice.objects.filter(body="secretariat").update(needs_review=False)

    assert issue_notice(draft(), actor=secretary).number == "秘书处〔2026〕1号"


def test_the_number_takes_the_offices_own_word(draft, secretary):
    IssuingOffice.of("secretariat")
    IssuingOffice.objects.update(needs_review=False, number_word="联盟秘")

    assert issue_notice(draft(), actor=secretary).number == "联盟秘〔2026〕1号"


def test_page_pdf_and_word_file_say_the_same(issued):
    text = "一、时间\n2026年**3月**20日，见[通知](https://a.edu.cn/x)。\n- 甲项\n| 名称 | 数量 |\n| --- | --- |\n| 材料 | 二份 |\n（一）子目"
    one = issued(text=text, public_from=now(), signature="联盟秘书处\n西交利物浦大学")
    page = client_for(None).get(reverse("notices:notice", args=[one.year, one.place])).text
    paper = "".join(words(notice_pdf(one)))
    document = docx.Document(io.BytesIO(notice_docx(one)))
    word = "".join(paragraph.text for paragraph in document.paragraphs) + "".join(cell.text for row in document.tables[0].rows for cell in row.cells)

    for expected in (one.number, "一、时间", "甲项", "名称", "材料", "二份", "（一）子目", "联盟秘书处", "西交利物浦大学", "2026年3月2日"):
        assert (expected, expected in page, expected in paper, expected in word) == (expected, True, True, True)
    faces = {run._r.rPr.rFonts.get(docx.oxml.ns.qn("w:eastAsia")) for paragraph in document.paragraphs for run in paragraph.runs if run._r.rPr is not None}
    assert {"仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"} <= faces


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_as_much_for_thirty_notices_as_for_one(issued, liaison, count, django_assert_num_queries):
    for _n in range(count):
        issued()
    client = client_for(liaison)
    client.get(reverse("notices:list"))

    with django_assert_num_queries(13):
        client.get(reverse("notices:list"))


def test_unread_notices_stand_first(issued, liaison):
    first, second = issued(title="甲通知"), issued(title="乙通知")
    client = client_for(liaison)
    client.post(reverse("notices:notice", args=[second.year, second.place]))

    page = client.get(reverse("notices:list")).text
    assert page.index(first.title) < page.index(second.title)
    assert (first.title in client.get(reverse("portal:overview")).text, second.title in client.get(reverse("portal:overview")).text) == (True, False)


def test_the_editor_asks_the_server_to_clean_what_is_pasted(secretary, liaison):
    url = reverse("admin:notices_notice_clean")
    answer = client_for(secretary).post(url, {"html": "<p>一、甲<script>x</script></p><p>三、乙</p>"}).json()

    assert (answer["text"], "编号不连续" in answer["said"], client_for(liaison).post(url, {"html": "x"}).status_code) == ("一、甲\n三、乙", True, 302)


def test_by_pages_an_attachment_is_added_changed_and_taken_out(draft, secretary):
    one, client = draft(), client_for(secretary)
    client.post(reverse("admin:notices_notice_attach", args=[one.pk]), {"title": "回执", "text": FORM})
    change, remove = [reverse(f"admin:notices_notice_{name}", args=[one.pk, 1]) for name in ("attachment", "detach")]

    shown = client.get(change).status_code, client.get(remove).status_code
    client.post(change, {"title": "参会回执", "text": FORM})
    changed = one.attachments.get().title
    client.post(remove)

    assert (shown, changed, one.attachments.count(), client.get(change).status_code) == ((200, 200), "参会回执", 0, 404)


def test_an_attachment_does_not_move_out_of_an_issued_notice_nor_into_one(draft, secretary):
    one, other = draft(text="一、报名\n见附件。"), draft()
    attachment = attach(one, actor=secretary, title="参会回执", text=FORM)
    issue_notice(submit_notice(one, actor=secretary), actor=StaffFactory())
    loose = attach(other, actor=secretary, title="回执", text=FORM)

    for row, target in ((attachment, other), (loose, one)):
        with pytest.raises(IntegrityError, match="columns of notices_noticeattachment are fixed|no longer a draft"), transaction.atomic():
            NoticeAttachment.objects.filter(pk=row.pk).update(notice=target, position=9)
    assert (one.attachments.get(), other.attachments.get()) == (attachment, loose)


def test_a_notice_is_the_basis_of_a_new_draft_with_attachments_of_its_own(draft, secretary, client_for):
    old = draft(title="关于召开季度会议的通知", text="一、时间\n另行通知。", copy_line="各理事单位。")
    attach(old, actor=secretary, title="回执", text="姓名：")
    attach(old, actor=secretary, title="议程", upload=SimpleUploadedFile("议程.pdf", pdf()))

    client_for(secretary).post(reverse("admin:notices_notice_reuse", args=[old.pk]))

    new = Notice.objects.exclude(pk=old.pk).get()
    assert (new.title, new.text, new.copy_line, new.state, new.number) == (old.title, old.text, old.copy_line, "draft", None)
    assert [(row.title, row.text) for row in new.attachments.order_by("position")] == [("回执", "姓名："), ("议程", "")]
    mine, theirs = new.attachments.get(title="议程").file, old.attachments.get(title="议程").file
    assert (mine.pk == theirs.pk, mine.sha256 == theirs.sha256, mine.owner) == (False, True, new)
