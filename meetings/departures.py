"""What leaving means for places at meetings after that day."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.common.clock import BEIJING
from meetings.enums import LIVE
from meetings.models import Registration
from meetings.services.registration import cancel_registration
from members.models import Membership


def places_after(membership: Membership, on: dt.date) -> QuerySet[Registration]:
    """Live registrations of the unit at meetings that begin on or after `on` (Beijing date)."""
    begin = dt.datetime.combine(on, dt.time.min, BEIJING)
    return Registration.objects.filter(institution=membership.institution, status__in=LIVE, meeting__starts_at__gte=begin).select_related("meeting", "person")


def what_of_places(membership: Membership, on: dt.date) -> list[str]:
    """In sentences."""
    return [_("%(person)s loses the place at “%(meeting)s”.") % {"person": place.person, "meeting": place.meeting} for place in places_after(membership, on)]


def cancel_places(membership: Membership, *, on: dt.date, actor: Any = None, source: str = "") -> None:
    """Give the places back; the first in line moves up."""
    for place in places_after(membership, on):
        cancel_registration(place, actor=actor, source=source, reason=_("The unit has left the alliance."))
