"""Project reports (R17), papers, minutes: who reads them and where they show."""

import datetime as dt
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from alliance.common.exceptions import InvalidTransition
from meetings.models import FeedbackAnswer, FeedbackQuestion, FeedbackResponse, Minutes, ProjectReport
from meetings.services.content import add_material, hand_in_report, publish_minutes, withdraw_material
from members.enums import EndedHow
from members.models import Membership
from members.services.memberships import end_membership
from tests.factories.common import pdf
from tests.factories.meetings import (
    FeedbackQuestionFactory,
    MaterialFactory,
    MeetingFactory,
    ProjectFactory,
    RegistrationFactory,
    ReportFactory,
    SessionFactory,
)
from tests.factories.members import AffiliationFactory, MembershipFactory
from tests.support import client_for, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_spring():
    with time_machine.travel(moment("2100-04-10 09:00"), tick=False):
        yield


def test_a_report_is_heard_at_a_quarterly_meeting_and_shows_there(client, secretary):
    meeting = MeetingFactory(public_from=moment("2100-01-01 09:00"))
    project = ProjectFactory(name="能力框架标准")

    hand_in_report(
        project, year=2100, quarter=1, summary="完成初稿。", meeting=meeting, readers="everybody", actor=secretary, upload=SimpleUploadedFile("r.pdf", pdf())
    )

    page, own = (client.get(url).content.decode() for url in (meeting.get_absolute_url(), project.get_absolute_url()))
    assert [("能力框架标准" in text, "完成初稿。" in text) for text in (page, own)] == [(True, True)] * 2


def test_a_quarter_has_one_report_and_a_second_one_replaces_it(secretary):
    project = ProjectFactory()
    for summary in ("一稿", "二稿"):
        hand_in_report(project, year=2100, quarter=1, summary=summary, actor=secretary)

    assert list(ProjectReport.objects.values_list("summary", flat=True)) == ["二稿"]
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportFactory(project=project, year=2100, quarter=1)


def test_the_leading_unit_hands_in_and_for_another_unit_the_project_does_not_exist(client_for, liaison):
    ours = ProjectFactory(lead_institution=liaison.person.affiliations.get().institution)
    theirs = ProjectFactory()
    data = {"year": 2100, "quarter": 1, "summary": "进展顺利。"}

    answers = [client_for(liaison).post(reverse("unit_meetings:report", args=[p.pk]), data).status_code for p in (ours, theirs)]

    assert (answers, ProjectReport.objects.get().project) == ([302, 404], ours)


def test_a_photo_loses_where_it_was_taken(secretary):
    picture, exif = Image.new("RGB", (3000, 2000), "red"), Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 16.0, 0.0)}
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif)

    material = add_material(MeetingFactory(), SimpleUploadedFile("p.jpg", buffer.getvalue()), title="合影", kind="photo", readers="everybody", actor=secretary)

    with Image.open(material.file.content.open("rb")) as kept:
        assert (dict(kept.getexif()), max(kept.size)) == ({}, 2000)


def test_a_withdrawn_paper_is_withdrawn_once(secretary, timeline):
    material = add_material(MeetingFactory(), SimpleUploadedFile("a.pdf", pdf()), title="", kind="after", readers="members", actor=secretary)
    withdraw_material(material, actor=secretary)

    with pytest.raises(InvalidTransition):
        withdraw_material(material, actor=secretary)
    assert (material.title, [action for action, _who in timeline(material)]) == ("a.pdf", ["material.withdrawn"])


@pytest.mark.parametrize(("readers", "told"), [("everybody", [True, True]), ("members", [False, True])])
def test_minutes_show_when_they_are_published(readers, told, client, client_for, liaison, secretary):
    meeting = MeetingFactory(public_from=moment("2100-01-01 09:00"))
    minutes = Minutes.objects.create(meeting=meeting, text="会议听取了汇报。")
    before = [("会议听取了汇报" in c.get(meeting.get_absolute_url()).content.decode()) for c in (client, client_for(liaison))]

    publish_minutes(minutes, actor=secretary, readers=readers)

    after = [("会议听取了汇报" in c.get(meeting.get_absolute_url()).content.decode()) for c in (client, client_for(liaison))]
    assert (before, after) == ([False, False], told)


def test_a_question_that_was_answered_keeps_its_words():
    question = FeedbackQuestionFactory()
    FeedbackQuestion.objects.filter(pk=question.pk).update(text="新的问法")
    FeedbackAnswer.objects.create(response=FeedbackResponse.objects.create(registration=RegistrationFactory()), question=question, number=5)

    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        FeedbackQuestion.objects.filter(pk=question.pk).update(text="另一个问题")
    assert FeedbackQuestion.objects.filter(pk=question.pk).update(active=False) == 1


def test_a_paper_of_an_agenda_item_stands_at_the_item_and_nowhere_else(client, secretary):
    meeting = MeetingFactory(public_from=moment("2100-01-01 09:00"))
    item = SessionFactory(meeting=meeting, title="开幕")
    upload = SimpleUploadedFile("s.pdf", pdf())
    add_material(meeting, upload, title="开幕幻灯片", kind="after", readers="everybody", actor=secretary, session=item)

    page = client.get(meeting.get_absolute_url()).content.decode()

    assert (page.count("开幕幻灯片"), 'id="papers"' in page, page.index("开幕幻灯片") > page.index('id="agenda"')) == (1, False, True)
    item.delete()
    assert 'id="papers"' in client.get(meeting.get_absolute_url()).content.decode()


def test_a_paper_is_never_of_another_meetings_item(secretary):
    item = SessionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        MaterialFactory(meeting=MeetingFactory(), session=item)
    client = client_for(secretary)
    page = client.get(reverse("admin:meetings_meeting_material", args=[MeetingFactory().pk])).content.decode()
    assert item.title not in page


def test_a_liaison_of_a_unit_that_has_left_reads_what_the_public_reads(client_for, liaison, secretary):
    unit = liaison.person.affiliations.get().institution
    meeting = MeetingFactory(public_from=moment("2100-01-01 09:00"), starts_at=moment("2100-04-01 09:00"))
    RegistrationFactory(meeting=meeting, institution=unit)
    for readers in ("participants", "members", "everybody"):
        MaterialFactory(meeting=meeting, title=f"给{readers}", readers=readers)

    def read():
        page = client_for(liaison).get(meeting.get_absolute_url()).content.decode()
        return [f"给{readers}" in page for readers in ("participants", "members", "everybody")]

    inside = read()
    end_membership(Membership.objects.get(institution=unit), actor=secretary, how=EndedHow.WITHDRAWN, reason="退盟", on=dt.date(2100, 4, 5))
    alone = read()
    # Liaison of a member as well: the place that the other unit took opens nothing any more.
    AffiliationFactory(institution=MembershipFactory().institution, person=liaison.person, role="liaison")

    assert (inside, alone, read()) == ([True] * 3, [False, False, True], [False, True, True])


def test_a_unit_that_has_left_hands_in_no_report(client_for, liaison, secretary):
    unit = liaison.person.affiliations.get().institution
    project = ProjectFactory(lead_institution=unit)
    end_membership(Membership.objects.get(institution=unit), actor=secretary, how=EndedHow.WITHDRAWN, reason="退盟", on=dt.date(2100, 4, 5))

    assert client_for(liaison).get(reverse("unit_meetings:report", args=[project.pk])).status_code == 404
