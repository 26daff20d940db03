"""Applications that wait for the applicant."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse

from alliance.common.clock import local_date
from alliance.common.models import Organisation
from members.enums import WITH_APPLICANT, ApplicationStatus
from members.models import Application
from notices.enums import ReminderKind
from notices.sources.base import Item, bounds, source


def _writers(application: Application) -> tuple[tuple[str, None], ...]:
    addresses = [application.applicant.email, application.liaison_email]
    return tuple((address, None) for address in dict.fromkeys(address.lower() for address in addresses if address))


def _link(application: Application) -> str:
    return settings.SITE_URL + reverse("apply:tasks", args=[application.reference])


@source(ReminderKind.APPLICATION_RETURNED)
def applications_returned(first: dt.date, last: dt.date, offset: int) -> Iterator[Item]:
    """Those that went back to the applicant on that day and are still there."""
    for application in Application.objects.filter(status=ApplicationStatus.RETURNED, updated_at__range=bounds(first, last)).select_related("applicant"):
        yield returned_item(application)


def returned_item(application: Application) -> Item:
    """What is said of one returned application, to its liaison or whoever writes it."""
    address = application.liaison_email or application.applicant.email
    return Item(local_date(application.updated_at), application, ((address, None),), {"application": application, "link": _link(application)})


@source(ReminderKind.DRAFT_EXPIRING, template="members/mail/draft_expiring")
def drafts_expiring(first: dt.date, last: dt.date, offset: int) -> Iterator[Item]:
    """Drafts that nobody touches, by the day on which they will be closed."""
    life = dt.timedelta(days=Organisation.load().draft_expiry_days)
    begin, end = bounds(first, last)
    drafts = Application.objects.filter(status__in=WITH_APPLICANT, updated_at__range=(begin - life, end - life)).select_related("applicant", "institution")
    for draft in drafts:
        yield expiring_item(draft, life)


def expiring_item(draft: Application, life: dt.timedelta) -> Item:
    """What is said of one draft that ends when nobody has touched it for `life`."""
    return Item(local_date(draft.updated_at + life), draft, _writers(draft), {"application": draft, "link": _link(draft)}, unsigned_days=True)
