"""The daily sweep of reminders. Running it twice, or in two workers at once, sends each reminder once: the outbox key says so."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.db import transaction

from alliance.common.clock import local_date
from alliance.common.models import OutboxMessage
from alliance.common.outbox import queue
from notices.enums import ReminderKind
from notices.models import ReminderRule, ReminderRun
from notices.sources import SOURCES, Due

DEFAULTS: tuple[tuple[str, int], ...] = (
    (ReminderKind.INVOICE_DUE, -30),
    (ReminderKind.INVOICE_DUE, -7),
    (ReminderKind.INVOICE_DUE, 0),
    (ReminderKind.INVOICE_DUE, 15),
    (ReminderKind.INVOICE_DUE, 30),
    (ReminderKind.INVOICE_DUE, 60),
    (ReminderKind.BALLOT_CLOSING, -3),
    (ReminderKind.BALLOT_CLOSING, -1),
    (ReminderKind.APPLICATION_RETURNED, 7),
    (ReminderKind.MEETING_SOON, -7),
    (ReminderKind.MEETING_SOON, -1),
)
# Nobody wants a reminder in the night; the first sweep after this hour sends the day's.
FIRST_HOUR = 8
LAST_HOUR = 20


def ensure_default_rules() -> None:
    """The shipped rules, when there are none at all; staff may then change them."""
    if not ReminderRule.objects.exists():
        ReminderRule.objects.bulk_create([ReminderRule(kind=kind, offset_days=days) for kind, days in DEFAULTS], ignore_conflicts=True)


def due_today(day: dt.date) -> Iterator[tuple[ReminderRule, Due]]:
    """Every reminder of this Beijing day, sent already or not."""
    for rule in ReminderRule.objects.filter(is_active=True):
        for due in SOURCES[rule.kind](day, rule.offset_days):
            yield rule, due


def key_of(rule: ReminderRule, due: Due, day: dt.date) -> str:
    """What makes a reminder one and the same: rule, record and the day it belongs to (a moved date is a new reminder)."""
    return f"reminder:{rule.kind}:{rule.offset_days}:{due.cause._meta.label_lower}:{due.cause.pk}:{day - dt.timedelta(days=rule.offset_days)}"


def send_due_reminders(now: dt.datetime, *, at_any_hour: bool = False) -> Counter[str]:
    """Queue what is due on `now`'s day in Beijing and not yet queued. Returns how many by kind.

    Nothing outside 8 to 20 o'clock, unless a person asks for it now (`at_any_hour`).
    """
    hour = (now.astimezone(dt.timezone(dt.timedelta(hours=8)))).hour
    if not at_any_hour and not FIRST_HOUR <= hour < LAST_HOUR:
        return Counter()
    day = local_date(now)
    ensure_default_rules()
    sent: Counter[str] = Counter()
    for rule, due in due_today(day):
        key = key_of(rule, due, day)
        if OutboxMessage.objects.filter(recipient=due.to.strip().lower(), key=key).exists():
            continue
        with transaction.atomic():
            queue(
                f"notices/mail/{rule.kind}",
                to=due.to,
                cause=due.cause,
                key=key,
                subjects=due.subjects,
                context=due.context,
                attachments=due.attachments,
            )
        sent[rule.kind] += 1
    if sent:
        ReminderRun.objects.create(queued=sent.total())
    return sent
