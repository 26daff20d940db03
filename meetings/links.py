"""Full addresses that stand in mails, codes and calendars."""

from django.conf import settings
from django.urls import reverse

from meetings.models import CalendarFeed, Registration


def checkin_link(registration: Registration) -> str:
    """What the ticket's QR code says: the door's page for staff; everybody else is led to the ticket."""
    return settings.SITE_URL + reverse("checkin:ticket", args=[registration.ticket])


def feed_link(feed: CalendarFeed) -> str:
    """The secret address of a calendar."""
    return settings.SITE_URL + reverse("calendars:feed", args=[feed.token])
