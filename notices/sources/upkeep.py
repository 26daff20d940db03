"""Data checks that a unit has not answered."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse

from members.enums import PersonRole
from members.models import DataCheckAnswer
from members.selectors.memberships import contacts
from notices.enums import ReminderKind
from notices.sources.base import Item, addressed_to, source


@source(ReminderKind.DATA_CHECK, by_role=True)
def data_checks_unanswered(first: dt.date, last: dt.date, offset: int) -> Iterator[Item]:
    """Units that were asked and have not confirmed, by the day until which they should."""
    silent = DataCheckAnswer.objects.filter(confirmed_at=None, check_round__closed_at=None, check_round__due_on__range=(first, last))
    for answer in silent.select_related("institution", "check_round").order_by("check_round__due_on", "pk"):
        yield data_check_item(answer)


def data_check_item(answer: DataCheckAnswer) -> Item:
    """What is said to one unit's liaisons."""
    readers = addressed_to(*contacts(answer.institution, PersonRole.LIAISON))
    context = {"answer": answer, "institution": answer.institution, "link": settings.SITE_URL + reverse("portal:data_check")}
    return Item(answer.check_round.due_on, answer, readers, context, institution=answer.institution, subjects=(answer.institution,))
