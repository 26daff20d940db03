"""Locks of rows and of names, always inside the caller's transaction."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, models
from django.db.utils import OperationalError

from alliance.common.exceptions import Busy

LOCK_TIMEOUT_MS = 5000
LOCK_NOT_AVAILABLE = "55P03"

ModelT = TypeVar("ModelT", bound=models.Model)


@contextmanager
def polite_timeout(milliseconds: int = LOCK_TIMEOUT_MS) -> Iterator[None]:
    """Within it, waiting for a lock longer than `milliseconds` raises Busy instead of hanging or ending in a 500."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_NOT_AVAILABLE:
            raise Busy from error
        raise


def lock(obj: ModelT) -> ModelT:
    """Lock the row of `obj` until the transaction ends and read its present values into `obj` itself, which is returned.

    Raises the model's DoesNotExist when the row is gone, Busy when the lock is not free within five seconds,
    TransactionManagementError outside a transaction.
    """
    with polite_timeout():
        fresh = type(obj)._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)
    for field in obj._meta.concrete_fields:
        setattr(obj, field.attname, getattr(fresh, field.attname))
    obj._state.fields_cache.clear()  # type: ignore[attr-defined]
    return obj


def advisory_lock(*names: str) -> None:
    """Take the transaction-scoped locks of these names, in one order for everybody, so that two callers never wait for each other.

    Raises Busy when one is not free within five seconds.
    """
    keys = sorted(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True) for name in names)
    with polite_timeout(), connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
