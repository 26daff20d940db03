"""Helpers that tests of several apps share."""

import datetime as dt
import threading
import time
from typing import Any

from django.db import connection, models
from django.test import Client

from alliance.common import audit
from alliance.common.models import OutboxMessage
from alliance.common.outbox import messages_about

BEIJING = dt.timezone(dt.timedelta(hours=8))


def moment(text: str) -> dt.datetime:
    """An aware time in Beijing from `2026-03-05 09:00`."""
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)


def outbox_for(obj: models.Model) -> list[OutboxMessage]:
    """The mails about `obj`, oldest first."""
    return list(messages_about(obj))


def timeline(obj: models.Model) -> list[tuple[str, Any]]:
    """The timeline of `obj` as pairs of action and actor (or source)."""
    return [(entry.action, entry.actor or entry.source) for entry in audit.timeline(obj)]


def client_for(user: Any) -> Client:
    """A client in which `user` is signed in (anonymous for None)."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def wait_until_blocked(seconds: float = 30) -> None:
    """Return as soon as another connection to this database waits for a lock: proof that it waits for us, whatever the clock says."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            if cursor.fetchone()[0]:
                return
            pause.wait(0.02)
    raise AssertionError("nobody waits for a lock")


def without_triggers(*tables: str) -> "TriggersOff":
    """For controls of race tests: the same race with the tables' triggers off must do the damage."""
    return TriggersOff(tables)


class TriggersOff:
    """Context manager that disables all user triggers of some tables and puts them back."""

    def __init__(self, tables: tuple[str, ...]) -> None:
        self.tables = tables

    def __enter__(self) -> None:
        self._switch("DISABLE")

    def __exit__(self, *exc: object) -> None:
        self._switch("ENABLE")

    def _switch(self, verb: str) -> None:
        with connection.cursor() as cursor:
            for table in self.tables:
                cursor.execute(f'ALTER TABLE "{table}" {verb} TRIGGER USER')
