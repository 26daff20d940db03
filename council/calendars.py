"""Closing times of ballots as a calendar (RFC 5545) that a council member subscribes to."""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from alliance.common.clock import now
from council.enums import BallotStatus
from council.models import Ballot


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
