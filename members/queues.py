"""What of members waits on the staff's start page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import today
from members.enums import ApplicationStatus, DepartureStatus, MembershipStatus
from members.models import Application, DataCheck, Departure, Membership
from members.selectors.addresses import people_with_dead_address
from members.selectors.memberships import current_members


def _applications(status: str) -> dict[str, Any]:
    return {
        "count": lambda user: Application.objects.filter(status=status).count(),
        "url": lambda: f"{reverse('admin:members_application_changelist')}?status__exact={status}",
    }


def _round_due(user: Any) -> int:
    """1 while nobody has opened this calendar year's data check and there are members to ask."""
    return int(not DataCheck.objects.filter(created_at__year=today().year).exists() and current_members().exists())


def _open_check_url() -> str:
    return reverse("admin:members_datacheck_open")


def _silent(user: Any) -> int:
    """Units that have not answered the open round, once its day is over."""
    return sum(check.answers.filter(confirmed_at=None).count() for check in DataCheck.objects.filter(closed_at=None, due_on__lt=today()))


QUEUES: list[dict[str, Any]] = [
    {"label": _("Applications to screen"), "permission": "members.screen_application", "order": 10, **_applications(ApplicationStatus.SUBMITTED)},
    {
        "label": _("Departures to look through"),
        "permission": "members.manage_membership",
        "order": 15,
        "count": lambda user: Departure.objects.filter(status=DepartureStatus.SUBMITTED).count(),
        "url": lambda: f"{reverse('admin:members_departure_changelist')}?status__exact={DepartureStatus.SUBMITTED}",
    },
    {"label": _("With the applicant for correction"), "permission": "members.screen_application", "order": 60, **_applications(ApplicationStatus.RETURNED)},
    {
        "label": _("Approved, waiting for payment"),
        "permission": "members.view_membership",
        "order": 40,
        "count": lambda user: Membership.objects.filter(status=MembershipStatus.PENDING_PAYMENT).count(),
        "url": lambda: f"{reverse('admin:members_membership_changelist')}?status__exact={MembershipStatus.PENDING_PAYMENT}",
    },
    {
        "label": _("This year's data check is due"),
        "permission": "members.manage_membership",
        "order": 70,
        "hint": _("Once a year every unit looks at what we hold of it."),
        "count": _round_due,
        "url": _open_check_url,
    },
    {
        "label": _("Units that are late with the data check"),
        "permission": "members.manage_membership",
        "order": 71,
        "count": _silent,
        "url": lambda: reverse("admin:members_datacheck_changelist"),
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
