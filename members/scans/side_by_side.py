"""Pages are worked at two at a time: unpacking a picture and looking for its code leave Python, so that a second core can help."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

# Each open page of a phone takes some hundred megabytes for a moment; two are what a small server has room and cores for.
AT_ONCE = 2


def in_order(work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
    """The results in the order of `items`, at most two being made at once, in the caller's language; the first error in that order is raised.

    `work` must not touch the database: a thread would open a connection of its own.
    """
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pages")
    try:
        for made in [pool.submit(copy_context().run, work, item) for item in items]:
            yield made.result()
    finally:
        pool.shutdown(cancel_futures=True)
