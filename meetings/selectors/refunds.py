"""Paid places that were cancelled: money that finance has to decide on, or has decided to keep."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from fees.enums import REFUND_WAITS, RefundState
from fees.models import Refund
from meetings.enums import RegistrationStatus
from meetings.models import Registration


def paid_and_cancelled() -> QuerySet[Registration]:
    """Cancelled places on a payment notice that was paid and from which less has been taken off than its cancelled places cost.

    A credit note, or a refund that brings one, takes the place out of the list.
    """
    gone = Registration.objects.filter(status=RegistrationStatus.CANCELLED, price__gt=0)
    cost = gone.filter(invoice=OuterRef("invoice")).order_by().values("invoice").annotate(sum=Sum("price")).values("sum")
    rows = gone.filter(invoice__voided_at=None, invoice__paid__gt=0).annotate(cancelled_cost=Subquery(cost))
    back = Refund.objects.filter(places=OuterRef("pk"), state=RefundState.PAID)
    return rows.filter(~Exists(back), cancelled_cost__gt=F("invoice__credited"))


def refunds_to_decide() -> QuerySet[Registration]:
    """Those of `paid_and_cancelled` on whose money nobody has decided, or whose refund is approved and not transferred."""
    return paid_and_cancelled().exclude(pk__in=refunds_refused().values("pk"))


def refunds_refused() -> QuerySet[Registration]:
    """Those of `paid_and_cancelled` whose money stays: the refund of the place was refused, and no other is on its way.

    A place from before refunds named their place goes by those of its notice.
    """
    own = Refund.objects.filter(places=OuterRef("pk"))
    asked = Refund.objects.filter(places=None, invoice=OuterRef("invoice"))
    by_place = Q(Exists(own.filter(state=RefundState.REFUSED))) & ~Q(Exists(own.filter(state__in=REFUND_WAITS)))
    by_notice = ~Q(Exists(own)) & Q(Exists(asked.filter(state=RefundState.REFUSED))) & ~Q(Exists(asked.filter(state__in=REFUND_WAITS)))
    return paid_and_cancelled().filter(by_place | by_notice)
