"""Money to be given back: what waits, and what of a payment is still free."""

from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum

from fees.enums import REFUND_WAITS
from fees.models import Invoice, Payment, Refund


def waiting_refunds() -> QuerySet[Refund]:
    """Asked for or approved, and not transferred yet."""
    return Refund.objects.filter(state__in=REFUND_WAITS)


def free_credit(payment: Payment) -> Decimal:
    """What is left of a payment (yuan) and not promised to go back."""
    promised = waiting_refunds().filter(payment=payment, invoice=None).aggregate(sum=Sum("amount"))["sum"]
    return payment.left - (promised or Decimal("0.00"))


def overpaid() -> QuerySet[Payment]:
    """Payments of which something is left while their unit owes nothing and nobody has asked for it back: it stays for the next notice, or goes back."""
    owing = Invoice.objects.open().filter(institution=OuterRef("institution"))
    asked = waiting_refunds().filter(payment=OuterRef("pk"))
    return Payment.objects.filter(~Exists(owing), ~Exists(asked), left__gt=0).order_by("received_on", "pk")
