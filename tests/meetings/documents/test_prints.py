"""Documents for the day: everybody is on them, long names fit, in the order of pinyin."""

import io

import pypdfium2
import pytest
import time_machine

from alliance.common.jobs import run_due
from alliance.common.models import StoredFile
from meetings.documents.personal import certificates, invitation, ticket
from meetings.documents.prints import LAYOUTS, badges, ems, fitting, name_lines, sign_in_sheet
from meetings.documents.report import meeting_report
from meetings.enums import Print
from meetings.models import Decision, Minutes
from meetings.selectors.figures import in_order
from meetings.selectors.prints import standing_prints
from meetings.services.certificates import issue_certificate
from meetings.services.printing import NobodyToPrint, start_print
from tests.factories.meetings import MeetingFactory, RegistrationFactory, ReportFactory
from tests.support import moment

pytestmark = pytest.mark.django_db
LONG = "阿卜杜热合曼·买买提依明江·阿不都克里木"
LONG_UNIT = "香港中文大学（深圳）粤港澳大湾区高校教师教学发展与学术支持联合中心"


def texts(content):
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    try:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "").replace(" ", "").replace("\u3000", "") for page in document]
    finally:
        document.close()


@pytest.fixture
def meeting():
    meeting = MeetingFactory(title="2100年第1季度项目会议", place="苏州")
    RegistrationFactory(meeting=meeting, person__name=LONG, institution__name=LONG_UNIT)
    for name, unit in [("张三", "安徽大学"), ("李四", "重庆大学"), ("王五", "安徽大学")]:
        from members.models import Institution

        institution = Institution.objects.filter(name=unit).first()
        RegistrationFactory(meeting=meeting, person__name=name, **({"institution": institution} if institution else {"institution__name": unit}))
    return meeting


def people(meeting):
    return list(meeting.registrations.select_related("person", "institution", "meeting"))


def test_units_and_names_are_sorted_by_their_sound(meeting):
    by_unit = [r.person.name for r in in_order(people(meeting), "unit")]
    by_name = [r.person.name for r in in_order(people(meeting), "name")]

    assert by_unit == ["王五", "张三", "李四", LONG]
    assert by_name == [LONG, "李四", "王五", "张三"]


@pytest.mark.parametrize("size", list(LAYOUTS))
def test_every_badge_has_the_whole_name_and_unit(meeting, size):
    (page,) = texts(badges(meeting, people(meeting), size=size, order="unit"))

    assert [word in page for word in (LONG, LONG_UNIT, "王五", "重庆大学")] == [True] * 4


def test_eleven_badges_are_two_sheets(meeting):
    RegistrationFactory.create_batch(7, meeting=meeting)

    assert len(texts(badges(meeting, people(meeting), size="90x54", order="name"))) == 2


@pytest.mark.parametrize("text", [LONG, "张三", "Dr. Alexander von Humboldt-Schmidt", "王" * 40])
def test_type_shrinks_until_the_text_fits(text):
    size = fitting(text, 78, 24, lines=2)

    assert ems(text) * size / (72 / 25.4) <= 78 * 2
    assert size <= 24


def test_the_sign_in_sheet_repeats_its_head_and_has_empty_lines(meeting):
    RegistrationFactory.create_batch(40, meeting=meeting)

    pages = texts(sign_in_sheet(meeting, people(meeting), order="unit"))

    assert (len(pages) >= 2, all("签名" in page for page in pages), LONG in "".join(pages)) == (True, True, True)


def test_ticket_and_invitation_say_who_when_and_where(meeting):
    place = next(r for r in people(meeting) if r.person.name == "李四")
    meeting.invitation_note = "本次会议不收取会务费。"
    place.meeting.invitation_note = meeting.invitation_note

    (first,), (letter,) = texts(ticket(place)), texts(invitation(place))

    assert [word in first for word in ("李四", "重庆大学", "2100年3月20日")] == [True] * 3
    assert [word in letter for word in ("邀请函", "重庆大学：", "李四老师", "（盖章）", "不收取会务费", "苏州")] == [True] * 6


def test_certificates_are_a_page_each_with_their_codes(meeting):
    places = people(meeting)
    documents = [issue_certificate(place, source="sample") for place in places[:3]]

    pages = texts(certificates(places))

    assert [document.code in page for document, page in zip(documents, pages, strict=True)] == [True] * 3


def test_the_report_tells_the_whole_meeting(meeting):
    Minutes.objects.create(meeting=meeting, text="会议听取了汇报。")
    Decision.objects.create(meeting=meeting, text="通过标准初稿。", responsible="秘书处")
    ReportFactory(meeting=meeting, project__name="能力框架标准", summary="完成初稿。")

    whole = "".join(texts(meeting_report(meeting)))

    assert [word in whole for word in ("会议听取了汇报", "通过标准初稿", "能力框架标准", "完成初稿", LONG)] == [True] * 5


def test_a_print_is_made_in_the_background_and_replaces_the_last_one(meeting, secretary):
    for _n in range(2):
        job = start_print(meeting, Print.BADGES, actor=secretary, size="90x54")
        run_due()
    job.refresh_from_db()

    assert (job.state, job.done, standing_prints(meeting).count(), StoredFile.objects.count()) == ("done", 4, 1, 1)


def test_nothing_is_printed_for_nobody(secretary):
    with time_machine.travel(moment("2026-03-01 09:00"), tick=False), pytest.raises(NobodyToPrint):
        start_print(MeetingFactory(), Print.SIGN_IN, actor=secretary)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("阿卜杜热西提·买买提依明", ["阿卜杜热西提·", "买买提依明"]),
        ("古丽米热·艾合买提江", ["古丽米热·艾合买提江"]),
        ("Maria Fernanda González", ["Maria Fernanda González"]),
        ("欧阳修远", ["欧阳修远"]),
    ],
)
def test_a_long_name_breaks_behind_its_dot_only(name, lines):
    assert name_lines(name) == lines
