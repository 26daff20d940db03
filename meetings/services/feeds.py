"""Addresses of calendars: made, renewed, ended."""

from django.db import transaction

from alliance.common.audit import record
from alliance.common.feeds import end_feed, renew_feed
from meetings import mails
from meetings.models import CalendarFeed, Registration
from members.models import Institution, User


@transaction.atomic
def renew_unit_feed(institution: Institution, *, actor: User) -> CalendarFeed:
    """A new secret address for the unit's calendar; the one before ends at once."""
    feed = renew_feed(CalendarFeed, "institution", institution, created_by=actor)
    record("feed.renewed", institution, actor=actor)
    return feed


@transaction.atomic
def end_unit_feed(institution: Institution, *, actor: User) -> None:
    """No calendar for this unit any more."""
    if end_feed(CalendarFeed, "institution", institution):
        record("feed.ended", institution, actor=actor)


@transaction.atomic
def send_person_feed(registration: Registration) -> CalendarFeed:
    """A new secret address of the person's calendar, into the person's own mailbox: whoever holds one ticket must not learn of the others."""
    feed = renew_feed(CalendarFeed, "person", registration.person)
    record("feed.renewed", registration.person, source="participant")
    mails.calendar_address(feed, registration)
    return feed
