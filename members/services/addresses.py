"""Addresses to which mail comes back: marked at the person, mended by a new address or by saying that it works after all."""

import datetime as dt

from django.db import transaction

from alliance.common.audit import record
from alliance.common.locking import lock
from members.models import Person, User


@transaction.atomic
def mark_dead(address: str, reason: str, at: dt.datetime) -> None:
    """Mark everybody who has this address; who is marked already keeps the first mark. A new address takes the mark away (by trigger)."""
    for person in Person.objects.select_for_update().filter(email__iexact=address, email_dead_since=None):
        person.email_dead_since, person.email_dead_reason = at, reason[:500]
        person.save(update_fields=["email_dead_since", "email_dead_reason", "updated_at"])
        record("person.address_dead", person, source="task:bounces", address=address, reason=reason[:300])


@transaction.atomic
def mark_alive(person: Person, *, actor: User) -> Person:
    """The address works after all. Changes nothing when it has no mark."""
    lock(person)
    if person.email_dead_since is not None:
        person.email_dead_since, person.email_dead_reason = None, ""
        person.save(update_fields=["email_dead_since", "email_dead_reason", "updated_at"])
        record("person.address_alive", person, actor=actor, address=person.email)
    return person
