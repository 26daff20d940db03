"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    """Audit, outbox, numbering, files, documents, jobs and the organisation's own data."""

    name = "alliance.common"
    label = "common"
    verbose_name = _("System")

    def ready(self) -> None:
        """Register actions, checks and permissions by importing them."""
        from alliance.common import audit_actions, checks, rules  # noqa: F401 (registration by import)
        from alliance.common.mail_queues import QUEUES
        from alliance.common.migrating import keep_models_rendered, render_only_neighbours
        from alliance.common.queues import register_queue

        keep_models_rendered()
        render_only_neighbours()
        for queue in QUEUES:
            register_queue(**queue)
