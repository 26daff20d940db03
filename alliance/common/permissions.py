"""Who may do what: named permissions made of predicates (the package `rules`), never checks of flags in views."""

import rules
from django.db import models

ACTIONS = ("view", "add", "change", "delete")

is_signed_in = rules.is_authenticated & rules.is_active


def staff_model_perms(app: str, model: str, **predicates: rules.Predicate) -> None:
    """Name the admin's four permissions of a model: view, add, change, delete. Those not given are refused to everybody.

    Raises TypeError for another action.
    """
    unknown = set(predicates) - set(ACTIONS)
    if unknown:
        raise TypeError(f"Unknown actions {sorted(unknown)}.")
    for action in ACTIONS:
        rules.add_perm(f"{app}.{action}_{model}", predicates.get(action, rules.always_deny))


def perm_name(model: type[models.Model], action: str) -> str:
    """The name of a model's permission, for example `fees.view_invoice`."""
    return f"{model._meta.app_label}.{action}_{model._meta.model_name}"
