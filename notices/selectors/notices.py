"""Who may see which notice: one place for list, page and PDF."""

from typing import Any

from django.db.models import Q, QuerySet

from alliance.common.clock import now
from members.rules import is_liaison, is_staff_member
from notices.enums import NoticeState
from notices.models import Notice


def notices_visible_to(user: Any) -> QuerySet[Notice]:
    """Issued and withdrawn notices: staff see all, liaisons from `members_from`, everybody from `public_from` (R12)."""
    known = Notice.objects.filter(state__in=[NoticeState.ISSUED, NoticeState.WITHDRAWN])
    if is_staff_member(user):
        return known
    open_to_all = Q(public_from__lte=now())
    return known.filter(open_to_all | Q(members_from__lte=now())) if is_liaison(user) else known.filter(open_to_all)
