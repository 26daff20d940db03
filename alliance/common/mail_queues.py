"""What waits for staff behind the scenes: mails of unknown fate, mails that failed, tasks that failed."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.models import OutboxMessage, TaskRun
from alliance.common.models.outbox import OutboxState
from alliance.common.models.schedule import RunState


def _count(state: str) -> Any:
    return lambda user: OutboxMessage.objects.filter(state=state).count()


def _list(state: str) -> Any:
    return lambda: f"{reverse('admin:common_outboxmessage_changelist')}?state__exact={state}"


QUEUES: list[dict[str, Any]] = [
    {
        "label": _("Mails of unknown fate"),
        "count": _count(OutboxState.UNKNOWN),
        "url": _list(OutboxState.UNKNOWN),
        "permission": "common.resend_mail",
        "order": 80,
        "hint": _("The mail server had them and did not answer. You decide: it arrived, or send it again."),
    },
    {
        "label": _("Mails that failed"),
        "count": _count(OutboxState.FAILED),
        "url": _list(OutboxState.FAILED),
        "permission": "common.resend_mail",
        "order": 81,
    },
    {
        "label": _("Background tasks that failed"),
        "count": lambda user: TaskRun.objects.filter(state=RunState.FAILED).count(),
        "url": lambda: f"{reverse('admin:common_taskrun_changelist')}?state__exact={RunState.FAILED}",
        "permission": "common.run_task",
        "order": 90,
    },
]
