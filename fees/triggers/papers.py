"""Notices and their lines: numbers without a gap, totals that add up, lines that live and die with their notice."""

import pgtrigger


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
