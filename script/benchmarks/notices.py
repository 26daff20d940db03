"""Official notices: the document, pasted text, and the list of a mailing to 5,000 people."""

import datetime as dt
import resource
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Affiliation, Institution, Membership, Person
from notices.documents import notice_docx, notice_pdf
from notices.gongwen.blocks import read_blocks, write_blocks
from notices.gongwen.markup import clean, text_from_html
from notices.models import IssuingOffice, Notice
from notices.selectors.audiences import resolve

UNITS = 500
PEOPLE_EACH = 10
PASTE = "<h1>总体安排</h1><p class=MsoNormal>为交流<b>项目</b>进展，见<a href='https://a.edu.cn/'>通知</a>。</p><ol><li>甲</li><li>乙</li></ol><table><tr><th>名</th></tr><tr><td>值</td></tr></table>"


def jobs() -> list[dict[str, Any]]:
    """Each measure as a row, see run.py."""
    return [_paste(), _document(), _list()]


def _timed(work: Callable[[], object]) -> tuple[float, int]:
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        work()
    return time.perf_counter() - began, len(captured)


def _row(job: str, size: int, work: Callable[[], object], reference: str, other: Callable[[], object]) -> dict[str, Any]:
    reference_seconds, _queries = _timed(other)
    seconds, queries = _timed(work)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "job": job, "size": size, "seconds": round(seconds, 4), "reference": reference, "reference_seconds": round(reference_seconds, 4),
        "ratio": round(seconds / reference_seconds, 2), "queries": queries, "peak_mib": round(peak, 1),
    }  # fmt: skip


def _paste() -> dict[str, Any]:
    """A pasted document of some 100 pages, beside nh3 alone."""
    html = PASTE * 400
    return _row("pasted text into blocks", len(html), lambda: write_blocks(read_blocks(text_from_html(html))), "nh3 alone", lambda: clean(html))


def _document() -> dict[str, Any]:
    """A notice of ten pages as PDF, beside the DOCX of the same."""
    IssuingOffice.of("secretariat")
    text = "\n".join(f"{'一二三四五六七八九十'[n % 10]}、标题\n" + "正文" * 200 for n in range(10))
    notice = Notice(title="关于测试的通知", text=text, signature="秘书处", dated_on=dt.date(2026, 3, 2), pk=0)
    notice_pdf(notice)
    return _row("official document as PDF", len(text), lambda: notice_pdf(notice), "as DOCX", lambda: notice_docx(notice))


def _list() -> dict[str, Any]:
    """The list of a mailing, beside the bare query of the same rows."""
    joined = dt.date(2024, 1, 1)
    units = Institution.objects.bulk_create(Institution(name=f"名单样例{n}大学", moe_code=f"45{n:08d}") for n in range(UNITS))
    Membership.objects.bulk_create(
        Membership(institution=unit, number=f"B{n:04d}", status="active", joined_on=joined, approved_on=joined) for n, unit in enumerate(units)
    )
    people = Person.objects.bulk_create(Person(name=f"老师{n}", email=f"list{n}@example.edu.cn") for n in range(UNITS * PEOPLE_EACH))
    Affiliation.objects.bulk_create(Affiliation(person=person, institution=units[n % UNITS], role="delegate", since=joined) for n, person in enumerate(people))
    conditions = {"roles": ["delegate"], "standing": ["good"], "owes": "no"}
    bare = Affiliation.objects.filter(role="delegate", institution__memberships__status="active").select_related("person", "institution")
    return _row("list of a mailing", UNITS * PEOPLE_EACH, lambda: resolve(conditions), "the bare rows", lambda: list(bare))
