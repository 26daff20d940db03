"""Closing times of ballots as a calendar (RFC 5545) that a council member subscribes to."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse
from icalendar import Calendar, Event

from alliance.common.clock import now
from council.enums import BallotStatus
from council.models import Ballot
from members.models import User

SALT = "council.calendar"


def calendar_token(user: Any) -> str:
    """The secret part of a person's feed address. It changes with the account's password hash, which is how one takes it back."""
    return signing.dumps([user.pk, user.password[-8:]], salt=SALT)


def owner_of_token(token: str) -> User | None:
    """Whose feed it is; None for a key we did not make or that was taken back."""
    try:
        pk, tail = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user is not None and user.password[-8:] == tail else None


def deadlines(ballots: Iterable[Ballot]) -> bytes:
    """One entry for each open ballot, a quarter of an hour before it closes; a ballot that has ended is no longer in the feed."""
    host = urlsplit(settings.SITE_URL).hostname
    calendar = Calendar()
    calendar.add("prodid", "-//Alliance//Council//ZH")
    calendar.add("version", "2.0")
    for ballot in ballots:
        if ballot.status != BallotStatus.OPEN:
            continue
        event = Event()
        event.add("uid", f"ballot-{ballot.pk}@{host}")
        event.add("sequence", int(ballot.updated_at.timestamp()) % 2**31)
        event.add("dtstamp", now())
        event.add("dtstart", (ballot.closes_at - dt.timedelta(minutes=15)).astimezone(dt.UTC))
        event.add("dtend", ballot.closes_at.astimezone(dt.UTC))
        event.add("summary", ballot.title)
        event.add("url", settings.SITE_URL + reverse("council:ballot", args=[ballot.pk]))
        calendar.add_component(event)
    return calendar.to_ical()
