"""Fapiaos and their red letters."""

import pgtrigger


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
