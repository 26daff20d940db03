"""The Celery application.

Postgres holds what must happen; Redis only wakes a worker. A lost message is picked up by the sweep of the next minute,
so tasks are acknowledged late, are short, and are safe to run twice.
"""

import os
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import task_failure

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.dev")

# A trial on a bare machine runs as root; for a real installation deploy/ has a user of its own.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_failure.connect
def keep_failed_task(sender: Any = None, args: Any = (), einfo: Any = None, **kwargs: Any) -> None:
    """A task that was woken directly and failed is kept where staff see it and can run it again (docs/operations.md)."""
    from alliance.common.schedule import keep_failure

    keep_failure(sender.name, list(args or ()), str(einfo))
