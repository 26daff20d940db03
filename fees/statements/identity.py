"""The same line in two files, and two lines that only look the same."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from fees.statements.rows import Row


def line_keys(rows: Sequence[Row], account: str = "") -> list[str]:
    """A key for each row, the same whichever file of the account the line stands in.

    With the bank's serial number, that with day, direction, amount, balance and payer: some banks give one number to a whole batch. Without one, what
    the line says. Lines that say exactly the same on one day get an ordinal: two equal transfers on a day are two, and an overlapping file has
    the same two. Only where serial and balance are both there does the same line twice in one file count once: a balance stands once.
    """
    keys = []
    seen: Counter[str] = Counter()
    for row in rows:
        balance = str(row.balance if row.balance is not None else "")
        if row.serial:
            parts = ["serial", account, row.serial, str(row.booked_on), row.direction, str(row.amount), balance, row.payer_name]
        else:
            facts = [str(row.booked_on), str(row.booked_at or ""), row.direction, str(row.amount), row.payer_account, row.payer_name, row.remark]
            parts = ["line", account, *facts, balance]
        digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]
        seen[digest] += 1
        is_again = bool(row.serial) and bool(balance)
        keys.append(digest if seen[digest] == 1 or is_again else f"{digest}-{seen[digest]}")
    return keys
