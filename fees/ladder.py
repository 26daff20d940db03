"""The steps of the dunning ladder. The rules of reminders belong to an upper floor, which says here how to ask for them."""

from collections.abc import Callable, Iterable

_source: list[Callable[[], Iterable[int]]] = []


def register_ladder(source: Callable[[], Iterable[int]]) -> None:
    """`source()` gives the steps that are on: days before (negative) or after the due date. A second registration replaces the first."""
    _source[:] = [source]


def ladder() -> list[int]:
    """The steps, the earliest first; none where nobody has registered a ladder."""
    return sorted(set(_source[0]())) if _source else []
