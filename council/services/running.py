"""What can happen to a ballot while it runs: a later end, the end without a result."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import database_now
from alliance.common.exceptions import InvalidTransition
from alliance.common.locking import lock
from alliance.common.transitions import move
from council import mails
from council.enums import BallotStatus
from council.exceptions import CannotOpen
from council.models import Ballot
from members.models import Departure, User
from members.services.departures import take_departure_from_ballot
from members.services.screening import take_from_ballot


@transaction.atomic
def extend_ballot(ballot: Ballot, *, actor: User, closes_at: dt.datetime, reason: str) -> Ballot:
    """Give an open ballot a later end, and tell those with a vote left. Raises InvalidTransition, CannotOpen for a time not later or after the end."""
    lock(ballot)
    if ballot.status != BallotStatus.OPEN:
        raise InvalidTransition
    if ballot.closes_at <= database_now():
        # Whoever sees how many have voted must not choose after the end whether it was the end.
        raise CannotOpen(_("Voting time is over; the result is being counted. It can no longer be extended."))
    if closes_at <= ballot.closes_at:
        raise CannotOpen(_("The new closing time must be later than the present one."))
    before, ballot.closes_at, ballot.extension_reason = ballot.closes_at, closes_at, reason
    ballot.save(update_fields=["closes_at", "extension_reason", "updated_at"])
    record("ballot.extended", ballot, actor=actor, before=before, after=closes_at, reason=reason)
    mails.ballot_extended(ballot)
    return ballot


@transaction.atomic
def cancel_ballot(ballot: Ballot, *, actor: User, reason: str) -> Ballot:
    """Stop a draft or an open ballot without a result; its applications wait for the next one. Raises InvalidTransition."""
    lock(ballot)
    was_open = ballot.status == BallotStatus.OPEN
    move(ballot, to=BallotStatus.CANCELLED, cancel_reason=reason)
    applications = [m.application for m in ballot.motions.select_related("application") if m.application]
    if was_open:
        for application in applications:
            take_from_ballot(application, actor=actor, reason=reason)
        for departure in Departure.objects.filter(motions__ballot=ballot):
            take_departure_from_ballot(departure, actor=actor, reason=reason)
        mails.ballot_cancelled(ballot)
    record("ballot.cancelled", ballot, *applications, actor=actor, reason=reason)
    return ballot
