"""Personal data: handed over, erased, kept no longer than needed."""

import datetime as dt

import pgtrigger
import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from alliance.common.jobs import run_due
from alliance.common.models import Job, OutboxMessage
from alliance.common.outbox import queue_rendered
from members.enums import ApplicationStatus
from members.models import Application
from members.services.applying import attach_scan, submit_application, withdraw_application
from members.services.messages import send_message
from members.services.people import end_role
from members.services.personal import ERASED, StillNeeded, apply_retention, erase_person, export_person, start_retention
from members.services.printing import keep_print
from tests.factories.common import pdf
from tests.factories.members import AffiliationFactory, ApplicationFactory, PersonFactory
from tests.support import client_for, timeline

pytestmark = pytest.mark.django_db


def test_retention_takes_the_bytes_of_a_scan_and_says_so(time_machine, applicant, secretary, django_capture_on_commit_callbacks):
    time_machine.move_to("2020-01-01 09:00+08:00", tick=False)
    application = ApplicationFactory(applicant=applicant)
    attach_scan(application, [SimpleUploadedFile("张三的扫描.pdf", pdf())], actor=applicant)
    submit_application(application, actor=applicant)
    withdraw_application(application, actor=applicant)
    stored = application.scan
    time_machine.move_to("2024-01-01 09:00+08:00", tick=False)

    with django_capture_on_commit_callbacks(execute=True):
        apply_retention()

    stored.refresh_from_db()
    page = client_for(secretary).get(stored.get_absolute_url())
    record = client_for(secretary).get(reverse("admin:members_application_change", args=[application.pk]))
    assert (stored.content.storage.exists(stored.content.name), stored.name, len(stored.sha256)) == (False, ERASED, 64)
    assert (page.status_code, "已过保存期限" in page.text, record.status_code) == (410, True, 200)


def test_the_export_has_what_we_hold_and_is_recorded(secretary):
    affiliation = AffiliationFactory(person__with_user=True)

    data = export_person(affiliation.person, actor=secretary)

    assert data["person"]["name"] == affiliation.person.name
    assert data["account"]["email"] == affiliation.person.user.email
    rows = data["records"]["members.affiliation.person"]
    assert [(row["role"], row["institution"]) for row in rows] == [("liaison", affiliation.institution.name)]
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
    send_message(application, author=applicant, text="请打 13912345678 找我", from_staff=False)
    withdraw_application(application, actor=applicant)
    send_all()
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
    assert "13912345678" not in everything()
    assert (job.state, job.summary, job.rows.filter(label=application.reference).count()) == ("done", {"applications": 1}, 1)


def test_the_export_has_applications_that_name_the_person(secretary):
    person = AffiliationFactory().person
    application = ApplicationFactory(liaison_email=person.email, liaison_name=person.name)

    exported = export_person(person, actor=secretary)

    assert [row["reference"] for row in exported["applications"]] == [application.reference]


@pytest.fixture
def former_liaison(secretary):
    """Somebody who once applied for a unit, was written to, invited a colleague, and holds no role any more."""
    person = PersonFactory(name="张三", email="zhangsan@example.edu.cn", mobile="13800001111", with_user=True)
    application = ApplicationFactory(
        applicant=person.user, liaison_name="张三", liaison_email="ZhangSan@example.edu.cn", liaison_mobile="13800001111", head_email="head@example.edu.cn"
    )
    attach_scan(application, [SimpleUploadedFile("a.pdf", pdf())], actor=person.user)
    keep_print(application)
    submit_application(application, actor=person.user)
    queue_rendered(template="x", to="head@example.edu.cn", key="a", subject="新联络人 zhangsan@example.edu.cn", text="请写信给 zhangsan@example.edu.cn。")
    send_all()
    affiliation = AffiliationFactory(person=person, role="delegate", since=dt.date(2024, 1, 1))
    end_role(affiliation, actor=secretary)
    EmailAddress.objects.create(user=person.user, email=person.email)
    return person, application


def send_all():
    """Whatever is queued has gone out."""
    with pgtrigger.ignore("common.OutboxMessage:state_transitions"):
        OutboxMessage.objects.update(state="sent", sent_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def everything() -> str:
    """All tables of the database as text, but for the framework's own."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT string_agg(to_jsonb(t)::text, E'\\n') FROM \"{table}\" t")
            found.append(cursor.fetchone()[0] or "")
    return "\n".join(found)


def test_erasing_reaches_applications_submissions_mails_invitations_and_the_log(secretary, former_liaison):
    person, application = former_liaison
    withdraw_application(application, actor=person.user)
    send_all()
    before = everything()

    erase_person(person, actor=secretary)

    after = everything().lower()
    assert [word in before for word in ("张三", "zhangsan@", "13800001111")] == [True] * 3
    assert [word in after for word in ("张三", "zhangsan@", "13800001111")] == [False] * 3
    application.refresh_from_db()
    assert (application.liaison_name, application.head_name, application.head_email) == (ERASED, "张主任", "head@example.edu.cn")
    assert application.submissions.get().snapshot["head_name"] == "张主任"
    assert timeline(application)[-1] == ("person.erased", secretary)


def test_nobody_is_erased_out_of_an_application_that_is_under_way(secretary, former_liaison):
    person, application = former_liaison

    with pytest.raises(StillNeeded):
        erase_person(person, actor=secretary)

    application.refresh_from_db(), person.refresh_from_db()
    assert (application.liaison_name, person.name) == ("张三", "张三")


def test_what_others_of_the_same_name_did_stays(secretary, former_liaison):
    person, application = former_liaison
    withdraw_application(application, actor=person.user)
    other = PersonFactory(name="张三", email="other@example.edu.cn")
    kept = ApplicationFactory(status=ApplicationStatus.ADMITTED, liaison_name="张三", liaison_email="other@example.edu.cn")

    erase_person(person, actor=secretary)

    other.refresh_from_db(), kept.refresh_from_db()
    assert (other.name, kept.liaison_name) == ("张三", "张三")
