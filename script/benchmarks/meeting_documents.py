"""How fast the documents of a day are: badges and certificates for 354 people (118 units with three each), the sign-in sheet for 300."""

import secrets
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alliance.common import documents as pdf
from meetings.documents.personal import certificates
from meetings.documents.prints import badges, sign_in_sheet
from meetings.models import Meeting, Registration
from meetings.services.certificates import issue_certificate
from members.models import Institution, Person
from tests.factories.meetings import MeetingFactory
from tests.factories.members import StaffFactory

UNITS, EACH, SHEET = 118, 3, 300


def jobs() -> list[dict[str, Any]]:
    """Each measure as a row; the reference is the same document for one person, times the number. Leaves no rows behind."""
    if not pdf.available():
        return []
    with transaction.atomic():
        rows = _measure()
        transaction.set_rollback(True)
    return rows


def _measure() -> list[dict[str, Any]]:
    meeting = MeetingFactory(capacity=UNITS * EACH)
    people = _people(meeting)
    for registration in people:
        issue_certificate(registration, source="sample")
    whole = {
        "badges_pdf": (len(people), lambda group: badges(meeting, group, size="90x54", order="unit")),
        "certificates_pdf": (len(people), certificates),
        "sign_in_sheet_pdf": (SHEET, lambda group: sign_in_sheet(meeting, group, order="unit")),
    }
    return [_row(job, size, make, people) for job, (size, make) in whole.items()]


def _people(meeting: Meeting) -> list[Registration]:
    units = Institution.objects.bulk_create(Institution(name=f"样例第{n}大学教师教学发展中心") for n in range(UNITS))
    actor, offer = StaffFactory(), meeting.offers.get()
    for unit in units:
        for n in range(EACH):
            person = Person.objects.create(name=f"欧阳晓{'甲乙丙'[n]}", post="教师发展师")
            Registration.objects.create(
                meeting=meeting, institution=unit, person=person, offer=offer, status="confirmed", ticket=secrets.token_urlsafe(12), registered_by=actor,
            )  # fmt: skip
    return list(meeting.registrations.select_related("person", "institution", "meeting"))


def _row(job: str, size: int, make: Callable[[list[Registration]], bytes], people: list[Registration]) -> dict[str, Any]:
    make(people[:1])  # fonts are found once
    single, _queries = _timed(lambda: make(people[:1]))
    seconds, queries = _timed(lambda: make(people[:size]))
    return {
        "job": job, "size": size, "seconds": round(seconds, 3), "reference": "one person's, as many times", "reference_seconds": round(single * size, 3),
        "ratio": round(seconds / (single * size), 3), "queries": queries, "peak_mib": None,
    }  # fmt: skip


def _timed(work: Callable[[], Any]) -> tuple[float, int]:
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
    return seconds, len(queries)
