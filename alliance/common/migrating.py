"""Migrations without needless work."""

from typing import Any

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger


def keep_models_rendered() -> None:
    """Let a trigger's migration leave Django's historical models as they are rendered.

    pgtrigger has them rendered again after each of its operations, with all their relations; with five hundred triggers that is a good part
    of the time a new database takes. A trigger is no part of a rendered model: the operations read the table's name from it and the rest from the state.
    """
    for operation in (AddTrigger, RemoveTrigger):
        original = operation.state_forwards

        def state_forwards(self: Any, app_label: str, state: ProjectState, original: Any = original) -> None:
            original(self, app_label, _Unrendered(state))

        operation.state_forwards = state_forwards  # type: ignore[method-assign]


class _Unrendered:
    """A project state whose models are not to be rendered again."""

    def __init__(self, state: ProjectState) -> None:
        self.models = state.models

    def reload_model(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to do."""
