"""The menu of the pages: each app registers its entries and who sees them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True)
class Entry:
    """One entry: shown when `visible(user)`; current where the path begins with one of `prefixes`."""

    label: str | Promise
    url_name: str
    visible: Callable[[Any], bool]
    order: int
    area: str


_entries: list[Entry] = []
_areas: dict[str, tuple[str, Callable[[Any], bool]]] = {}


def register_entry(label: str | Promise, url_name: str, *, visible: Callable[[Any], bool], order: int, area: str = "public") -> None:
    """Add an entry. `area` is "public" for the site's main menu, or "portal" for the member unit's pages."""
    global _entries
    kept = [entry for entry in _entries if (entry.url_name, entry.area) != (url_name, area)]
    _entries = sorted([*kept, Entry(label, url_name, visible, order, area)], key=lambda entry: entry.order)


def register_area(area: str, *, prefix: str, visible: Callable[[Any], bool]) -> None:
    """Below `prefix` people for whom it is `visible` see the entries of this area; others, who got there by an address they typed, the public ones."""
    _areas[area] = (prefix, visible)


def menu_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries for this person and page; inside the portal those of the portal."""
    inside = (area for area, (prefix, visible) in _areas.items() if request.path.startswith(prefix) and visible(request.user))
    area = next(inside, "public")
    chosen = [(entry, reverse(entry.url_name)) for entry in _entries if entry.area == area and entry.visible(request.user)]
    # The longest address that the path begins with is the current one, so that /portal/dues/ does not also light up /portal/.
    matching = [url for _entry, url in chosen if request.path == url or (url != "/" and request.path.startswith(url))]
    current = max(matching, key=len, default=None)
    return [{"label": entry.label, "url": url, "current": url == current} for entry, url in chosen]
