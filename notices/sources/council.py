"""Votes that are about to close."""

import datetime as dt
from collections.abc import Iterator

from alliance.common.clock import local_date
from council.enums import BallotStatus
from council.mails import ballot_link
from council.models import Ballot
from council.selectors.ballots import undecided_electors
from notices.enums import ReminderKind
from notices.sources.base import Item, addressed_to, bounds, source


@source(ReminderKind.BALLOT_CLOSING)
def ballots_closing(first: dt.date, last: dt.date, offset: int) -> Iterator[Item]:
    """Open ballots, to the electors with a vote left: one item a ballot."""
    for ballot in Ballot.objects.filter(status=BallotStatus.OPEN, closes_at__range=bounds(first, last)):
        readers = addressed_to(*(elector.person for elector in undecided_electors(ballot)))
        yield Item(local_date(ballot.closes_at), ballot, readers, {"ballot": ballot, "link": ballot_link(ballot)})
