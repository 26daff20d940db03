"""Letters about dues. Fees say who gets one, on which day, and in which words (fees/selectors/dunning.py); here they become reminders."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse

from alliance.common.outbox import made
from alliance.common.templatetags.alliance import addressed
from fees.selectors.dunning import READERS, Letter, letters_on
from members.selectors.memberships import contacts
from notices.enums import ReminderKind
from notices.selectors.reminders import dunning_ladder
from notices.sources.base import Item, addressed_to, daily_source


@daily_source(ReminderKind.INVOICE_DUE, by_role=True)
def invoices_due(day: dt.date, offset: int, memo: dict[Any, Any]) -> Iterator[Item]:
    """The letters of a day whose step is `offset`. The letters of all steps are asked for once a day."""
    ladder = memo.setdefault("ladder", dunning_ladder())
    known = offset in ladder
    if (day, known) not in memo:
        memo[day, known] = letters_on(day, ladder if known else {offset, *ladder})
    for letter in memo[day, known]:
        if letter.step == offset and not letter.skipped:
            yield letter_item(letter, offset)


def letter_item(letter: Letter, offset: int) -> Item:
    """What is said to one unit; `offset`: days after the due date."""
    context = {
        "invoice": letter.due[0],
        "invoices": list(letter.invoices),
        "total": letter.total,
        "days": offset,
        "link": settings.SITE_URL + reverse("fees:dues"),
    }

    def notices() -> tuple[object, ...]:
        return tuple(made(f"缴费通知单-{invoice.number}.pdf", "application/pdf", "fees.payment_notice", invoice.pk) for invoice in letter.invoices)

    return Item(
        letter.due[0].due_on,
        letter.due[0],
        addressed_to(*contacts(letter.institution, *READERS)),
        context,
        institution=letter.institution,
        subjects=(letter.institution, *{i.membership_id: i.membership for i in letter.invoices if i.membership is not None}.values()),
        attachments=notices,
        personal=lambda person: {"opening": letter.opening(addressed(person.name if person else ""))},
    )
