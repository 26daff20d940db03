"""What goes back or is given up: refunds within what is there, large credit notes by two people."""

import pgtrigger

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
    """What one person takes off a notice stays within the schedule's limit, all such credit notes on it together; above it, it is what two have agreed on.

    Free of it: what follows an approved reduction or an approved refund of that notice, and places at meetings that were released. Where no schedule is
    in force yet the limit is nothing.
    """
    return pgtrigger.Trigger(
        name="needs_second_person",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("most", "NUMERIC"), ("so_far", "NUMERIC"), ("whose", "TEXT")],
        func="""
            -- Locking the notice makes two people who credit it at once wait for each other.
            SELECT i.purpose INTO whose FROM fees_invoice i WHERE i.id = NEW.invoice_id FOR UPDATE;
            IF NEW.proposal_id IS NOT NULL THEN
                IF NOT EXISTS (SELECT 1 FROM fees_creditproposal p WHERE p.id = NEW.proposal_id AND p.state = 'approved'
                        AND p.amount = NEW.amount AND p.invoice_id = NEW.invoice_id) THEN
                    RAISE EXCEPTION 'this credit note was not approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_as_approved';
                END IF;
                RETURN NEW;
            END IF;
            IF NEW.refund_id IS NOT NULL THEN
                IF NOT EXISTS (SELECT 1 FROM fees_refund r WHERE r.id = NEW.refund_id AND r.state = 'approved'
                        AND r.amount = NEW.amount AND r.invoice_id = NEW.invoice_id) THEN
                    RAISE EXCEPTION 'this refund was not approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_as_refunded';
                END IF;
                RETURN NEW;
            END IF;
            IF NEW.adjustment_id IS NOT NULL THEN
                RETURN NEW;
            END IF;
            IF NEW.for_place THEN
                IF whose <> 'event' THEN
                    RAISE EXCEPTION 'no place stands on this notice' USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_of_a_place';
                END IF;
                RETURN NEW;
            END IF;
            IF NEW.made_by_id IS NULL THEN
                RAISE EXCEPTION 'a credit note names who made it' USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_made_by_somebody';
            END IF;
            SELECT credit_approval_above INTO most FROM fees_feeschedule WHERE effective_from_year <= extract(year FROM NEW.credited_on)
                ORDER BY effective_from_year DESC LIMIT 1;
            SELECT coalesce(sum(amount), 0) INTO so_far FROM fees_creditnote
                WHERE invoice_id = NEW.invoice_id AND adjustment_id IS NULL AND proposal_id IS NULL AND refund_id IS NULL AND NOT for_place;
            IF NEW.amount + so_far > coalesce(most, 0) THEN
                RAISE EXCEPTION 'a credit note of this size needs a second person'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_needs_second_person';
            END IF;
            RETURN NEW;
        """,
    )
