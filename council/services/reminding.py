"""Reminders before the close, as the rules of procedure of the body say."""

import datetime as dt

from django.db import transaction

from alliance.common.clock import database_now
from alliance.common.models import OutboxMessage
from council import mails
from council.enums import BallotStatus
from council.models import Ballot
from council.selectors.electorate import undecided_electors


def remind_undecided() -> int:
    """Write to those with a vote left, once for each day of the rules' `reminder_days`; returns how many mails were queued.

    Of several that are due at once (a ballot opened two days before its end, reminders three days and one day before) only the nearest goes
    out, and none within the six hours after the opening. Safe in any number of workers: the outbox key names ballot, day and closing time.
    """
    queued = 0
    now = database_now()
    for ballot in Ballot.objects.filter(status=BallotStatus.OPEN, closes_at__gt=now).exclude(procedure__reminder_days=[]).select_related("procedure"):
        assert ballot.procedure is not None
        assert ballot.opened_at is not None
        due = [days for days in ballot.procedure.reminder_days if ballot.closes_at - dt.timedelta(days=days) <= now]
        if not due or now < ballot.opened_at + dt.timedelta(hours=6):
            continue
        for elector in undecided_electors(ballot):
            key = f"ballot-reminder:{ballot.pk}:{elector.pk}:{min(due)}:{ballot.closes_at.isoformat()}"
            address = mails.address_of(elector)
            if address and not OutboxMessage.objects.filter(recipient=address.strip().lower(), key=key).exists():
                with transaction.atomic():
                    mails.ballot_reminder(ballot, elector, key=key)
                queued += 1
    return queued
