"""What leaving means for dues: nothing is forgiven by itself, and nothing new is billed."""

import datetime as dt

from django.utils.translation import gettext as _

from alliance.common.money import format_money
from fees.selectors.standing import credit_of, open_invoices
from members.models import Membership


def what_of_dues(membership: Membership, on: dt.date) -> list[str]:
    """In sentences: each open payment notice stays due, credit is paid back on request, no fee is charged for the years after `on`."""
    institution = membership.institution
    sentences = [
        _("%(number)s: %(owed)s stay due (until %(day)s).") % {"number": invoice.number, "owed": format_money(invoice.owed), "day": invoice.due_on.isoformat()}
        for invoice in open_invoices(institution)
    ]
    credit = credit_of(institution)
    if credit:
        sentences.append(_("Credit of %(credit)s is paid back on request.") % {"credit": format_money(credit)})
    sentences.append(_("The annual fee of %(year)s is not returned; none is charged from %(next)s on.") % {"year": on.year, "next": on.year + 1})
    return sentences
