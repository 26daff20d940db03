"""Consultations that a unit has not answered (R13)."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse

from alliance.common.clock import local_date
from members.enums import PersonRole
from members.selectors.memberships import contacts
from notices.enums import ConsultationState, ReminderKind
from notices.models import AskedUnit
from notices.sources.base import Item, addressed_to, bounds, source


@source(ReminderKind.CONSULTATION, template="notices/mail/consultation_reminder", by_role=True)
def consultations_unanswered(first: dt.date, last: dt.date, offset: int) -> Iterator[Item]:
    """Units that were asked and have handed nothing in, by the day on which the consultation closes."""
    silent = AskedUnit.objects.filter(answered_at=None, consultation__state=ConsultationState.OPEN, consultation__closes_at__range=bounds(first, last))
    for unit in silent.select_related("institution", "consultation").order_by("consultation__closes_at", "pk"):
        yield consultation_item(unit)


def consultation_item(unit: AskedUnit) -> Item:
    """What is said to one unit's liaisons."""
    link = settings.SITE_URL + reverse("consultations:consultation", args=[unit.consultation_id])
    context = {"consultation": unit.consultation, "institution": unit.institution, "link": link}
    readers = addressed_to(*contacts(unit.institution, PersonRole.LIAISON))
    day = local_date(unit.consultation.closes_at)
    return Item(day, unit, readers, context, institution=unit.institution, subjects=(unit.consultation, unit.institution))
