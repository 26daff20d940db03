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


def render_only_neighbours() -> None:
    """Let a new foreign key render its own model and those beside it, as any other new field does, and not all that hang together with them.

    Nearly all our models do, and a new database adds six hundred such fields: four fifths of the time it took. Django renders everything anew before
    a migration's own Python, whenever something was rendered in part (`clear_delayed_apps_cache`).
    """
    original = ProjectState.add_field

    def add_field(self: ProjectState, *args: Any, **kwargs: Any) -> None:
        reload_all = self.reload_model
        self.reload_model = lambda app_label, model_name, delay=False: reload_all(app_label, model_name, delay=True)  # type: ignore[method-assign]
        try:
            original(self, *args, **kwargs)
        finally:
            del self.reload_model

    ProjectState.add_field = add_field  # type: ignore[method-assign]


class _Unrendered:
    """A project state whose models are not to be rendered again."""

    def __init__(self, state: ProjectState) -> None:
        self.models = state.models

    def reload_model(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to do."""
