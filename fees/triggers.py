"""The triggers that keep the books. Whatever door a change comes through, these hold.

Two sums are stored, `Invoice.paid` and `Payment.used`, and only the triggers here write them: each allocation and each reversal adds to or
takes from its parent rows by UPDATE. The parents' check constraints then refuse what would be too much. Because both writers update the same row,
they queue up behind each other in every isolation level, which counting rows in a trigger would not give.
"""

import pgtrigger

NESTED = "pg_trigger_depth() > 1"


def only_by_trigger(*fields: str, name: str, born: str) -> pgtrigger.Trigger:
    """Refuse to write these columns except from inside another trigger; a new row must have them as `born` (an SQL condition over NEW)."""
    changed = " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in fields)
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=pgtrigger.Func(
            f"""
            IF TG_OP = 'INSERT' THEN
                IF NOT ({born}) THEN
                    RAISE EXCEPTION '{{meta.db_table}}: {", ".join(fields)} is kept by triggers' USING ERRCODE = 'check_violation';
                END IF;
            ELSIF ({changed}) AND NOT ({NESTED}) THEN
                RAISE EXCEPTION '{{meta.db_table}}: {", ".join(fields)} is kept by triggers' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
            """
        ),
    )


def numbers_follow() -> pgtrigger.Trigger:
    """A number needs its predecessor: with rows that are never deleted, a series has no gap, by induction from 1."""
    return pgtrigger.Trigger(
        name="numbers_follow",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=pgtrigger.Func(
            """
            IF NEW.sequence <> 1 AND NOT EXISTS (
                SELECT 1 FROM {meta.db_table} WHERE series = NEW.series AND year = NEW.year AND sequence = NEW.sequence - 1
            ) THEN
                RAISE EXCEPTION '{meta.db_table}: % % would leave a gap before %', NEW.series, NEW.year, NEW.sequence USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
            """
        ),
    )


def total_is_sum_of_lines(name: str, invoice: str) -> pgtrigger.Trigger:
    """At the end of the transaction the invoice's total is the sum of its lines: none can be issued empty, none gets a line later."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[("difference", "NUMERIC")],
        func=pgtrigger.Func(
            f"""
            SELECT i.total - COALESCE((SELECT SUM(l.amount) FROM fees_invoiceline l WHERE l.invoice_id = i.id), 0)
                INTO difference FROM fees_invoice i WHERE i.id = {invoice};
            IF difference <> 0 THEN
                RAISE EXCEPTION 'fees_invoice %: the total differs from the lines by %', {invoice}, difference USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
            """
        ),
    )


def lines_die_with_invoice() -> pgtrigger.Trigger:
    """Voiding an invoice frees its years: its lines no longer count for the uniqueness of fees."""
    return pgtrigger.Trigger(
        name="lines_die_with_invoice",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("voided_at"),
        condition=pgtrigger.Q(old__voided_at__isnull=True, new__voided_at__isnull=False),
        func="UPDATE fees_invoiceline SET live = FALSE WHERE invoice_id = NEW.id; RETURN NULL;",
    )


def line_belongs_to_invoice() -> pgtrigger.Trigger:
    """Membership and liveness of a new line are those of its invoice, whatever the writer said."""
    return pgtrigger.Trigger(
        name="line_belongs_to_invoice",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="SELECT i.membership_id, i.voided_at IS NULL INTO NEW.membership_id, NEW.live FROM fees_invoice i WHERE i.id = NEW.invoice_id; RETURN NEW;",
    )


def allocation_moves_money() -> list[pgtrigger.Trigger]:
    """An allocation adds to its payment's `used` and its invoice's `paid`; releasing it takes both back. It is born unreleased."""
    return [
        pgtrigger.Trigger(
            name="born_unreleased",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            condition=pgtrigger.Q(new__released_at__isnull=False),
            func="RAISE EXCEPTION 'an allocation begins unreleased' USING ERRCODE = 'check_violation';",
        ),
        pgtrigger.Trigger(
            name="adds_up",
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            func="""
                UPDATE fees_payment SET used = used + NEW.amount WHERE id = NEW.payment_id;
                UPDATE fees_invoice SET paid = paid + NEW.amount WHERE id = NEW.invoice_id;
                RETURN NULL;
            """,
        ),
        pgtrigger.Trigger(
            name="takes_back",
            when=pgtrigger.After,
            operation=pgtrigger.UpdateOf("released_at"),
            condition=pgtrigger.Q(old__released_at__isnull=True, new__released_at__isnull=False),
            func="""
                UPDATE fees_payment SET used = used - NEW.amount WHERE id = NEW.payment_id;
                UPDATE fees_invoice SET paid = paid - NEW.amount WHERE id = NEW.invoice_id;
                RETURN NULL;
            """,
        ),
    ]


def reversal_uses_money() -> list[pgtrigger.Trigger]:
    """Money that went back can no longer be allocated. An entry made by mistake goes back as a whole, and frees the bank's serial number."""
    return [
        pgtrigger.Trigger(
            name="mistakes_are_whole",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            condition=pgtrigger.Q(new__kind="mistake"),
            func="""
                IF NEW.amount <> (SELECT amount FROM fees_payment WHERE id = NEW.payment_id) THEN
                    RAISE EXCEPTION 'a mistaken entry is reversed as a whole' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            """,
        ),
        pgtrigger.Trigger(
            name="uses_money",
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            func="UPDATE fees_payment SET used = used + NEW.amount, mistaken = mistaken OR NEW.kind = 'mistake' WHERE id = NEW.payment_id; RETURN NULL;",
        ),
    ]


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


def credit_reduces_invoice() -> pgtrigger.Trigger:
    """A credit note adds to its invoice's `credited`; the invoice's check constraint refuses more than is owed."""
    return pgtrigger.Trigger(
        name="credits",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func="UPDATE fees_invoice SET credited = credited + NEW.amount WHERE id = NEW.invoice_id; RETURN NULL;",
    )


def within_its_line() -> pgtrigger.Trigger:
    """Payments that come from a line of the bank's statement are together never more than the line; mistaken entries do not count."""
    return pgtrigger.Trigger(
        name="within_its_line",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__line__isnull=False),
        declare=[("of_line", "NUMERIC")],
        func="""
            -- Locking the line makes two bookings of it wait for each other.
            SELECT amount INTO of_line FROM fees_statementline WHERE id = NEW.line_id FOR UPDATE;
            IF NEW.amount + coalesce((SELECT sum(amount) FROM fees_payment WHERE line_id = NEW.line_id AND NOT mistaken), 0) > of_line THEN
                RAISE EXCEPTION 'more than the line of the statement' USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_within_its_line';
            END IF;
            RETURN NEW;
        """,
    )
