"""The reminders of dues that have gone out since the run: the log of the ladder's steps. Nothing is mailed to anybody."""

import datetime as dt

from alliance.common.clock import BEIJING, now, today
from alliance.common.models import OutboxMessage
from alliance.common.models.outbox import OutboxState
from fees.models import DuesRun
from notices.enums import ReminderKind
from notices.services.reminders import due_between, ensure_default_rules, not_yet_queued, write

AT = dt.time(8, 30)
SENT = (OutboxState.CLAIMED, OutboxState.SENDING, OutboxState.SENT)


def tell() -> None:
    """Who owes was reminded at each step until yesterday."""
    run = DuesRun.objects.order_by("pk").first()
    if run is None:
        return
    ensure_default_rules()
    letters = due_between(run.issued_on, today() - dt.timedelta(days=1))
    for due in not_yet_queued([due for due in letters if due.rule.kind == ReminderKind.INVOICE_DUE]):
        _as_sent(write(due), due.day)


def _as_sent(mail: OutboxMessage, day: dt.date) -> None:
    """As if it had gone out on `day`: state by state, as the database demands."""
    at = min(dt.datetime.combine(day, AT, BEIJING), now())
    for state in SENT:
        OutboxMessage.objects.filter(pk=mail.pk).update(state=state, sent_at=at if state == OutboxState.SENT else None)
    OutboxMessage.objects.filter(pk=mail.pk).update(created_at=at, claimed_at=at)
