"""What leaving means for seats: a unit that is no member holds none."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from alliance.common.audit import record
from alliance.common.locking import lock
from council.models import Seat
from members.models import Membership


def seats_after(membership: Membership, on: dt.date) -> QuerySet[Seat]:
    """The unit's seats whose term would run on after `on` (Beijing date), those to come included."""
    running_on = Q(term_until=None) | Q(term_until__gt=on)
    return Seat.objects.filter(running_on, institution=membership.institution).select_related("body", "person").order_by("body__name", "term_from")


def what_of_seats(membership: Membership, on: dt.date) -> list[str]:
    """In sentences."""
    sentences = []
    for seat in seats_after(membership, on):
        words = {"person": seat.person.name, "body": seat.body.name, "office": seat.get_office_display(), "day": on.isoformat()}
        if seat.term_from > on:
            sentences.append(_("The coming seat in “%(body)s” (%(person)s, %(office)s) falls away.") % words)
        else:
            sentences.append(_("The seat in “%(body)s” (%(person)s, %(office)s) ends on %(day)s.") % words)
    return sentences


def end_seats(membership: Membership, *, on: dt.date, actor: Any = None, source: str = "") -> None:
    """Their last day is the membership's; a term that would begin later is taken back. Open ballots keep the electorate they were opened with."""
    for seat in seats_after(membership, on):
        lock(seat)
        record("seat.ended", seat, membership.institution, membership, actor=actor, source=source, name=seat.person.name, title=seat.body.name, on=on)
        if seat.term_from > on:
            seat.delete()  # its versions stay; nobody can have voted for it
        else:
            seat.term_until = on
            seat.save(update_fields=["term_until", "updated_at"])
