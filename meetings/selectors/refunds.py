"""Paid places that were cancelled: money that finance has to decide on."""

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum

from meetings.enums import RegistrationStatus
from meetings.models import Registration


def paid_and_cancelled() -> QuerySet[Registration]:
    """Cancelled places on a payment notice that was paid and from which less has been taken off than its cancelled places cost.

    A credit note, or a refund that brings one, takes the place out of the list.
    """
    gone = Registration.objects.filter(status=RegistrationStatus.CANCELLED, price__gt=0)
    cost = gone.filter(invoice=OuterRef("invoice")).order_by().values("invoice").annotate(sum=Sum("price")).values("sum")
    rows = gone.filter(invoice__voided_at=None, invoice__paid__gt=0).annotate(cancelled_cost=Subquery(cost))
    return rows.filter(cancelled_cost__gt=F("invoice__credited"))
