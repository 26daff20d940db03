"""What of members waits on the staff's start page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import ApplicationStatus, MembershipStatus
from members.models import Application, Membership
from members.selectors.addresses import people_with_dead_address


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
    {
        "label": _("Addresses to mend"),
        "permission": "members.change_person",
        "order": 70,
        "hint": _("Mail to these people came back: the address does not exist. Ask the unit for the right one."),
        "count": lambda user: people_with_dead_address().count(),
        "url": lambda: f"{reverse('admin:members_person_changelist')}?email_dead_since__isempty=0",
    },
]
