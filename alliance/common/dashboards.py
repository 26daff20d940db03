"""The charts on the staff's start page: each app registers its own, as with the queues."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alliance.common.charts import Chart


@dataclass(frozen=True)
class Panel:
    """A chart, made when the page is asked for, for those who have the permission."""

    name: str
    make: Callable[[], Chart]
    permission: str
    order: int


_panels: dict[str, Panel] = {}


def register_chart(name: str, make: Callable[[], Chart], *, permission: str, order: int = 50) -> None:
    """Add a chart to the start page, shown to those who have `permission`, in the order of `order`. The same name again replaces it."""
    _panels[name] = Panel(name, make, permission, order)


def charts_for(user: Any) -> list[Chart]:
    """The charts this person may see, in order."""
    return [panel.make() for panel in sorted(_panels.values(), key=lambda panel: (panel.order, panel.name)) if user.has_perm(panel.permission)]
