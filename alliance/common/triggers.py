"""Triggers that several models share."""

import pgtrigger


def append_only(name: str = "append_only") -> list[pgtrigger.Trigger]:
    """Refuse UPDATE, DELETE and TRUNCATE."""
    return [
        pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'this table is append-only'; RETURN NULL;",
        ),
    ]


def frozen_fields(*fields: str, name: str = "frozen_fields", condition: str = "TRUE") -> pgtrigger.Trigger:
    """Refuse to change these columns; `condition` (SQL over OLD and NEW) says from when on, for example `OLD.issued_on IS NOT NULL`."""
    changed = " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in fields)
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=pgtrigger.Func(
            f"""
            IF ({condition}) AND ({changed}) THEN
                RAISE EXCEPTION 'columns of {{meta.db_table}} are fixed: {", ".join(fields)}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
            """
        ),
    )


def never_deleted(name: str = "never_deleted") -> pgtrigger.Trigger:
    """Refuse DELETE: such a row is voided, ended or reversed instead."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Delete)
