"""Personal data: handed over, erased, kept no longer than needed."""

import datetime as dt

import pytest
from django.db import connection

from members.enums import ApplicationStatus
from members.models import Application
from members.services.personal import ERASED, StillNeeded, apply_retention, erase_person, export_person
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
