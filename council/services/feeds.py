"""The secret address of a person's calendar of closing times."""

from django.db import transaction

from alliance.common.audit import record
from alliance.common.feeds import end_feed, renew_feed
from council.models import DeadlineFeed
from members.models import User


@transaction.atomic
def renew_deadlines(user: User) -> DeadlineFeed:
    """A new address for the person's own calendar; the one before ends at once."""
    feed = renew_feed(DeadlineFeed, "user", user)
    record("feed.deadlines_renewed", user, actor=user)
    return feed


@transaction.atomic
def end_deadlines(user: User) -> None:
    """No calendar any more."""
    if end_feed(DeadlineFeed, "user", user):
        record("feed.deadlines_ended", user, actor=user)
