"""Who owes what, and who is in good standing."""

import datetime as dt

from django.db.models import QuerySet

from fees.models import Invoice
from fees.selectors.schedules import schedule_for
from members.enums import MembershipStatus
from members.models import Institution, Membership


def open_invoices(institution: Institution) -> QuerySet[Invoice]:
    """What the institution still has to pay, oldest first; with `paid` and `owed`."""
    return Invoice.objects.open().filter(institution=institution).order_by("due_on", "pk")


def overdue_invoices(on: dt.date) -> QuerySet[Invoice]:
    """Open invoices whose due date has passed on that day; with `paid` and `owed`."""
    return Invoice.objects.open().filter(due_on__lt=on).order_by("due_on", "pk")


def in_good_standing(membership: Membership, on: dt.date) -> bool:
    """Active, and nothing overdue beyond the days of grace of the schedule in force. Derived each time, never stored."""
    if membership.status != MembershipStatus.ACTIVE:
        return False
    schedule = schedule_for(on.year)
    grace = dt.timedelta(days=schedule.grace_days if schedule else 0)
    return not overdue_invoices(on - grace).filter(membership=membership).exists()
