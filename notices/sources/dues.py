"""Payment notices that are not paid. What they say is the business of fees; here stands when."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse

from alliance.common.outbox import made
from fees.models import DunningPause, Invoice
from members.enums import PersonRole
from members.selectors.memberships import contacts
from notices.enums import ReminderKind
from notices.sources.base import Item, addressed_to, source


@source(ReminderKind.INVOICE_DUE, by_role=True)
def invoices_due(first: dt.date, last: dt.date, offset: int) -> Iterator[Item]:
    """Units with an open notice due on a day: one item a unit and day, with all that is late by the time the mail goes out.

    Left out: disputed notices, and units whose reminders are paused.
    """
    after = dt.timedelta(days=offset)
    open_ones = Invoice.objects.open().filter(disputed_since=None).select_related("institution", "membership")
    pauses = list(DunningPause.objects.filter(until__gte=first + after).values_list("institution", "until"))
    units: dict[tuple[int, dt.date], list[Invoice]] = {}
    for invoice in open_ones.filter(due_on__range=(first, last)).order_by("due_on", "pk"):
        if not any(unit == invoice.institution_id and until >= invoice.due_on + after for unit, until in pauses):
            units.setdefault((invoice.institution_id, invoice.due_on), []).append(invoice)
    late: dict[int, list[Invoice]] = {}
    for invoice in open_ones.filter(institution__in={unit for unit, _day in units}, due_on__lt=last + after).order_by("due_on", "pk"):
        late.setdefault(invoice.institution_id, []).append(invoice)
    for (unit, day), due in units.items():
        late_then = [invoice for invoice in late.get(unit, []) if invoice.due_on < day + after]
        yield _item(day, due, sorted({one.pk: one for one in [*late_then, *due]}.values(), key=lambda one: (one.due_on, one.pk)))


def _item(day: dt.date, due: list[Invoice], invoices: list[Invoice]) -> Item:
    unit = due[0].institution
    context = {
        "invoice": due[0],
        "invoices": invoices,
        "total": sum(invoice.owed for invoice in invoices),
        "link": settings.SITE_URL + reverse("fees:dues"),
    }

    def notices() -> tuple[object, ...]:
        return tuple(made(f"缴费通知单-{invoice.number}.pdf", "application/pdf", "fees.payment_notice", invoice.pk) for invoice in invoices)

    readers = addressed_to(*contacts(unit, PersonRole.LIAISON, PersonRole.FINANCE))
    subjects = (unit, *(invoice.membership for invoice in invoices))
    return Item(day, due[0], readers, context, institution=unit, subjects=subjects, attachments=notices)
