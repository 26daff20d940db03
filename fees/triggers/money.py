"""Two sums are stored, `Invoice.paid` and `Payment.used`, and `Invoice.credited` beside them; only the triggers here write them.

Each allocation, reversal and credit note adds to or takes from its parent rows by UPDATE, and the parents' check constraints then refuse what would be
too much. Because all writers update the same row, they queue up behind each other in every isolation level, which counting rows would not give.
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
