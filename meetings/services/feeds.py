"""Addresses of calendars: made, renewed, ended."""

import secrets
from typing import Any

from django.db import transaction

from alliance.common.audit import record
from alliance.common.clock import now
from alliance.common.locking import advisory_lock
from meetings import mails
from meetings.models import CalendarFeed, Registration
from members.models import Institution, Person, User


def _renew(owner: Institution | Person, field: str, **values: Any) -> CalendarFeed:
    advisory_lock(f"feed:{field}:{owner.pk}")
    CalendarFeed.objects.filter(**{field: owner}, revoked_at=None).update(revoked_at=now())
    # 192 bits: nobody guesses it, and it is in no other address.
    return CalendarFeed.objects.create(**{field: owner}, token=secrets.token_urlsafe(24), **values)


@transaction.atomic
def renew_unit_feed(institution: Institution, *, actor: User) -> CalendarFeed:
    """A new secret address for the unit's calendar; the one before ends at once."""
    feed = _renew(institution, "institution", created_by=actor)
    record("feed.renewed", institution, actor=actor)
    return feed


@transaction.atomic
def end_unit_feed(institution: Institution, *, actor: User) -> None:
    """No calendar for this unit any more."""
    if CalendarFeed.objects.filter(institution=institution, revoked_at=None).update(revoked_at=now()):
        record("feed.ended", institution, actor=actor)


@transaction.atomic
def send_person_feed(registration: Registration) -> CalendarFeed:
    """A new secret address of the person's calendar, into the person's own mailbox: whoever holds one ticket must not learn of the others."""
    feed = _renew(registration.person, "person")
    record("feed.renewed", registration.person, source="participant")
    mails.calendar_address(feed, registration)
    return feed
