"""The triggers that keep places honest. Whatever door a change comes through, these hold.

Locks are taken in the one order that everybody keeps: the unit's year, the unit's place in the meeting, the meeting.
A row counts while it holds a seat (SEATED), or when it was cancelled too late to give its seat back (`keeps_seat`).
"""

import pgtrigger

from meetings.enums import SEATED

_SEATED = ", ".join(f"'{status}'" for status in sorted(SEATED))
TAKES_SEAT = f"(status IN ({_SEATED}) OR keeps_seat)"
TAKES_ALLOWANCE = f"uses_allowance AND (status IN ({_SEATED}) OR keeps_allowance)"
FREE_MEETINGS = "coalesce((SELECT free_meetings FROM meetings_allowancerule WHERE from_year <= {year} ORDER BY from_year DESC LIMIT 1), 3)"
DELEGATES = "coalesce((SELECT delegates_per_meeting FROM meetings_allowancerule WHERE from_year <= {year} ORDER BY from_year DESC LIMIT 1), 3)"


def _could_move_up(row: str, offer: str) -> str:
    """The condition that `row`, waiting on the terms of `offer`, could take a free seat now: what the checks below would say to it."""
    taken = f"(SELECT count(*) FROM meetings_registration t WHERE {TAKES_SEAT} AND {{where}})"
    of_unit = f"t.institution_id = {row}.institution_id AND t.meeting_id = {row}.meeting_id"
    return f"""(
        ({offer}.seats IS NULL OR {taken.format(where=f"t.offer_id = {offer}.id")} < {offer}.seats)
        AND ({offer}.seats_per_unit IS NULL OR {taken.format(where=f"{of_unit} AND t.offer_id = {offer}.id")} < {offer}.seats_per_unit)
        AND (the_meeting.unit_limit IS NULL OR {taken.format(where=of_unit)} < the_meeting.unit_limit)
        AND (NOT {row}.uses_allowance OR (
            {taken.format(where=f"{of_unit} AND t.uses_allowance")} < {DELEGATES.format(year=f"{row}.year")}
            AND (EXISTS (SELECT 1 FROM meetings_registration t WHERE {of_unit} AND {TAKES_ALLOWANCE})
                OR (SELECT count(DISTINCT meeting_id) FROM meetings_registration t
                    WHERE t.institution_id = {row}.institution_id AND t.year = {row}.year AND {TAKES_ALLOWANCE}) < {FREE_MEETINGS.format(year=f"{row}.year")}))))"""


