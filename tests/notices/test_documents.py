"""The notice on paper: what GB/T 9704-2012 says about places on the page, measured in the PDF."""

import datetime as dt
import io

import pdfplumber
import pytest

from notices.documents import notice_pdf
from notices.models import Notice
from tests.factories.members import StaffFactory

MM = 72 / 25.4


def pages_of(notice):
    with pdfplumber.open(io.BytesIO(notice_pdf(notice))) as document:
        return [page.extract_text_lines(return_chars=False) for page in document.pages]


def notice(lines, **changes):
    body = "\n".join("为推动教师发展中心建设，请各成员单位认真组织。" for _n in range(lines))
    values = {"title": "关于召开会议的通知", "addressee": "各成员单位：", "signature": "秘书处", "dated_on": dt.date(2026, 3, 5), "copy_line": "理事会各成员。"}
    return Notice.objects.create(author=StaffFactory(), body="secretariat", text=body, **(values | changes))


@pytest.mark.django_db
@pytest.mark.parametrize("lines", [1, 8, 9, 10, 11, 30])
def test_the_imprint_ends_with_the_type_area_of_the_last_page(lines):
    last = pages_of(notice(lines))[-1]

    copied, printed, number = last[-3:]
    assert (copied["text"].partition("：")[0], printed["text"][-11:], number["text"][0]) == ("抄送", "2026年3月5日印发", "—")
    assert 257 < printed["bottom"] / MM < 262


@pytest.mark.django_db
def test_without_a_copy_line_there_is_no_imprint():
    (only,) = pages_of(notice(1, copy_line=""))

    assert [line["text"] for line in only[-3:]] == ["秘书处", "2026年3月5日", "— 1 —"]
