"""What of money waits on the staff's start page, and on the unit's."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import today
from fees.models import Invoice
from fees.selectors.standing import open_invoices, overdue_invoices
from members.models import Institution

QUEUES: list[dict[str, Any]] = [
    {
        "label": _("Payment notices open"),
        "permission": "fees.view_invoice",
        "order": 30,
        "count": lambda user: Invoice.objects.open().count(),
        "url": lambda: f"{reverse('admin:fees_invoice_changelist')}?state=open",
    },
    {
        "label": _("Payment notices overdue"),
        "permission": "fees.view_invoice",
        "order": 31,
        "count": lambda user: overdue_invoices(today()).count(),
        "url": lambda: f"{reverse('admin:fees_invoice_changelist')}?state=overdue",
    },
]


def dues_card(request: HttpRequest, institution: Institution) -> dict[str, Any] | None:
    """What the unit has to pay."""
    invoices = list(open_invoices(institution))
    return {"template": "fees/card_dues.html", "todo": True, "invoices": invoices} if invoices else None
