"""What money adds to an application's story: what is due until when, and what the institution owed before."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.common.money import format_money
from alliance.common.templatetags.alliance import day
from fees import documents
from fees.models import Invoice
from fees.selectors.standing import open_invoices
from members.models import Application, Institution
from members.progress import Paper


def _notice(application: Application) -> Invoice | None:
    membership = getattr(application, "membership", None)
    return Invoice.objects.filter(membership=membership).exclude(state="void").order_by("pk").first() if membership else None


def what_is_due(application: Application) -> list[str]:
    """After the council's yes: the payment notice, its sum and its date."""
    notice = _notice(application)
    if notice is None or not notice.owed:
        return []
    values = {"number": notice.number, "owed": format_money(notice.owed), "day": day(notice.due_on)}
    return [_("Payment notice %(number)s: %(owed)s are due by %(day)s. The membership begins when they arrive.") % values]


def what_was_owed(institution: Institution) -> list[str]:
    """For the screener: each payment notice of the institution that is still open, also from an earlier membership."""
    return [
        _("%(number)s: %(owed)s open, due on %(day)s.") % {"number": invoice.number, "owed": format_money(invoice.owed), "day": day(invoice.due_on)}
        for invoice in open_invoices(institution)
    ]


def _make(application: Application) -> bytes:
    notice = _notice(application)
    assert notice is not None  # asked for only when it exists
    return documents.payment_notice(notice)


NOTICE = Paper("payment-notice", gettext_lazy("Payment notice (PDF)"), lambda application: _notice(application) is not None, _make)
