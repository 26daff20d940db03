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


# Of what is left of a payment, what waits to be given back is spoken for.
_PROMISED = "coalesce((SELECT sum(amount) FROM fees_refund WHERE payment_id = NEW.payment_id AND invoice_id IS NULL AND state IN ('asked', 'approved')), 0)"


def refund_within_what_is_there() -> pgtrigger.Trigger:
    """Refunds that wait are together never more than the payment's credit; those of a notice, never more than the payment has paid on it."""
    return pgtrigger.Trigger(
        name="within_what_is_there",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("there", "NUMERIC"), ("promised", "NUMERIC")],
        func=f"""
            IF NEW.invoice_id IS NULL THEN
                -- Locking the payment makes two people who ask at once, or a booking beside it, wait for each other.
                SELECT amount - used INTO there FROM fees_payment WHERE id = NEW.payment_id FOR UPDATE;
                promised := {_PROMISED};
            ELSE
                PERFORM 1 FROM fees_invoice WHERE id = NEW.invoice_id FOR UPDATE;
                SELECT coalesce(sum(amount), 0) INTO there FROM fees_allocation
                    WHERE payment_id = NEW.payment_id AND invoice_id = NEW.invoice_id AND released_at IS NULL;
                promised := coalesce((SELECT sum(amount) FROM fees_refund
                    WHERE payment_id = NEW.payment_id AND invoice_id = NEW.invoice_id AND state IN ('asked', 'approved')), 0);
            END IF;
            IF NEW.amount + promised > there THEN
                RAISE EXCEPTION 'more than there is to give back' USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_within_what_is_there';
            END IF;
            RETURN NEW;
        """,
    )


def allocation_leaves_refunds() -> pgtrigger.Trigger:
    """What waits to be given back is not used for anything else. Fires after `adds_up`, which stands before it in the alphabet and locks the payment."""
    return pgtrigger.Trigger(
        name="leaves_refunds",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func=f"""
            IF (SELECT amount - used FROM fees_payment WHERE id = NEW.payment_id) < {_PROMISED} THEN
                RAISE EXCEPTION 'this credit waits to be given back' USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_leaves_refunds';
            END IF;
            RETURN NULL;
        """,
    )


def large_credit_needs_second_person() -> pgtrigger.Trigger:
    """What one person takes off a notice of dues stays within the schedule's limit, all such credit notes together; above it, it is what two have agreed on.

    Free of it: what follows an approved reduction, and places at meetings that were released.
    """
    return pgtrigger.Trigger(
        name="needs_second_person",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("most", "NUMERIC"), ("so_far", "NUMERIC")],
        func="""
            IF NEW.proposal_id IS NOT NULL THEN
                IF NOT EXISTS (SELECT 1 FROM fees_creditproposal p WHERE p.id = NEW.proposal_id AND p.state = 'approved'
                        AND p.amount = NEW.amount AND p.invoice_id = NEW.invoice_id) THEN
                    RAISE EXCEPTION 'this credit note was not approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_as_approved';
                END IF;
                RETURN NEW;
            END IF;
            IF NEW.adjustment_id IS NOT NULL OR NEW.made_by_id IS NULL THEN
                RETURN NEW;
            END IF;
            PERFORM 1 FROM fees_invoice WHERE id = NEW.invoice_id AND purpose <> 'event' FOR UPDATE;
            IF NOT FOUND THEN
                RETURN NEW;
            END IF;
            SELECT credit_approval_above INTO most FROM fees_feeschedule WHERE effective_from_year <= extract(year FROM NEW.credited_on)
                ORDER BY effective_from_year DESC LIMIT 1;
            SELECT coalesce(sum(amount), 0) INTO so_far FROM fees_creditnote
                WHERE invoice_id = NEW.invoice_id AND adjustment_id IS NULL AND proposal_id IS NULL AND made_by_id IS NOT NULL;
            IF most IS NOT NULL AND NEW.amount + so_far > most THEN
                RAISE EXCEPTION 'a credit note of this size needs a second person'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_needs_second_person';
            END IF;
            RETURN NEW;
        """,
    )


def red_ones_within_the_first() -> pgtrigger.Trigger:
    """Red-letter fapiaos over parts of one are together never more than it."""
    return pgtrigger.Trigger(
        name="reds_within_the_first",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("red_of_id"),
        condition=pgtrigger.Q(new__red_of__isnull=False),
        declare=[("whole", "NUMERIC")],
        func="""
            SELECT total INTO whole FROM fees_fapiao WHERE id = NEW.red_of_id FOR UPDATE;
            IF -NEW.total - coalesce((SELECT sum(total) FROM fees_fapiao WHERE red_of_id = NEW.red_of_id AND id <> NEW.id), 0) > whole THEN
                RAISE EXCEPTION 'more than the fapiao that is reversed' USING ERRCODE = 'check_violation', CONSTRAINT = 'reds_within_the_first';
            END IF;
            RETURN NEW;
        """,
    )
