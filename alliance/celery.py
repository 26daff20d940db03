"""The Celery application.

Postgres holds what must happen; Redis only wakes a worker. A lost message is picked up by the sweep of the next minute,
so tasks are acknowledged late, are short, and are safe to run twice.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.dev")

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
