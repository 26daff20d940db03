"""Votes that are about to close."""

import datetime as dt
from collections.abc import Iterator

from alliance.common.clock import local_date
from council.enums import BallotStatus
from council.mails import ballot_link
from council.models import Ballot
from council.selectors.electorate import undecided_electors
from notices.enums import ReminderKind
from notices.sources.base import Item, addressed_to, bounds, source


@source(ReminderKind.BALLOT_CLOSING)
def ballots_closing(first: dt.date, last: dt.date, offset: int) -> Iterator[Item]:
    """Open ballots, to the electors with a vote left: one item a ballot."""
    # Bodies whose own rules of procedure name the days are reminded by the council itself.
    ruled_here = Ballot.objects.filter(status=BallotStatus.OPEN, procedure__reminder_days=[])
    for ballot in ruled_here.filter(closes_at__range=bounds(first, last)):
        readers = addressed_to(*(elector.person for elector in undecided_electors(ballot)))
        yield Item(local_date(ballot.closes_at), ballot, readers, {"ballot": ballot, "link": ballot_link(ballot)})
