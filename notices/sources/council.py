"""Votes that are about to close."""

import datetime as dt
from collections.abc import Iterator

from alliance.common.clock import local_date
from council.enums import BallotStatus
from council.mails import ballot_link
from council.models import Ballot
from council.selectors.electorate import undecided_electors
from notices.enums import ReminderKind
from notices.sources.base import Item, addressed_to, bounds, own_days, source

OPEN = Ballot.objects.filter(status=BallotStatus.OPEN)


@source(ReminderKind.BALLOT_CLOSING)
def ballots_closing(first: dt.date, last: dt.date, offset: int) -> Iterator[Item]:
    """Open ballots of bodies that leave the days to the table of rules, to the electors with a vote left: one item a ballot."""
    for ballot in OPEN.filter(procedure__reminder_days=[], closes_at__range=bounds(first, last)):
        yield closing_item(ballot)


@own_days(ReminderKind.BALLOT_CLOSING)
def ballots_by_their_rules(first: dt.date, last: dt.date) -> Iterator[tuple[int, dt.datetime, Item]]:
    """Open ballots of bodies whose rules of procedure name the days (R15). Nobody is reminded on the day of the opening: that mail has just come."""
    for ballot in OPEN.exclude(procedure__reminder_days=[]).filter(closes_at__gte=bounds(first, first)[0]).select_related("procedure"):
        assert ballot.procedure is not None
        assert ballot.opened_at is not None
        closes, opened = local_date(ballot.closes_at), local_date(ballot.opened_at)
        for days in ballot.procedure.reminder_days:
            day = closes - dt.timedelta(days=days)
            if first <= day <= last and day > opened:
                yield -days, ballot.opened_at, closing_item(ballot)


def closing_item(ballot: Ballot) -> Item:
    """What is said of one ballot, to the electors with a vote left."""
    readers = addressed_to(*(elector.person for elector in undecided_electors(ballot)))
    return Item(local_date(ballot.closes_at), ballot, readers, {"ballot": ballot, "link": ballot_link(ballot)})
