"""Steps of the register's upkeep by their pages: data check, names, consents, pages of a scan."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from PIL import Image

from alliance.common.queues import queues_for
from members.enums import AliasKind
from members.models import ApplicationEditor, ConsentText, DataCheck, InstitutionAlias
from members.services.applying import attach_scan, submit_application
from members.services.datachecks import close_data_check, confirm_data, open_data_check
from tests.factories.common import pdf
from tests.factories.members import AffiliationFactory, ApplicationFactory, InstitutionFactory, MembershipFactory
from tests.support import client_for, outbox_for

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 6, 30)


@pytest.fixture
def check(secretary, time_machine):
    """A round that asks two units; one has answered."""
    time_machine.move_to("2026-05-04 09:00+08:00", tick=False)
    for name in ("苏州大学", "燕山大学"):
        AffiliationFactory(institution=MembershipFactory(institution__name=name).institution, person__with_user=True)
    check = open_data_check(name="2026年度信息核对", due_on=DUE, actor=secretary)
    confirm_data(check.answers.get(institution__name="苏州大学"), actor=secretary, remark="无误")
    return check


def test_the_silent_ones_are_shown_their_letter_first_and_get_it_once_a_day(secretary, check):
    client, page = client_for(secretary), f"/admin/members/datacheck/{check.pk}/step/remind/"
    silent = check.answers.get(institution__name="燕山大学")

    previewed = client.post(page)
    before = [mail.template for mail in outbox_for(silent)]
    sent = client.post(page, {"previewed": "1"})
    again = client.post(page)

    assert (previewed.status_code, previewed.context["letter_count"], before.count("data_check_reminded")) == (200, 1, 0)
    assert sent.status_code == 302
    assert "所有单位均已答复，或今天已提醒过" in again.text or again.context["form"].errors
    assert len(outbox_for(silent)) == len(before) + 1


def test_who_has_answered_goes_out_as_a_table(secretary, check):
    content = client_for(secretary).get(f"/admin/members/datacheck/{check.pk}/answers.xlsx").content

    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert [(row[0], bool(row[1]), row[4]) for row in rows[1:]] == [("燕山大学", False, None), ("苏州大学", True, "无误")]


def test_the_desk_says_when_this_years_round_is_due_and_when_units_are_late(secretary, check, time_machine):
    def waiting():
        return {str(queue.label): count for queue, count in queues_for(secretary)}

    running = waiting()
    time_machine.move_to("2026-07-01 09:00+08:00", tick=False)
    late = waiting()
    close_data_check(check, actor=secretary)
    time_machine.move_to("2027-01-02 09:00+08:00", tick=False)
    next_year = waiting()

    keys = ("本年度信息核对尚未开启", "逾期未完成信息核对的单位")
    assert [tuple(found[key] for key in keys) for found in (running, late, next_year)] == [(0, 0), (0, 1), (1, 0)]
    assert client_for(secretary).get("/admin/members/datacheck/open/").status_code == 200


def test_names_are_added_removed_and_the_institution_renamed_by_its_pages(secretary):
    university = InstitutionFactory(name="苏州大学")
    client, base = client_for(secretary), f"/admin/members/institution/{university.pk}"

    added = client.post(f"{base}/step/name/", {"name": "苏 大", "kind": "short"})
    refused = client.post(f"{base}/step/name/", {"name": "苏 大", "kind": "short"})
    renamed = client.post(f"{base}/step/rename/", {"name": "东吴大学", "on": "2026-01-01"})
    wrong = university.aliases.get(kind=AliasKind.SHORT)
    removed = client.post(f"{base}/step/unname/", {"alias": wrong.pk})

    assert [answer.status_code for answer in (added, refused, renamed, removed)] == [302, 200, 302, 302]
    assert "error-summary" in refused.text
    assert sorted(university.aliases.values_list("kind", "name", "valid_until")) == [
        ("former", "苏州大学", dt.date(2026, 1, 1)), ("official", "东吴大学", None),
    ]  # fmt: skip


def test_the_official_name_is_not_offered_for_removal(secretary):
    university = InstitutionFactory(name="苏州大学")
    official = university.aliases.get()

    answer = client_for(secretary).post(f"/admin/members/institution/{university.pk}/step/unname/", {"alias": official.pk})

    assert answer.status_code == 200
    assert InstitutionAlias.objects.filter(pk=official.pk).exists()


def test_a_wording_is_published_as_the_next_version(secretary):
    client = client_for(secretary)
    first = client.get("/admin/members/consenttext/publish/?kind=privacy")

    for text in ("我同意（一）", "我同意（二）"):
        client.post("/admin/members/consenttext/publish/", {"kind": "privacy", "text": text, "details": ""})

    found = list(ConsentText.objects.filter(kind="privacy").order_by("pk").values_list("text", flat=True))
    assert (first.status_code, first.context["form"].initial["kind"]) == (200, "privacy")
    assert found == ["我同意（一）", "我同意（二）"]
    assert len(set(ConsentText.objects.values_list("version", flat=True))) == 2


def test_each_page_of_the_scan_is_a_picture_and_there_is_no_more(secretary, finance_officer, applicant):
    application = ApplicationFactory(applicant=applicant)
    ApplicationEditor.objects.create(application=application, user=applicant)
    attach_scan(application, [SimpleUploadedFile("a.pdf", pdf(2))], actor=applicant)
    submit_application(application, actor=applicant)
    base = f"/admin/members/application/{application.pk}/scan"

    pages = [client_for(secretary).get(f"{base}/{number}.jpg") for number in (1, 2, 3, 0)]
    stranger = client_for(applicant).get(f"{base}/1.jpg")

    assert [page.status_code for page in pages] == [200, 200, 404, 404]
    assert [Image.open(io.BytesIO(page.content)).format for page in pages[:2]] == ["JPEG", "JPEG"]
    assert pages[0].headers["Cache-Control"].startswith("no-store, private")
    assert stranger.status_code in {302, 403}


def test_the_rounds_stand_side_by_side_as_a_chart_with_its_table(secretary):
    from tests.factories.members import RecruitmentRoundFactory

    for name in ("2024年度招募", "2025年度招募"):
        ApplicationFactory.create_batch(2, recruitment=RecruitmentRoundFactory(name=name))
    from alliance.common.audit import record
    from members.models import Application

    for application in Application.objects.all():
        record("application.started", application, actor=secretary)
    record("application.submitted", Application.objects.first(), actor=secretary)

    page = client_for(secretary).get("/admin/members/recruitmentround/")

    table = [(str(label), values) for label, values in page.context["comparison"].rows]
    assert sorted((label, sum(int(value) for value in values)) for label, values in table) == [("2024年度招募", 2), ("2025年度招募", 2)]
    assert sorted(values[:2] for _label, values in table) == [["1", "1"], ["2", "0"]]
    assert "<svg" in page.text


def test_a_data_check_of_nobody_is_not_due(secretary):
    assert not DataCheck.objects.exists()
    assert {str(queue.label): count for queue, count in queues_for(secretary)}["本年度信息核对尚未开启"] == 0
