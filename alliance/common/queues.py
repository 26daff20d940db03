"""The work queues on the staff's start page: each app registers its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Queue:
    """One queue: how many records wait for this person, and the list that shows them."""

    label: str | Promise
    count: Callable[[Any], int]
    url: Callable[[], str]
    permission: str
    order: int = 50
    hint: str | Promise = ""


_queues: list[Queue] = []


def register_queue(
    *, label: str | Promise, count: Callable[[Any], int], url: Callable[[], str], permission: str, order: int = 50, hint: str | Promise = ""
) -> None:
    """Add a queue, shown to those who have `permission`, in the order of `order`. A second registration of one label replaces the first."""
    global _queues
    kept = [queue for queue in _queues if str(queue.label) != str(label)]
    _queues = sorted([*kept, Queue(label, count, url, permission, order, hint)], key=lambda queue: queue.order)


def queues_for(user: Any) -> list[tuple[Queue, int]]:
    """The queues this person may see, each with its count, in order."""
    return [(queue, queue.count(user)) for queue in _queues if user.has_perm(queue.permission)]
