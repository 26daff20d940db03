"""Personal data: handed over, erased, kept no longer than needed."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from alliance.common.jobs import run_due
from alliance.common.models import Job
from members.enums import ApplicationStatus
from members.models import Application
from members.services.applying import attach_scan, submit_application, withdraw_application
from members.services.personal import ERASED, StillNeeded, apply_retention, erase_person, export_person, start_retention
from tests.factories.common import pdf
from tests.factories.members import AffiliationFactory, ApplicationFactory, PersonFactory
from tests.support import timeline

pytestmark = pytest.mark.django_db


def test_the_export_has_what_we_hold_and_is_recorded(secretary):
    affiliation = AffiliationFactory(person__with_user=True)

    data = export_person(affiliation.person, actor=secretary)

    assert data["person"]["name"] == affiliation.person.name
    assert data["account"]["email"] == affiliation.person.user.email
    assert [row["role"] for row in data["records"]["members.affiliation"]] == ["liaison"]
    assert timeline(affiliation.person)[-1] == ("person.exported", secretary)


def test_erasing_takes_name_and_contact_also_out_of_the_versions(secretary):
    person = PersonFactory(name="张三", mobile="13800001111", with_user=True)
    user = person.user

    erase_person(person, actor=secretary)

    user.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM members_personevent WHERE pgh_obj_id = %s AND (name = '张三' OR mobile <> '')", [person.pk])
        assert cursor.fetchone()[0] == 0
    assert (person.name, person.email, person.mobile, person.user) == (ERASED, "", "", None)
    assert (user.is_active, user.name) == (False, ERASED)


def test_who_holds_a_role_is_not_erased(secretary):
    with pytest.raises(StillNeeded):
        erase_person(AffiliationFactory().person, actor=secretary)


def test_retention_erases_what_is_old_and_keeps_what_is_needed(time_machine):
    time_machine.move_to("2020-01-01 09:00+08:00", tick=False)
    gone = AffiliationFactory(role="delegate", since=dt.date(2019, 1, 1), until=dt.date(2019, 12, 31)).person
    active = AffiliationFactory().person
    declined = ApplicationFactory(status=ApplicationStatus.DECLINED)
    waiting = ApplicationFactory(status=ApplicationStatus.SUBMITTED)
    time_machine.move_to("2024-01-01 09:00+08:00", tick=False)

    counts = apply_retention()
    again = apply_retention()

    gone.refresh_from_db(), active.refresh_from_db()
    assert (gone.name, active.erased_at) == (ERASED, None)
    assert Application.objects.get(pk=declined.pk).liaison_email == ""
    assert Application.objects.get(pk=waiting.pk).liaison_email != ""
    assert (dict(counts), dict(again)) == ({"people": 1, "applications": 1}, {})


def test_retention_also_takes_contact_data_out_of_versions_and_of_what_was_sent(time_machine, applicant):
    time_machine.move_to("2020-01-01 09:00+08:00", tick=False)
    application = ApplicationFactory(applicant=applicant, liaison_mobile="13912345678")
    attach_scan(application, [SimpleUploadedFile("a.pdf", pdf())], actor=applicant)
    submit_application(application, actor=applicant)
    application.liaison_mobile = "13900000000"
    application.save()
    withdraw_application(application, actor=applicant)
    time_machine.move_to("2024-01-01 09:00+08:00", tick=False)

    started = (start_retention(), start_retention())
    run_due()

    job = Job.objects.get(kind="retention")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(to_jsonb(e)::text, '') FROM members_applicationevent e WHERE pgh_obj_id = %s", [application.pk])
        versions = cursor.fetchone()[0]
    assert started == (True, False)
    assert ("13912345678" in versions, "13900000000" in versions) == (False, False)
    assert application.submissions.get().snapshot["liaison_mobile"] == ""
    assert (job.state, job.summary, job.rows.filter(label=application.reference).count()) == ("done", {"applications": 1}, 1)


def test_the_export_has_applications_that_name_the_person(secretary):
    person = AffiliationFactory().person
    application = ApplicationFactory(liaison_email=person.email, liaison_name=person.name)

    exported = export_person(person, actor=secretary)

    assert [row["reference"] for row in exported["applications"]] == [application.reference]
