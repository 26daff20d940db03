"""A scan of an older print says of when it is and what was changed since; another wording of a consent asks drafts again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from alliance.common.jobs import run_due
from members.answers import PARTS_BY_SLUG, missing_parts
from members.documents import sealed_form
from members.models import Application, ApplicationEditor, ConsentText
from members.scans.wording import told
from members.services.applying import attach_scan, save_part
from members.services.consents import publish_consent
from members.services.drafts import delete_draft
from tests.factories.members import ApplicationFactory

pytestmark = pytest.mark.django_db
CONSENTS = PARTS_BY_SLUG["consents"]


@pytest.fixture
def draft(applicant):
    application = ApplicationFactory(applicant=applicant)
    ApplicationEditor.objects.create(application=application, user=applicant)
    return application


def test_the_form_of_another_day_is_told_by_its_date_and_what_was_changed_since(draft, applicant, client_for, time_machine):
    time_machine.move_to("2026-03-03 09:00+08:00", tick=False)
    old = client_for(applicant).get(f"/apply/{draft.reference}/form.pdf").content
    time_machine.move_to("2026-03-05 09:00+08:00", tick=False)
    save_part(draft, PARTS_BY_SLUG["department"], {"head_name": "王主任"}, actor=applicant)

    attach_scan(draft, [SimpleUploadedFile("old.pdf", old)], actor=applicant)
    run_due()

    sentences = told(Application.objects.get(pk=draft.pk).scan_reading)["sentences"]
    assert sentences[0] == "这是2026年3月3日打印的申请表，此后您修改了：负责人姓名。请重新打印。"


def test_a_form_that_was_never_printed_here_is_only_told_to_be_old(draft, applicant):
    old = sealed_form(draft)
    save_part(draft, PARTS_BY_SLUG["department"], {"head_name": "王主任"}, actor=applicant)

    attach_scan(draft, [SimpleUploadedFile("old.pdf", old)], actor=applicant)
    run_due()

    reading = Application.objects.get(pk=draft.pk).scan_reading
    assert (reading["prints"], "changed_since" in {finding["code"] for finding in reading["findings"]}) == ([], True)


def test_prints_go_with_the_draft(draft, applicant, client_for):
    client_for(applicant).get(f"/apply/{draft.reference}/form.pdf")
    printed = draft.prints.count()

    delete_draft(draft, actor=applicant)

    assert (printed, draft.prints.count()) == (1, 0)


def test_another_wording_asks_drafts_again_and_keeps_what_was_agreed_to(draft, applicant, secretary):
    complete_before = missing_parts(draft)
    publish_consent(kind="privacy", text="新的告知", details="保存两年", actor=secretary)
    asked_again = missing_parts(draft)

    save_part(draft, CONSENTS, {"consent_charter_at": True, "consent_privacy_at": True}, actor=applicant)

    assert (complete_before, asked_again, missing_parts(draft)) == ([], [CONSENTS], [])
    assert Application.objects.get(pk=draft.pk).consent_version == "c0-p1"


def test_the_page_shows_the_wording_in_force(draft, applicant, secretary, client_for):
    publish_consent(kind="privacy", text="新的告知", details="保存两年", actor=secretary)

    page = client_for(applicant).get(f"/apply/{draft.reference}/part/consents/").text

    assert ("新的告知" in page, "保存两年" in page, "checked" in page) == (True, True, False)


def test_a_published_wording_is_never_changed(secretary):
    published = publish_consent(kind="charter", text="同意章程", details="", actor=secretary)

    with pytest.raises(DatabaseError), transaction.atomic():
        ConsentText.objects.filter(pk=published.pk).update(text="别的")
    assert publish_consent(kind="charter", text="同意新章程", details="", actor=secretary).version == 2
