"""A system that has rows already is brought up to date without losing their meaning."""

import os
import subprocess
import sys
from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from tests.database_template import ROOT, migrated_template

# In a process of its own, on a database of its own: back to the tables before the line had an order, two rows into them, and forward again.
STORY = """
import datetime as dt
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from members.models import Institution, Person, User
BEFORE = ("meetings", "0002_sessions")
executor = MigrationExecutor(connection)
executor.migrate([BEFORE])
old = executor.loader.project_state(BEFORE).apps
begin = dt.datetime(2026, 3, 5, 1, tzinfo=dt.UTC)
meeting = old.get_model("meetings", "Meeting").objects.create(
    kind="seminar", slug="old", title="old", starts_at=begin, ends_at=begin + dt.timedelta(hours=1), place="x", capacity=1, members_from=begin, register_until=begin, status="draft"
)
offer = old.get_model("meetings", "Offer").objects.create(meeting=meeting, name="free", draws_on_allowance=False)
unit, officer = Institution.objects.create(name="某大学"), User.objects.create(email="staff@example.edu.cn")
rows = old.get_model("meetings", "Registration").objects
for status in ("confirmed", "waitlisted"):
    person = Person.objects.create(name=status)
    rows.create(
        meeting=meeting, institution_id=unit.pk, person_id=person.pk, offer=offer, status=status, ticket=status, registered_by_id=officer.pk
    )
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes())
from meetings.models import Registration
print([(row.status, row.queued_at is not None and row.queued_at == row.created_at) for row in Registration.objects.order_by("pk")])
"""


@pytest.fixture
def own_database(db):
    """The environment of a process with a migrated database of its own."""
    settings, name = connection.settings_dict, f"migrating_{os.getpid()}"
    template = migrated_template(settings)
    admin = psycopg2.connect(
        host=settings["HOST"], port=settings["PORT"] or None, user=settings["USER"], password=settings["PASSWORD"] or None, dbname="postgres"
    )
    admin.autocommit = True
    with closing(admin):
        admin.cursor().execute(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        account = settings["USER"] + (f":{settings['PASSWORD']}" if settings["PASSWORD"] else "")
        port = f"&port={settings['PORT']}" if settings["PORT"] else ""
        yield os.environ | {"DATABASE_URL": f"postgresql://{account}@/{name}?host={settings['HOST']}{port}"}
        admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_who_waited_before_the_line_had_an_order_waits_since_the_row_was_made(own_database):
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "shell", "--verbosity", "0", "-c", STORY],
        cwd=ROOT,
        env=own_database,
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[('confirmed', False), ('waitlisted', True)]"
