"""The reminders of dues that have gone out since the run: the log of the ladder's steps. Nothing is mailed to anybody."""

import datetime as dt

from alliance.common.clock import BEIJING, now, today
from alliance.common.models import OutboxMessage
from alliance.common.models.outbox import OutboxState
from fees.models import DuesRun, Invoice
from members.enums import PersonRole
from members.models import Affiliation, Person
from notices.enums import ReminderKind
from notices.services.reminders import due_between, ensure_default_rules, not_yet_queued, write

UNITS = 6
AT = dt.time(8, 30)
SENT = (OutboxState.CLAIMED, OutboxState.SENDING, OutboxState.SENT)


def tell() -> None:
    """Some late units have somebody to write to, and were reminded at each step until yesterday."""
    run = DuesRun.objects.order_by("pk").first()
    if run is None:
        return
    ensure_default_rules()
    _contacts(run)
    letters = due_between(run.issued_on, today() - dt.timedelta(days=1))
    for due in not_yet_queued([due for due in letters if due.rule.kind == ReminderKind.INVOICE_DUE]):
        _as_sent(write(due), due.day)


def _contacts(run: DuesRun) -> None:
    """A finance contact for the first units of the run that still owe."""
    late = list(Invoice.objects.open().filter(run=run).select_related("institution").order_by("institution__name")[:UNITS])
    for number, invoice in enumerate(late, start=1):
        person = Person.objects.create(name=f"财务联系人{number}（样例）", email=f"finance{number}@sample.edu.cn", department="财务处")
        Affiliation.objects.create(person=person, institution=invoice.institution, role=PersonRole.FINANCE, since=run.issued_on)


def _as_sent(mail: OutboxMessage, day: dt.date) -> None:
    """As if it had gone out on `day`: state by state, as the database demands."""
    at = min(dt.datetime.combine(day, AT, BEIJING), now())
    for state in SENT:
        OutboxMessage.objects.filter(pk=mail.pk).update(state=state, sent_at=at if state == OutboxState.SENT else None)
    OutboxMessage.objects.filter(pk=mail.pk).update(created_at=at, claimed_at=at)
