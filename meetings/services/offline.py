"""Scans of phones that had no network, sent later: each counts once, a conflict is told and never lost."""

import datetime as dt
import uuid
from typing import Any

from django.utils.dateparse import parse_datetime

from alliance.common.exceptions import DomainError
from meetings.enums import CheckInWay
from meetings.models import Meeting, Registration
from meetings.services.checkin import check_in
from members.models import User

MOST = 2000


def take_in(meeting: Meeting, scans: Any, *, actor: User) -> list[dict[str, str]]:
    """Take scans (`ticket`, `nonce`, `at` in ISO 8601) in the order they come, each in a transaction of its own.

    Returns for each nonce what became of it: `in`, `again` (with when and by whom the first was), `refused` (with the reason).
    What is no scan at all is passed over.
    """
    rows = [scan for scan in scans if isinstance(scan, dict)][:MOST] if isinstance(scans, list) else []
    tickets = {text for scan in rows if (text := str(scan.get("ticket", ""))).isascii() and text.isprintable()}
    known = {r.ticket: r for r in Registration.objects.filter(meeting=meeting, ticket__in=tickets).select_related("meeting", "person", "institution")}
    return [result for scan in rows if (result := _take(scan, known, actor)) is not None]


def _take(scan: dict[str, Any], known: dict[str, Registration], actor: User) -> dict[str, str] | None:
    try:
        nonce, at = uuid.UUID(str(scan.get("nonce"))), _moment(scan.get("at"))
    except ValueError:
        return None
    registration = known.get(str(scan.get("ticket", "")))
    if registration is None:
        return {"nonce": str(nonce), "outcome": "refused", "text": "?"}
    try:
        entrance = check_in(registration, actor=actor, way=CheckInWay.OFFLINE, nonce=nonce, at=at)
    except DomainError as error:
        return {"nonce": str(nonce), "outcome": "refused", "text": str(error)}
    first = entrance.checkin
    return {"nonce": str(nonce), "outcome": "in" if entrance.first else "again", "text": f"{first.at.isoformat()} {first.by}"}


def _moment(text: Any) -> dt.datetime | None:
    moment = parse_datetime(str(text)) if text else None
    return moment if moment is not None and moment.tzinfo is not None else None