PLACES = f"""
SELECT * INTO the_meeting FROM meetings_meeting WHERE id = NEW.meeting_id;
SELECT * INTO the_offer FROM meetings_offer WHERE id = NEW.offer_id AND meeting_id = NEW.meeting_id;
IF the_offer.id IS NULL THEN
    RAISE EXCEPTION 'the offer belongs to another meeting' USING ERRCODE = 'check_violation';
END IF;
NEW.year = extract(year FROM the_meeting.starts_at AT TIME ZONE 'Asia/Shanghai');
IF TG_OP = 'INSERT' THEN
    NEW.uses_allowance = the_offer.draws_on_allowance;
    NEW.price = coalesce(the_offer.price, 0);
ELSE
    NEW.uses_allowance = OLD.uses_allowance;
    NEW.price = OLD.price;
    IF OLD.status NOT IN ({_SEATED}) AND (NEW.keeps_seat AND NOT OLD.keeps_seat OR NEW.keeps_allowance AND NOT OLD.keeps_allowance) THEN
        RAISE EXCEPTION 'only what was held can be kept' USING ERRCODE = 'check_violation';
    END IF;
END IF;
IF TG_OP = 'INSERT' AND NEW.replaces_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM meetings_registration WHERE id = NEW.replaces_id AND status = 'replaced'
        AND offer_id = NEW.offer_id AND institution_id = NEW.institution_id) THEN
    RAISE EXCEPTION 'only a place that was passed on has a successor' USING ERRCODE = 'check_violation';
END IF;
IF NEW.status NOT IN ({_SEATED}) OR (TG_OP = 'UPDATE' AND OLD.status IN ({_SEATED})) THEN
    RETURN NEW;
END IF;
INSERT INTO meetings_unityear (institution_id, year) VALUES (NEW.institution_id, NEW.year) ON CONFLICT DO NOTHING;
PERFORM 1 FROM meetings_unityear WHERE institution_id = NEW.institution_id AND year = NEW.year FOR UPDATE;
INSERT INTO meetings_unitmeeting (institution_id, meeting_id) VALUES (NEW.institution_id, NEW.meeting_id) ON CONFLICT DO NOTHING;
PERFORM 1 FROM meetings_unitmeeting WHERE institution_id = NEW.institution_id AND meeting_id = NEW.meeting_id FOR UPDATE;
SELECT * INTO the_meeting FROM meetings_meeting WHERE id = NEW.meeting_id FOR UPDATE;
SELECT * INTO the_offer FROM meetings_offer WHERE id = NEW.offer_id;
IF (SELECT count(*) FROM meetings_registration WHERE meeting_id = NEW.meeting_id AND {TAKES_SEAT} AND id <> NEW.id) >= the_meeting.capacity THEN
    RAISE EXCEPTION 'the meeting is full' USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_capacity';
END IF;
IF TG_OP = 'INSERT' AND NEW.replaces_id IS NULL AND NEW.override_reason = ''
    AND EXISTS (SELECT 1 FROM meetings_registration WHERE meeting_id = NEW.meeting_id AND status = 'waitlisted') THEN
    RAISE EXCEPTION 'somebody waits already' USING ERRCODE = 'check_violation', CONSTRAINT = 'first_in_line';
END IF;
IF TG_OP = 'UPDATE' AND OLD.status = 'waitlisted' AND NEW.override_reason = '' AND EXISTS (
    SELECT 1 FROM meetings_registration w JOIN meetings_offer o ON o.id = w.offer_id
    WHERE w.meeting_id = NEW.meeting_id AND w.status = 'waitlisted' AND (w.queued_at, w.id) < (OLD.queued_at, OLD.id) AND {_could_move_up("w", "o")}) THEN
    RAISE EXCEPTION 'somebody is before them in line' USING ERRCODE = 'check_violation', CONSTRAINT = 'first_in_line';
END IF;
IF the_offer.seats IS NOT NULL AND (
    SELECT count(*) FROM meetings_registration WHERE offer_id = NEW.offer_id AND {TAKES_SEAT} AND id <> NEW.id) >= the_offer.seats THEN
    RAISE EXCEPTION 'the offer is used up' USING ERRCODE = 'check_violation', CONSTRAINT = 'offer_seats';
END IF;
IF the_offer.seats_per_unit IS NOT NULL AND (
    SELECT count(*) FROM meetings_registration WHERE offer_id = NEW.offer_id AND institution_id = NEW.institution_id
        AND {TAKES_SEAT} AND id <> NEW.id) >= the_offer.seats_per_unit THEN
    RAISE EXCEPTION 'no place left for the unit' USING ERRCODE = 'check_violation', CONSTRAINT = 'seats_per_unit';
END IF;
IF the_meeting.unit_limit IS NOT NULL AND (
    SELECT count(*) FROM meetings_registration WHERE meeting_id = NEW.meeting_id AND institution_id = NEW.institution_id
        AND {TAKES_SEAT} AND id <> NEW.id) >= the_meeting.unit_limit THEN
    RAISE EXCEPTION 'no place left for the unit at all' USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_limit';
END IF;
IF NEW.uses_allowance AND (
    SELECT count(*) FROM meetings_registration WHERE meeting_id = NEW.meeting_id AND institution_id = NEW.institution_id
        AND uses_allowance AND {TAKES_SEAT} AND id <> NEW.id) >= {DELEGATES.format(year="NEW.year")} THEN
    RAISE EXCEPTION 'no free place left for the unit at this meeting' USING ERRCODE = 'check_violation', CONSTRAINT = 'free_delegates_per_meeting';
END IF;
IF NEW.uses_allowance AND NOT EXISTS (
    SELECT 1 FROM meetings_registration WHERE meeting_id = NEW.meeting_id AND institution_id = NEW.institution_id
        AND {TAKES_ALLOWANCE} AND id <> NEW.id
) AND (
    SELECT count(DISTINCT meeting_id) FROM meetings_registration WHERE institution_id = NEW.institution_id AND year = NEW.year AND {TAKES_ALLOWANCE}
) >= {FREE_MEETINGS.format(year="NEW.year")} THEN
    RAISE EXCEPTION 'no free meeting left this year' USING ERRCODE = 'check_violation', CONSTRAINT = 'free_meetings_per_year';
END IF;
RETURN NEW;
"""


def places() -> pgtrigger.Trigger:
    """The musts of a place (R9): capacity, the offer's places, the unit's places, its free delegates and free meetings; nobody overtakes the waiting list or in it."""
    return pgtrigger.Trigger(
        name="places",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("the_meeting", "meetings_meeting%ROWTYPE"), ("the_offer", "meetings_offer%ROWTYPE")],
        func=PLACES,
    )


def capacity_guard() -> pgtrigger.Trigger:
    """Places that are taken cannot be taken away by a smaller number. The row is locked before the trigger looks, so nobody sits down meanwhile."""
    return pgtrigger.Trigger(
        name="capacity_guard",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("capacity", "unit_limit"),
        func=f"""
IF NEW.capacity < OLD.capacity AND (SELECT count(*) FROM meetings_registration WHERE meeting_id = NEW.id AND {TAKES_SEAT}) > NEW.capacity THEN
    RAISE EXCEPTION 'more places are taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_capacity';
END IF;
IF NEW.unit_limit IS NOT NULL AND EXISTS (
    SELECT 1 FROM meetings_registration WHERE meeting_id = NEW.id AND {TAKES_SEAT} GROUP BY institution_id HAVING count(*) > NEW.unit_limit) THEN
    RAISE EXCEPTION 'a unit has more places' USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_limit';
END IF;
RETURN NEW;
""",
    )


