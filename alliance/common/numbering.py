"""Numbers without gaps, per series and year."""

from django.db import connection, transaction

from alliance.common.locking import polite_timeout


def next_number(series: str, year: int) -> int:
    """The next number of `series` in `year`, from 1.

    The counter's row stays locked until the caller's transaction ends, and a rollback gives the number back: so there are no gaps.
    Raises TransactionManagementError outside a transaction, Busy when the counter is not free within five seconds.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("next_number must be called inside the transaction that uses the number.")
    with polite_timeout(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_numberseries (series, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT ON CONSTRAINT number_series_once_a_year DO UPDATE SET last = common_numberseries.last + 1 RETURNING last",
            [series, year],
        )
        return cursor.fetchone()[0]
