"""The check that every must of a place holds, counted from the registrations alone, over the whole database."""

from django.db import connection

from meetings.triggers import DELEGATES, FREE_MEETINGS, TAKES_ALLOWANCE, TAKES_SEAT

_ALLOWED = FREE_MEETINGS.format(year="y.year")
# Each query returns what breaks the promise, as text: (what, where).
_CHECKS = {
    "meeting.capacity": f"""
        SELECT m.slug FROM meetings_meeting m JOIN meetings_registration r ON r.meeting_id = m.id
        WHERE {TAKES_SEAT.replace("status", "r.status")} GROUP BY m.id HAVING count(*) > m.capacity""",
    "offer.seats": f"""
        SELECT o.id::text FROM meetings_offer o JOIN meetings_registration r ON r.offer_id = o.id
        WHERE {TAKES_SEAT} GROUP BY o.id HAVING count(*) > o.seats""",
    "offer.seats_per_unit": f"""
        SELECT o.id || ' ' || r.institution_id FROM meetings_offer o JOIN meetings_registration r ON r.offer_id = o.id
        WHERE {TAKES_SEAT} GROUP BY o.id, r.institution_id HAVING count(*) > o.seats_per_unit""",
    "meeting.unit_limit": f"""
        SELECT m.slug || ' ' || r.institution_id FROM meetings_meeting m JOIN meetings_registration r ON r.meeting_id = m.id
        WHERE {TAKES_SEAT.replace("status", "r.status")} GROUP BY m.id, r.institution_id HAVING count(*) > m.unit_limit""",
    "person.once": """
        SELECT meeting_id || ' ' || person_id FROM meetings_registration
        WHERE status NOT IN ('cancelled', 'replaced') GROUP BY meeting_id, person_id HAVING count(*) > 1""",
    "unit.free_delegates": f"""
        SELECT y.institution_id || ' ' || y.meeting_id FROM (
            SELECT institution_id, meeting_id, year, count(*) AS used FROM meetings_registration WHERE uses_allowance AND {TAKES_SEAT} GROUP BY 1, 2, 3) y
        WHERE y.used > {DELEGATES.format(year="y.year")}""",
    "unit.free_meetings": f"""
        SELECT y.institution_id || ' ' || y.year FROM (
            SELECT institution_id, year, count(DISTINCT meeting_id) AS used FROM meetings_registration WHERE {TAKES_ALLOWANCE} GROUP BY 1, 2) y
        WHERE y.used > {_ALLOWED}""",
    "registration.year": """
        SELECT r.id::text FROM meetings_registration r JOIN meetings_meeting m ON m.id = r.meeting_id
        WHERE r.year <> extract(year FROM m.starts_at AT TIME ZONE 'Asia/Shanghai')""",
    "registration.successor": """
        SELECT r.id::text FROM meetings_registration r LEFT JOIN meetings_registration n ON n.replaces_id = r.id
        WHERE (r.status = 'replaced') <> (n.id IS NOT NULL)""",
    "registration.notice": """
        SELECT r.id::text FROM meetings_registration r LEFT JOIN fees_invoice i ON i.id = r.invoice_id
        WHERE r.status = 'unpaid' AND (i.id IS NULL OR i.voided_at IS NOT NULL)""",
    "session.capacity": """
        SELECT s.id::text FROM meetings_session s JOIN meetings_sessionplace p ON p.session_id = s.id
        JOIN meetings_registration r ON r.id = p.registration_id WHERE r.status NOT IN ('cancelled', 'replaced', 'waitlisted')
        GROUP BY s.id HAVING count(*) > s.capacity""",
}


def broken_promises() -> list[tuple[str, str]]:
    """Every place where a must does not hold: pairs of promise and where. Empty in good order."""
    found = []
    with connection.cursor() as cursor:
        for check, query in _CHECKS.items():
            cursor.execute(query)
            found += [(check, where) for (where,) in cursor.fetchall()]
    return found
