"""What of money waits on the staff's start page, and on the unit's."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import today
from fees.enums import AdjustmentState, CreditProposalState, FapiaoRequestState, LineState, RefundState, VoucherState
from fees.models import Adjustment, CreditProposal, Fapiao, FapiaoRequest, Invoice, StatementLine, Voucher
from fees.selectors.dunning import reinstatements_to_propose, removals_to_propose, suspensions_to_propose
from fees.selectors.fapiaos import late_requests, red_needed
from fees.selectors.finance import credits_to_use, fapiaos_ahead
from fees.selectors.refunds import overpaid, waiting_refunds
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
    {
        "label": _("Lines of statements to decide"),
        "permission": "fees.import_statement",
        "order": 29,
        "count": lambda user: StatementLine.objects.filter(state=LineState.OPEN).count(),
        "url": lambda: reverse("admin:fees_bankstatement_changelist"),
    },
    {
        "label": _("Fapiaos to issue"),
        "permission": "fees.handle_fapiaos",
        "order": 35,
        "count": lambda user: FapiaoRequest.objects.filter(state__in=[FapiaoRequestState.OPEN, FapiaoRequestState.EXPORTED]).count(),
        "url": lambda: reverse("admin:fees_fapiaorequest_changelist"),
    },
    {
        "label": _("Fapiao requests that are late"),
        "permission": "fees.handle_fapiaos",
        "order": 35,
        "count": lambda user: late_requests(today()).count(),
        "url": lambda: f"{reverse('admin:fees_fapiaorequest_changelist')}?standing=late",
    },
    {
        "label": _("Red-letter fapiaos without their first one"),
        "permission": "fees.handle_fapiaos",
        "order": 37,
        "count": lambda user: Fapiao.objects.filter(is_red=True, red_of=None).count(),
        "url": lambda: f"{reverse('admin:fees_fapiao_changelist')}?is_red__exact=1&red_of__isempty=1",
    },
    {
        "label": _("Fapiaos to assign"),
        "permission": "fees.handle_fapiaos",
        "order": 36,
        "count": lambda user: Fapiao.objects.filter(request=None, is_red=False, is_closed=False).count(),
        "url": lambda: f"{reverse('admin:fees_fapiao_changelist')}?request__isempty=1&is_red__exact=0&is_closed__exact=0",
    },
    {
        "label": _("Transfers to confirm"),
        "permission": "fees.record_payment",
        "order": 32,
        "count": lambda user: Voucher.objects.filter(state=VoucherState.NEW).count(),
        "url": lambda: f"{reverse('admin:fees_voucher_changelist')}?state__exact=new",
    },
    {
        "label": _("Refunds to approve or transfer"),
        "permission": "fees.record_payment",
        "order": 33,
        "count": lambda user: waiting_refunds().exclude(state=RefundState.ASKED, asked_by=user).count(),
        "url": lambda: f"{reverse('admin:fees_refund_changelist')}?waiting=yes",
    },
    {
        "label": _("Overpaid, nothing owed"),
        "permission": "fees.record_payment",
        "order": 33,
        "count": lambda user: overpaid().count(),
        "url": lambda: f"{reverse('admin:fees_payment_changelist')}?credit=overpaid",
    },
    {
        "label": _("Credit notes to approve"),
        "permission": "fees.adjust",
        "order": 33,
        "count": lambda user: CreditProposal.objects.filter(state=CreditProposalState.PROPOSED).exclude(proposed_by=user).count(),
        "url": lambda: f"{reverse('admin:fees_creditproposal_changelist')}?state__exact=proposed",
    },
    {
        "label": _("Fapiaos over more than is billed: red-letter needed"),
        "permission": "fees.handle_fapiaos",
        "order": 36,
        "count": lambda user: red_needed().count(),
        "url": lambda: f"{reverse('admin:fees_fapiaorequest_changelist')}?standing=red",
    },
    {
        "label": _("Reductions to approve"),
        "permission": "fees.adjust",
        "order": 33,
        "count": lambda user: Adjustment.objects.filter(state=AdjustmentState.PROPOSED).exclude(proposed_by=user).count(),
        "url": lambda: f"{reverse('admin:fees_adjustment_changelist')}?state__exact=proposed",
    },
    {
        "label": _("Long overdue: propose suspension"),
        "permission": "members.change_membership",
        "order": 34,
        "count": lambda user: suspensions_to_propose(today()).count(),
        "url": lambda: reverse("admin:fees_invoice_dunning"),
    },
    {
        "label": _("Suspended and still owing: propose removal"),
        "permission": "members.change_membership",
        "order": 34,
        "count": lambda user: removals_to_propose(today()).count(),
        "url": lambda: reverse("admin:fees_invoice_dunning"),
    },
    {
        "label": _("Suspended and paid up: reinstate"),
        "permission": "members.change_membership",
        "order": 34,
        "count": lambda user: reinstatements_to_propose().count(),
        "url": lambda: reverse("admin:fees_invoice_dunning"),
    },
    {
        "label": _("Credit that could pay something"),
        "permission": "fees.record_payment",
        "order": 33,
        "count": lambda user: credits_to_use().count(),
        "url": lambda: reverse("admin:fees_invoice_finance"),
    },
    {
        "label": _("Fapiaos issued before the money came"),
        "permission": "fees.handle_fapiaos",
        "order": 37,
        "count": lambda user: len(fapiaos_ahead(today())),
        "url": lambda: reverse("admin:fees_invoice_finance"),
    },
]


def dues_card(request: HttpRequest, institution: Institution) -> dict[str, Any] | None:
    """What the unit has to pay."""
    invoices = list(open_invoices(institution))
    return {"template": "fees/card_dues.html", "todo": True, "invoices": invoices} if invoices else None
