"""Nothing is booked in a closed period."""

import pgtrigger

# Bookings hold this lock together, a closing holds it alone: whoever books while the books are being closed waits and then sees them closed.
BOOKING = "pg_advisory_xact_lock_shared(7305, 1)"
CLOSING = "pg_advisory_xact_lock(7305, 1)"


def not_in_closed_period(day: str) -> pgtrigger.Trigger:
    """Nothing is booked on a day that a closed period covers."""
    return pgtrigger.Trigger(
        name="not_in_closed_period",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=_refuse_closed(f"NEW.{day}"),
    )


def not_changed_in_closed_period(column: str, *, name: str) -> pgtrigger.Trigger:
    """The day that an undoing is dated, once it is set, lies in no closed period. A moment counts as its day in Beijing."""
    day = f"(NEW.{column} AT TIME ZONE 'Asia/Shanghai')::date" if column.endswith("_at") else f"NEW.{column}"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(column),
        condition=pgtrigger.Q(**{f"old__{column}__isnull": True, f"new__{column}__isnull": False}),
        func=_refuse_closed(day),
    )


def _refuse_closed(day: str) -> str:
    return f"""
        PERFORM {BOOKING};
        IF {day} <= (SELECT max(until) FROM fees_closedperiod WHERE reopened_at IS NULL) THEN
            RAISE EXCEPTION 'the books are closed on %', {day} USING ERRCODE = 'check_violation', CONSTRAINT = 'period_is_closed';
        END IF;
        RETURN NEW;
    """


def closing_waits_for_bookings() -> pgtrigger.Trigger:
    """A closing waits until every booking that has begun is written."""
    return pgtrigger.Trigger(name="closing_waits", when=pgtrigger.Before, operation=pgtrigger.Insert, func=f"PERFORM {CLOSING}; RETURN NEW;")
