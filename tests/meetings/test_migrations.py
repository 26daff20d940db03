"""A system that has rows already is brought up to date without losing their meaning."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.operations import AddConstraint, RunSQL
from django.db.migrations.state import ProjectState

from meetings.models import Registration
from tests.factories.meetings import RegistrationFactory


@pytest.mark.django_db
def test_who_waited_before_the_line_had_an_order_waits_since_the_row_was_made():
    # The table as it was before that step of the migration: no rule yet, and a column nobody has filled. The step and the rule are the migration's own.
    operations = import_module("meetings.migrations.0003_places_and_offers").Migration.operations
    (fill,) = [operation for operation in operations if isinstance(operation, RunSQL)]
    (rule,) = [operation.constraint for operation in operations if isinstance(operation, AddConstraint) and operation.constraint.name == "waiting_since_a_time"]
    confirmed, waiting = RegistrationFactory(status="confirmed"), RegistrationFactory(status="waitlisted")
    state = ProjectState()

    with connection.schema_editor(atomic=False) as editor:
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.remove_constraint(Registration, rule)
        Registration.objects.update(queued_at=None)
        fill.database_forwards("meetings", editor, state, state)
        editor.add_constraint(Registration, rule)

    confirmed.refresh_from_db()
    waiting.refresh_from_db()
    assert confirmed.queued_at is None
    assert waiting.queued_at == waiting.created_at
    assert operations.index(fill) < next(n for n, operation in enumerate(operations) if getattr(operation, "constraint", None) is rule)