def year_moves() -> pgtrigger.Trigger:
    """A meeting that moves into another year takes its places along, if the units have free meetings left there."""
    return pgtrigger.Trigger(
        name="year_moves",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("starts_at"),
        declare=[("new_year", "INTEGER")],
        func=f"""
new_year = extract(year FROM NEW.starts_at AT TIME ZONE 'Asia/Shanghai');
IF new_year = extract(year FROM OLD.starts_at AT TIME ZONE 'Asia/Shanghai') THEN
    RETURN NULL;
END IF;
UPDATE meetings_registration SET year = new_year WHERE meeting_id = NEW.id;
IF EXISTS (
    SELECT 1 FROM meetings_registration WHERE year = new_year AND {TAKES_ALLOWANCE}
        AND institution_id IN (SELECT institution_id FROM meetings_registration WHERE meeting_id = NEW.id AND {TAKES_ALLOWANCE})
    GROUP BY institution_id HAVING count(DISTINCT meeting_id) > {FREE_MEETINGS.format(year="new_year")}) THEN
    RAISE EXCEPTION 'a unit has no free meeting left in that year' USING ERRCODE = 'check_violation', CONSTRAINT = 'free_meetings_per_year';
END IF;
RETURN NULL;
""",
    )


def offer_guard() -> pgtrigger.Trigger:
    """What an offer promised to those who took it stays; its numbers never fall below what is taken."""
    return pgtrigger.Trigger(
        name="offer_guard",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("seats", "seats_per_unit", "draws_on_allowance"),
        func=f"""
PERFORM 1 FROM meetings_meeting WHERE id = NEW.meeting_id FOR UPDATE;
IF NEW.draws_on_allowance IS DISTINCT FROM OLD.draws_on_allowance AND EXISTS (SELECT 1 FROM meetings_registration WHERE offer_id = NEW.id) THEN
    RAISE EXCEPTION 'the offer has been taken as it was' USING ERRCODE = 'check_violation', CONSTRAINT = 'offer_is_taken';
END IF;
IF NEW.seats IS NOT NULL AND (SELECT count(*) FROM meetings_registration WHERE offer_id = NEW.id AND {TAKES_SEAT}) > NEW.seats THEN
    RAISE EXCEPTION 'more places of the offer are taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'offer_seats';
END IF;
IF NEW.seats_per_unit IS NOT NULL AND EXISTS (
    SELECT 1 FROM meetings_registration WHERE offer_id = NEW.id AND {TAKES_SEAT} GROUP BY institution_id HAVING count(*) > NEW.seats_per_unit) THEN
    RAISE EXCEPTION 'a unit has more places' USING ERRCODE = 'check_violation', CONSTRAINT = 'seats_per_unit';
END IF;
RETURN NEW;
""",
    )


def session_places() -> pgtrigger.Trigger:
    """A session's places, counted under its lock; only somebody with a seat at the same meeting has one."""
    return pgtrigger.Trigger(
        name="session_places",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("the_session", "meetings_session%ROWTYPE"), ("the_place", "meetings_registration%ROWTYPE")],
        func=f"""
SELECT * INTO the_session FROM meetings_session WHERE id = NEW.session_id FOR UPDATE;
SELECT * INTO the_place FROM meetings_registration WHERE id = NEW.registration_id;
IF the_session.meeting_id <> the_place.meeting_id OR the_place.status NOT IN ({_SEATED}) THEN
    RAISE EXCEPTION 'no place at this meeting' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_of_the_meeting';
END IF;
IF the_session.capacity IS NOT NULL AND (
    SELECT count(*) FROM meetings_sessionplace p JOIN meetings_registration r ON r.id = p.registration_id
    WHERE p.session_id = NEW.session_id AND p.id <> NEW.id AND r.status IN ({_SEATED})) >= the_session.capacity THEN
    RAISE EXCEPTION 'the session is full' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_capacity';
END IF;
RETURN NEW;
""",
    )


def session_guard() -> pgtrigger.Trigger:
    """A session's places never fall below those taken."""
    return pgtrigger.Trigger(
        name="session_guard",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("capacity"),
        func=f"""
IF NEW.capacity IS NOT NULL AND (
    SELECT count(*) FROM meetings_sessionplace p JOIN meetings_registration r ON r.id = p.registration_id
    WHERE p.session_id = NEW.id AND r.status IN ({_SEATED})) > NEW.capacity THEN
    RAISE EXCEPTION 'more places of the session are taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_capacity';
END IF;
RETURN NEW;
""",
    )


def session_of_the_meeting() -> pgtrigger.Trigger:
    """A paper of an agenda item belongs to the item's meeting."""
    return pgtrigger.Trigger(
        name="session_of_the_meeting",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("session_id", "meeting_id"),
        func="""
IF NEW.session_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM meetings_session WHERE id = NEW.session_id AND meeting_id = NEW.meeting_id) THEN
    RAISE EXCEPTION 'the agenda item belongs to another meeting' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_of_the_meeting';
END IF;
RETURN NEW;
""",
    )
