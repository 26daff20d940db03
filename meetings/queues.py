"""What of meetings waits on the staff's start page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.enums import NominationStatus
from meetings.models import Nomination
from meetings.selectors.refunds import paid_and_cancelled

QUEUES: list[dict[str, Any]] = [
    {
        "label": _("Paid places that were cancelled: decide on the money"),
        "permission": "fees.view_invoice",
        "order": 38,
        "count": lambda user: paid_and_cancelled().count(),
        "url": lambda: f"{reverse('admin:meetings_registration_changelist')}?money=due",
    },
    {
        "label": _("Nominations to decide"),
        "permission": "meetings.manage_meetings",
        "order": 45,
        "count": lambda user: Nomination.objects.filter(status=NominationStatus.PROPOSED).count(),
        "url": lambda: f"{reverse('admin:meetings_nomination_changelist')}?status__exact={NominationStatus.PROPOSED}",
    },
]
