"""The app's configuration."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    """Audit, outbox, numbering, files, documents, jobs and the organisation's own data."""

    name = "alliance.common"
    label = "common"
    verbose_name = _("System")

    def ready(self) -> None:
        """Register actions, checks and permissions by importing them."""
        from alliance.common import audit_actions, checks, rules  # noqa: F401 (registration by import)
        from alliance.common.admin.lists import make_headings_once
        from alliance.common.mail_queues import QUEUES
        from alliance.common.migrating import keep_models_rendered, render_only_neighbours
        from alliance.common.queues import register_queue

        connection_created.connect(answer_triggers_at_once)
        make_headings_once()
        keep_models_rendered()
        render_only_neighbours()
        for queue in QUEUES:
            register_queue(**queue)


def answer_triggers_at_once(connection: Any, **_kwargs: Any) -> None:
    """Tell a new connection that no trigger is switched off.

    Each trigger of pgtrigger begins by asking for this setting, and where it was never set, catches the error. That takes back a subtransaction, for
    which PostgreSQL looks through all checks that wait for the end of the transaction: twice as many rows would take four times as long.
    """
    with connection.connection.cursor() as cursor:
        cursor.execute("SET pgtrigger.ignore = '{}'")
