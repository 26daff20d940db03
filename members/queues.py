"""What of members waits on the staff's start page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import ApplicationStatus, MembershipStatus
from members.models import Application, Membership


def _applications(status: str) -> dict[str, Any]:
    return {
        "count": lambda user: Application.objects.filter(status=status).count(),
        "url": lambda: f"{reverse('admin:members_application_changelist')}?status__exact={status}",
    }


QUEUES: list[dict[str, Any]] = [
    {"label": _("Applications to screen"), "permission": "members.screen_application", "order": 10, **_applications(ApplicationStatus.SUBMITTED)},
    {"label": _("With the applicant for correction"), "permission": "members.screen_application", "order": 60, **_applications(ApplicationStatus.RETURNED)},
    {
        "label": _("Approved, waiting for payment"),
        "permission": "members.view_membership",
        "order": 40,
        "count": lambda user: Membership.objects.filter(status=MembershipStatus.PENDING_PAYMENT).count(),
        "url": lambda: f"{reverse('admin:members_membership_changelist')}?status__exact={MembershipStatus.PENDING_PAYMENT}",
    },
]
