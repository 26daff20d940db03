"""State machines: one table beside the enum, kept by the service and by a trigger."""

from collections.abc import Collection, Mapping
from typing import Any

import pgtrigger
from django.db import models

from alliance.common.exceptions import InvalidTransition

Transitions = Mapping[str, Collection[str]]


def transitions_trigger(field: str, transitions: Transitions, *, initial: Collection[str] = (), name: str = "") -> pgtrigger.Trigger:
    """A trigger that refuses a change of `field` that `transitions` does not know, whoever makes it.

    `initial`: the states in which a row may be born; empty means any.
    """
    pairs = " OR ".join(f"(OLD.{field} = '{before}' AND NEW.{field} IN ({_quoted(after)}))" for before, after in transitions.items() if after)
    births = f"NEW.{field} NOT IN ({_quoted(initial)})" if initial else "FALSE"
    return pgtrigger.Trigger(
        name=name or f"{field}_transitions",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(field),
        func=pgtrigger.Func(
            f"""
            IF TG_OP = 'INSERT' THEN
                IF {births} THEN
                    RAISE EXCEPTION 'a {{meta.db_table}} cannot begin as %', NEW.{field} USING ERRCODE = 'check_violation';
                END IF;
            ELSIF NEW.{field} IS DISTINCT FROM OLD.{field} AND NOT ({pairs or "FALSE"}) THEN
                RAISE EXCEPTION '{{meta.db_table}}: no way from % to %', OLD.{field}, NEW.{field} USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
            """
        ),
    )


def _quoted(states: Collection[str]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(str(state) for state in states))


def move(obj: models.Model, *, to: str, field: str = "status", transitions: Transitions | None = None, **changes: Any) -> None:
    """Set `field` of `obj` to `to` (and any other `changes`) and save these columns.

    The caller holds the row's lock. `transitions` defaults to the model's TRANSITIONS.
    Raises InvalidTransition when the table has no such step.
    """
    table = transitions if transitions is not None else obj.TRANSITIONS  # type: ignore[attr-defined]
    if to not in table.get(getattr(obj, field), ()):
        raise InvalidTransition
    setattr(obj, field, to)
    for name, value in changes.items():
        setattr(obj, name, value)
    extra = {"updated_at"} & {f.name for f in obj._meta.concrete_fields}
    obj.save(update_fields=[field, *changes, *extra])
