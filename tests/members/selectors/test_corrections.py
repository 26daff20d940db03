"""What was to be corrected: told apart by whether it was changed, and never sent back untouched without a word."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from members.answers import PARTS_BY_SLUG
from members.models import Answer, ApplicationEditor, CorrectionPoint, Submission
from members.selectors.corrections import mendings
from members.services.applying import PointsUntouched, attach_scan, remove_scan, save_part, submit_application
from members.services.screening import return_for_correction
from tests.factories.common import pdf
from tests.factories.members import ApplicationFactory, InstitutionFactory, QuestionFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


def seal(application):
    attach_scan(application, [SimpleUploadedFile("扫描.pdf", pdf())], actor=application.applicant)


@pytest.fixture
def returned(secretary):
    """Returned for the head's name."""
    application = ApplicationFactory()
    ApplicationEditor.objects.create(application=application, user=application.applicant)
    seal(application)
    submit_application(application, actor=application.applicant)
    return return_for_correction(application, actor=secretary, points=[CorrectionPoint(field="head_name", text="姓名与印章不符")])


def states(application):
    return [mending.changed for mending in mendings(application)]


def test_a_point_is_changed_when_its_field_differs_from_what_was_sent(returned):
    before = states(returned)
    save_part(returned, PARTS_BY_SLUG["department"], {"head_name": "王主任"}, actor=returned.applicant)

    assert (before, states(returned)) == ([False], [True])

    save_part(returned, PARTS_BY_SLUG["department"], {"head_name": "张主任"}, actor=returned.applicant)
    assert states(returned) == [False]


@pytest.mark.parametrize(
    ("field", "mend"),
    [
        ("scan", lambda a: (remove_scan(a, actor=a.applicant), seal(a))),
        ("institution", lambda a: save_part(a, PARTS_BY_SLUG["institution"], {"institution": InstitutionFactory()}, actor=a.applicant)),
        ("", lambda a: save_part(a, PARTS_BY_SLUG["centre"], {"centre_staff": 99}, actor=a.applicant)),
    ],
)
def test_points_about_the_scan_the_institution_and_in_general(returned, field, mend):
    CorrectionPoint.objects.filter(application=returned).update(field=field)
    before = states(returned)

    mend(returned)

    assert (before, states(returned)) == ([False], [True])


def test_an_answer_to_a_later_version_of_the_question_counts(returned):
    question = QuestionFactory(code="plan", version=2)
    CorrectionPoint.objects.filter(application=returned).update(field="question:plan:1")
    before = states(returned)

    Answer.objects.create(application=returned, question=question, value="三年规划")

    assert (before, states(returned)) == ([False], [True])


def test_an_untouched_point_is_not_sent_back_without_a_word(returned):
    with pytest.raises(PointsUntouched):
        submit_application(returned, actor=returned.applicant, explanation="  ")

    submit_application(returned, actor=returned.applicant, explanation="姓名无误，印章为旧章。")

    assert list(Submission.objects.order_by("round").values_list("round", "explanation")) == [(1, ""), (2, "姓名无误，印章为旧章。")]


def test_the_page_asks_for_the_explanation_and_keeps_what_was_typed(returned, secretary):
    client, page = client_for(returned.applicant), reverse("apply:check", args=[returned.reference])

    asked = client.post(page, {"remark": ""})
    returned.refresh_from_db()

    assert ("请说明此处未修改的原因，或返回修改。" in asked.text, "尚未修改" in asked.text, returned.status) == (True, True, "returned")
    sent = client.post(page, {"explanation": "无需修改"})
    assert sent.url == reverse("apply:submitted", args=[returned.reference])
    record = client_for(secretary).get(reverse("admin:members_application_change", args=[returned.pk])).text
    assert ("更正事项未作修改的原因：" in record, "无需修改" in record) == (True, True)


def test_the_task_list_tells_what_was_changed(returned):
    client, page = client_for(returned.applicant), reverse("apply:tasks", args=[returned.reference])
    before = client.get(page).text
    save_part(returned, PARTS_BY_SLUG["department"], {"head_name": "王主任"}, actor=returned.applicant)
    after = client.get(page).text

    assert ("待更正" in before, "尚未修改" in before, "待更正" in after, "尚未修改" in after) == (True, True, False, False)
