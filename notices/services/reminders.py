"""The sweep of reminders. Running it twice, or in two workers at once, sends each reminder once: the outbox key says so."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from alliance.common.clock import BEIJING, local_date
from alliance.common.models import MailSettings, Organisation, OutboxMessage
from alliance.common.outbox import queue
from alliance.common.workdays import Workdays
from members.models import Person
from members.selectors.memberships import contacts
from notices.enums import Audience, ReminderKind
from notices.models import ReminderRule, ReminderRun
from notices.sources import SOURCES, Item

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
    (ReminderKind.DRAFT_EXPIRING, -30),
    (ReminderKind.DRAFT_EXPIRING, -3),
    (ReminderKind.DATA_CHECK, -7),
    (ReminderKind.DATA_CHECK, 1),
    (ReminderKind.CONSULTATION, -7),
    (ReminderKind.CONSULTATION, -1),
)
# Working days and holidays stretch a number of days by no more than this.
STRETCH = 2
SLACK = 12


@dataclass(frozen=True)
class Due:
    """One reminder to one reader, with the day on which it goes out."""

    rule: ReminderRule
    item: Item
    day: dt.date
    to: str
    person: Person | None

    @property
    def cause(self) -> Any:
        """The record it is about."""
        return self.item.cause

    @property
    def key(self) -> str:
        """What makes a reminder one and the same: rule, record and the record's day (a moved date is a new reminder)."""
        rule, cause = self.rule, self.item.cause
        key = f"reminder:{rule.kind}:{rule.offset_days}:{cause._meta.label_lower}:{cause.pk}:{self.item.day}"
        return key + (":workdays" if rule.working_days else "") + (f":{rule.audience}" if rule.audience else "")

    @property
    def context(self) -> dict[str, Any]:
        """What the mail says."""
        days = (self.day - self.item.day).days
        counted = {"days": abs(days) if self.item.unsigned_days else days}
        return {**counted, **self.item.context, **self.item.personal(self.person), "person": self.person}


def ensure_default_rules() -> None:
    """The shipped rules, when there are none at all; staff may then change them."""
    if not ReminderRule.objects.exists():
        ReminderRule.objects.bulk_create([ReminderRule(kind=kind, offset_days=days) for kind, days in DEFAULTS], ignore_conflicts=True)


def due_between(first: dt.date, last: dt.date) -> list[Due]:
    """Every reminder whose day is from `first` to `last`, sent already or not, for what is open now; in the order of days."""
    workdays, organisation, memo = Workdays(), Organisation.load(), {}  # type: ignore[var-annotated]
    found = []
    for rule in ReminderRule.objects.filter(is_active=True):
        for item, day in _items_of(rule, first, last, workdays, memo):
            found += [Due(rule, item, day, address, person) for address, person in readers_of(rule, item, organisation)]
    for rule, item, day in _by_own_days(first, last):
        found += [Due(rule, item, day, address, person) for address, person in item.readers]
    return sorted(found, key=lambda due: (due.day, due.rule.kind, due.rule.offset_days, due.to))


def due_today(day: dt.date) -> list[Due]:
    """Every reminder of this Beijing day, sent already or not."""
    return due_between(day, day)


def _items_of(rule: ReminderRule, first: dt.date, last: dt.date, workdays: Workdays, memo: dict[Any, Any]) -> Iterator[tuple[Item, dt.date]]:
    """The open items of a rule whose mail goes out from `first` to `last`, each with that day."""
    source, offset = SOURCES.get(rule.kind), rule.offset_days
    if source is not None and source.find_on is not None:
        for day in (first + dt.timedelta(days=number) for number in range((last - first).days + 1)):
            yield from ((item, day) for item in source.find_on(day, offset, memo))
    if source is None or source.find is None:
        return
    slack = dt.timedelta(days=abs(offset) * (STRETCH - 1) + SLACK if rule.working_days else 0)
    shift = dt.timedelta(days=offset)
    for item in source.find(first - shift - slack, last - shift + slack, offset):
        day = workdays.add(item.day, offset) if rule.working_days else item.day + shift
        if first <= day <= last:
            yield item, day


def _by_own_days(first: dt.date, last: dt.date) -> Iterator[tuple[ReminderRule, Item, dt.date]]:
    """The items whose record says when to remind: each with a rule made for the occasion, never stored."""
    for kind, source in SOURCES.items():
        for offset, since, item in source.own(first, last) if source.own else ():
            yield ReminderRule(kind=kind, offset_days=offset, created_at=since), item, item.day + dt.timedelta(days=offset)


def readers_of(rule: ReminderRule, item: Item, organisation: Organisation) -> tuple[tuple[str, Person | None], ...]:
    """To whom: those concerned, a role of the unit, or the secretariat."""
    if rule.audience == Audience.SECRETARIAT:
        return ((organisation.secretariat_email, Person(name=organisation.secretariat_contact)),)
    if rule.audience and item.institution is not None:
        return tuple((person.email, person) for person in contacts(item.institution, rule.audience))
    return item.readers


def sendable(now: dt.datetime) -> list[Due]:
    """What the sweep would send at this moment: today's, and what the system missed on the days before and is still of use.

    Nothing in the quiet hours, and on a day off nothing if so set.
    """
    settings, day, workdays = MailSettings.load(), local_date(now), Workdays()
    if settings.is_quiet(now.astimezone(BEIJING).time()) or (settings.only_workdays and not workdays.works(day)):
        return []
    return [due for due in due_between(earliest(day, settings, workdays), day) if due.day == day or still_of_use(due, day)]


def earliest(day: dt.date, settings: MailSettings, workdays: Workdays) -> dt.date:
    """How far back the sweep looks: the days to catch up, and the days off since the last working day."""
    first = day - dt.timedelta(days=settings.catch_up_days)
    return min(first, workdays.add(day, -1) + dt.timedelta(days=1)) if settings.only_workdays else first


def still_of_use(due: Due, day: dt.date) -> bool:
    """A reminder from an earlier day: not one before a day that is over, nor one of a rule that did not exist then."""
    if due.rule.offset_days < 0 and due.item.day < day:
        return False
    return local_date(due.rule.created_at) <= due.day


def not_yet_queued(dues: list[Due]) -> list[Due]:
    """Those that no mail was made for yet; of two alike the first."""
    known = set(OutboxMessage.objects.filter(key__in={due.key for due in dues}).values_list("recipient", "key"))
    fresh = []
    for due in dues:
        mail = (due.to.strip().lower(), due.key)
        if mail not in known:
            known.add(mail)
            fresh.append(due)
    return fresh


def write(due: Due) -> OutboxMessage:
    """The mail of one reminder."""
    return queue(
        SOURCES[due.rule.kind].template,
        to=due.to,
        cause=due.cause,
        key=due.key,
        subjects=due.item.subjects,
        context=due.context,
        attachments=due.item.attachments(),
        variant=due.rule.variant,
    )


def send_due_reminders(now: dt.datetime, *, at_any_hour: bool = False) -> Counter[str]:
    """Queue what is due at `now` and not yet queued. Returns how many by kind.

    Keeps the quiet hours, unless a person asks for today's now (`at_any_hour`).
    """
    ensure_default_rules()
    sent: Counter[str] = Counter()
    for due in not_yet_queued(due_today(local_date(now)) if at_any_hour else sendable(now)):
        with transaction.atomic():
            write(due)
        sent[due.rule.kind] += 1
    if sent:
        ReminderRun.objects.create(queued=sent.total())
    return sent
