"""What a source is, and what it yields."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import models

from alliance.common.clock import BEIJING
from members.models import Institution, Person


@dataclass(frozen=True)
class Item:
    """One open thing: its day, whom it concerns, and what the mail says.

    `readers`: (address, person or None). `institution`: the unit, where a rule may choose another of its roles; None where it may not.
    The mail's context gets `person`, and `days` from the item's day to the mail's (negative before; never negative when `unsigned_days`), and what `personal` says of the reader.
    """

    day: dt.date
    cause: models.Model
    readers: tuple[tuple[str, Person | None], ...]
    context: dict[str, Any]
    institution: Institution | None = None
    subjects: tuple[models.Model, ...] = ()
    attachments: Callable[[], tuple[Any, ...]] = tuple
    unsigned_days: bool = False
    personal: Callable[[Person | None], dict[str, Any]] = lambda person: {}


Finder = Callable[[dt.date, dt.date, int], Iterator[Item]]
OwnFinder = Callable[[dt.date, dt.date], Iterator[tuple[int, dt.datetime, Item]]]
DailyFinder = Callable[[dt.date, int, dict[Any, Any]], Iterator[Item]]


@dataclass(frozen=True)
class Source:
    """Where items of a kind come from, the template of their mail, and whether a rule may choose whom of the unit it goes to.

    `own`: items whose day of reminding is data of the record itself, beside the table of rules (see `own_days`).
    """

    find: Finder | None
    template: str
    by_role: bool = False
    find_on: DailyFinder | None = None
    own: OwnFinder | None = None


SOURCES: dict[str, Source] = {}


def source(kind: str, *, template: str = "", by_role: bool = False) -> Callable[[Finder], Finder]:
    """Register a source: `find(first, last, offset)` yields the open items whose day is from `first` to `last`."""

    def register(find: Finder) -> Finder:
        SOURCES[kind] = Source(find, template or f"notices/mail/{kind}", by_role)
        return find

    return register


def daily_source(kind: str, *, template: str = "", by_role: bool = False) -> Callable[[DailyFinder], DailyFinder]:
    """Register a source that knows itself on which day a mail goes out: `find_on(day, offset, memo)`; `memo` lives as long as one look at a range of days."""

    def register(find_on: DailyFinder) -> DailyFinder:
        SOURCES[kind] = Source(None, template or f"notices/mail/{kind}", by_role, find_on)
        return find_on

    return register


def own_days(kind: str) -> Callable[[OwnFinder], OwnFinder]:
    """Register, for a kind that has a source, those that bring days of their own: `find(first, last)` yields (days before or after, since when that holds, item)
    for each mail whose day is from `first` to `last`.
    """

    def register(find: OwnFinder) -> OwnFinder:
        SOURCES[kind] = replace(SOURCES[kind], own=find)
        return find

    return register


def bounds(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first and last moment of a range of Beijing days."""
    begin = dt.datetime.combine(first, dt.time.min, BEIJING)
    return begin, dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, BEIJING) - dt.timedelta(microseconds=1)


def addressed_to(*people: Person) -> tuple[tuple[str, Person | None], ...]:
    """Readers from people; those without an address are left out."""
    return tuple((person.email, person) for person in people if person.email)
