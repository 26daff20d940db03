"""Who may see which notice: one place for list, page and PDF."""

from collections.abc import Collection
from typing import Any, cast

from django.db.models import Q

from alliance.common.clock import now
from members.rules import is_liaison, is_staff_member
from notices.enums import IssuingBody, NoticeState
from notices.models import Acknowledgement, Notice
from notices.models.notice import NoticeQuerySet

LONGEST_SEQUENCE = 6


def notices_visible_to(user: Any) -> NoticeQuerySet:
    """Issued and withdrawn notices: staff see all, liaisons from `members_from`, everybody from `public_from` (R12)."""
    known = cast("NoticeQuerySet", Notice.objects.filter(state__in=[NoticeState.ISSUED, NoticeState.WITHDRAWN]))
    if is_staff_member(user):
        return known
    open_to_all = Q(public_from__lte=now())
    return known.filter(open_to_all | Q(members_from__lte=now())) if is_liaison(user) else known.filter(open_to_all)


def search_notices(rows: NoticeQuerySet, words: str, body: str, year: str) -> NoticeQuerySet:
    """Narrow a list of notices by words of number, title or text, issuing body and year; what makes no sense narrows nothing."""
    for word in words.replace("\0", "").split()[:8]:
        rows = rows.filter(Q(number__icontains=word) | Q(title__icontains=word) | Q(text__icontains=word))
    if body in IssuingBody.values:
        rows = rows.filter(body=body)
    return rows.filter(year=int(year)) if year.isdecimal() and len(year) <= LONGEST_SEQUENCE - 2 else rows


def unread_by(institutions: Collection[int], user: Any) -> NoticeQuerySet:
    """Issued notices that the person may see and that none of the units has acknowledged."""
    rows = notices_visible_to(user).filter(state=NoticeState.ISSUED)
    read = Acknowledgement.objects.filter(institution__in=institutions).values("notice")
    return rows.exclude(pk__in=read)


def notice_at(year: int, place: str, among: NoticeQuerySet | None = None) -> Notice | None:
    """The notice whose address is /notices/<year>/<place>/ (3, or council-3), `among` some; None when there is none."""
    body, _dash, sequence = place.rpartition("-")
    if not sequence.isdecimal() or len(sequence) > LONGEST_SEQUENCE or (body and body not in IssuingBody.values):
        return None
    rows = Notice.objects.all() if among is None else among
    return rows.filter(year=year, body=body or IssuingBody.SECRETARIAT, sequence=int(sequence)).first()
