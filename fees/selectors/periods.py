"""Which days are closed to bookings."""

import datetime as dt

from django.db.models import Max

from alliance.common.clock import today
from fees.models import ClosedPeriod


def closed_until() -> dt.date | None:
    """The last day of the latest closed period that nobody has opened again, or None."""
    return ClosedPeriod.objects.filter(reopened_at=None).aggregate(day=Max("until"))["day"]


def is_closed(day: dt.date) -> bool:
    """Whether nothing may be booked on `day`."""
    closed = closed_until()
    return closed is not None and day <= closed


def open_day(natural: dt.date) -> dt.date:
    """`natural`, the day an entry belongs to by its nature; when the books of that day are closed, today."""
    return today() if is_closed(natural) else natural
