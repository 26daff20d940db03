"""What each trigger asks first is answered without an error in the database: taking one back costs more the more a transaction has written."""

import contextlib

import pghistory
import pgtrigger
import pytest
from django.db import InternalError, connection

from members.models import Institution
from tests.factories.members import InstitutionFactory


def ask(sql):
    """One value from the database."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_new_connection_says_that_no_trigger_is_off():
    another = connection.copy()
    with contextlib.closing(another), another.cursor() as cursor:
        cursor.execute("SELECT current_setting('pgtrigger.ignore')")
        said = cursor.fetchone()[0]

    assert said == "{}"


@pytest.mark.django_db
def test_switching_a_trigger_off_for_a_moment_still_works():
    unit = InstitutionFactory()
    with pgtrigger.ignore("members.InstitutionEvent:append_only"):
        changed = Institution.pgh_event_models["update"].objects.filter(pgh_obj=unit).update(name="x")

    with pytest.raises(InternalError, match="append_only"):
        Institution.pgh_event_models["update"].objects.filter(pgh_obj=unit).update(name="y")
    assert changed == 1


@pytest.mark.django_db(transaction=True)
def test_a_version_has_the_context_it_was_written_in_and_none_outside_of_it():
    unit = InstitutionFactory(name="甲大学")
    with pghistory.context(user=7, url="/x/"):
        Institution.objects.filter(pk=unit.pk).update(name="乙大学")
    Institution.objects.filter(pk=unit.pk).update(name="丙大学")

    versions = Institution.pgh_event_models["update"].objects.filter(pgh_obj=unit).order_by("pgh_id")

    assert [(version.name, version.pgh_context and version.pgh_context.metadata) for version in versions] == [
        ("甲大学", None),
        ("乙大学", {"user": 7, "url": "/x/"}),
        ("丙大学", None),
    ]


@pytest.mark.django_db
def test_neither_question_catches_an_error():
    body = ask("SELECT prosrc FROM pg_proc WHERE proname = '_pgh_attach_context'")

    assert ask("SELECT _pgh_attach_context()") is None
    assert "EXCEPTION" not in body
