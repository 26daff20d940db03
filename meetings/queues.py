"""What of meetings waits on the staff's start page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.enums import NominationStatus
from meetings.models import Nomination

QUEUES: list[dict[str, Any]] = [
    {
        "label": _("Nominations to decide"),
        "permission": "meetings.manage_meetings",
        "order": 45,
        "count": lambda user: Nomination.objects.filter(status=NominationStatus.PROPOSED).count(),
        "url": lambda: f"{reverse('admin:meetings_nomination_changelist')}?status__exact={NominationStatus.PROPOSED}",
    },
]
