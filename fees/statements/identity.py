"""The same line in two files, and two lines that only look the same."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from fees.statements.reading import Row


def line_keys(rows: Sequence[Row], account: str = "") -> list[str]:
    """A key for each row, the same whichever file of the account the line stands in.

    With the bank's serial number, that with direction and amount. Without one, what the line says, and its ordinal among equal lines of one
    day: two equal transfers on a day are two, and an overlapping file has the same two.
    """
    keys = []
    seen: Counter[str] = Counter()
    for row in rows:
        if row.serial:
            parts = ["serial", account, row.serial, row.direction, str(row.amount), str(row.balance or "")]
        else:
            facts = [str(row.booked_on), str(row.booked_at or ""), row.direction, str(row.amount), row.payer_account, row.payer_name, row.remark]
            parts = ["line", account, *facts, str(row.balance if row.balance is not None else "")]
        digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]
        seen[digest] += 1
        keys.append(digest if seen[digest] == 1 or row.serial else f"{digest}-{seen[digest]}")
    return keys
