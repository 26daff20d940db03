"""Who owes what, and who is in good standing: derived from money and dates, never stored."""

import datetime as dt
from decimal import Decimal

from django.db.models import QuerySet, Sum

from fees.models import Invoice, Payment, Voucher
from members.enums import MembershipStatus
from members.models import Institution, Membership

NOTHING = Decimal("0.00")


def open_invoices(institution: Institution) -> QuerySet[Invoice]:
    """What the institution still has to pay, oldest first."""
    return Invoice.objects.open().filter(institution=institution).order_by("due_on", "pk")


def overdue_invoices(on: dt.date) -> QuerySet[Invoice]:
    """Open invoices whose due date has passed on that day, oldest first."""
    return Invoice.objects.open().filter(due_on__lt=on).order_by("due_on", "pk")


def beyond_grace(on: dt.date) -> QuerySet[Invoice]:
    """Overdue invoices whose days of grace, as fixed when they were issued, have passed too on that day."""
    return overdue_invoices(on).filter(grace_until__lt=on)


def in_good_standing(membership: Membership, on: dt.date) -> bool:
    """Active, and nothing overdue beyond grace on that day."""
    return membership.status == MembershipStatus.ACTIVE and not beyond_grace(on).filter(membership=membership).exists()


def memberships_in_arrears(on: dt.date) -> QuerySet[Membership]:
    """Active memberships that are not in good standing on that day, in one query."""
    return Membership.objects.filter(status=MembershipStatus.ACTIVE, pk__in=beyond_grace(on).order_by().values("membership"))


def owed_by(institution: Institution) -> Decimal:
    """What the institution owes in all, in yuan."""
    return open_invoices(institution).aggregate(sum=Sum("owed"))["sum"] or NOTHING


def credit_of(institution: Institution) -> Decimal:
    """What the institution has paid beyond what it was used for, in yuan."""
    return Payment.objects.filter(institution=institution, left__gt=0).aggregate(sum=Sum("left"))["sum"] or NOTHING


def same_file(sha256: str) -> QuerySet[Voucher]:
    """Transfers that were reported with the very same photo or scan, by whichever unit."""
    return Voucher.objects.filter(file__sha256=sha256).select_related("institution").order_by("pk")
