"""Seats within their term."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from council.models import Seat
from members.models import Person, User
from members.services.people import give_account


@transaction.atomic
def replace_holder(seat: Seat, *, person: Person, on: dt.date, actor: User, reason: str) -> Seat:
    """Another person of the institution takes the seat from `on` for the rest of the term, with an account to vote by; the former holder stays on record.

    Open ballots keep the electorate they were opened with. Raises DomainError when the term is over or the person holds the seat already.
    """
    lock(seat)
    if seat.person_id == person.pk:
        raise DomainError(_("This person holds the seat already."))
    if (seat.term_until is not None and seat.term_until < on) or on < seat.term_from:
        raise DomainError(_("The day lies outside the seat's term."))
    until, before = seat.term_until, str(seat.person)
    seat.term_until = on - dt.timedelta(days=1)
    if seat.term_until < seat.term_from:
        seat.person, seat.term_until = person, until
        seat.save(update_fields=["person", "term_until", "updated_at"])
        successor = seat
    else:
        seat.save(update_fields=["term_until", "updated_at"])
        successor = Seat.objects.create(body=seat.body, institution=seat.institution, person=person, office=seat.office, term_from=on, term_until=until)
    give_account(person)
    record("seat.replaced", seat, successor, seat.institution, actor=actor, before=before, after=str(person), reason=reason, on=on)
    return successor
