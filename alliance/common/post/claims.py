"""Who has which mail in hand. Every change is one statement that says what it expects to find, so that no mail has two owners.

A run of a worker has a number. Its rows carry the number, and its connection holds an advisory lock of that number: PostgreSQL lets go of the
lock when the process dies, which tells the next run at once that these rows are nobody's.
"""

import contextlib
import datetime as dt
import secrets
from collections.abc import Iterator

from django.db import Error, connection, transaction
from django.db.models import F, Q

from alliance.common import clock
from alliance.common.models import OutboxAttachment, OutboxMessage
from alliance.common.models.outbox import OutboxState, Priority
from alliance.common.post.rates import allowance
from alliance.common.post.trouble import UNKNOWN_NOTE

# Celery ends any task after five minutes; a claim this old is nobody's, whatever the lock says (a pooled connection may keep one).
CLAIM_LIFETIME = dt.timedelta(minutes=10)
# A document that cannot be made may have killed the worker: next time the others go first.
SUSPECT_PAUSE = dt.timedelta(minutes=5)


@contextlib.contextmanager
def claim_number() -> Iterator[int]:
    """The number of a run, locked while it lasts; what the run did not get to goes back into the queue at its end."""
    number = secrets.randbits(62)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    try:
        yield number
    finally:
        # A lost connection has let go of the lock already, and the next run gives the rows back.
        with contextlib.suppress(Error):
            give_back(number)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def give_back(number: int) -> int:
    """Put what the run claimed and did not begin back into the queue. Returns how many."""
    return OutboxMessage.objects.filter(claim=number, state=OutboxState.CLAIMED).update(state=OutboxState.QUEUED, claim=None)


@transaction.atomic
def claim_batch(number: int, size: int) -> list[OutboxMessage]:
    """Claim up to `size` messages that are due: urgent ones first, then those due the longest, within the rates."""
    now = clock.now()
    left = allowance(now)
    due = OutboxMessage.objects.select_for_update(skip_locked=True).filter(state=OutboxState.QUEUED, next_attempt_at__lte=now)
    if left is not None:
        passed_over = Q()
        for domain in left.exhausted():
            passed_over |= Q(recipient__endswith=f"@{domain}")
        if left.total == 0:
            passed_over = ~Q(pk=None)
        due = due.filter(Q(priority=Priority.URGENT) | ~passed_over) if passed_over else due
    messages = list(due.order_by("priority", "next_attempt_at", "id")[:size])
    if left is not None:
        messages = left.choose(messages)
    for message in messages:
        message.state, message.claim, message.claimed_at = OutboxState.CLAIMED, number, now
    OutboxMessage.objects.filter(pk__in=[m.pk for m in messages]).update(state=OutboxState.CLAIMED, claim=number, claimed_at=now)
    return messages


_MARK = """
    UPDATE common_outboxmessage SET
        state = CASE WHEN id = %(done)s THEN 'sent' ELSE 'sending' END,
        sent_at = CASE WHEN id = %(done)s THEN %(now)s ELSE sent_at END,
        last_error = CASE WHEN id = %(done)s THEN '' ELSE last_error END,
        provider_id = CASE WHEN id = %(done)s THEN %(provider)s ELSE provider_id END,
        attempts = attempts + CASE WHEN id = %(done)s THEN 0 ELSE 1 END,
        updated_at = %(now)s
    WHERE (id = %(done)s AND state IN ('sending', 'unknown')) OR (id = %(next)s AND state = 'claimed' AND claim = %(claim)s)
    RETURNING id
"""


def mark(number: int, *, done: OutboxMessage | None, provider_id: str = "", following: OutboxMessage | None) -> bool:
    """In one statement and one commit: `done` is sent, and `following` is about to be handed over. Returns whether `following` is ours to send."""
    if done is None and following is None:
        return False
    values = {
        "done": done.pk if done else -1, "next": following.pk if following else -1, "claim": number, "now": clock.now(), "provider": provider_id[:200],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MARK, values)
        changed = {row[0] for row in cursor.fetchall()}
    if following is None or following.pk not in changed:
        return False
    following.state, following.attempts = OutboxState.SENDING, following.attempts + 1
    return True


@transaction.atomic
def release_lost_claims() -> tuple[int, int]:
    """Take back what dead runs left: (put back into the queue, of unknown fate).

    What was only claimed goes back; what was being handed over may have been delivered, so a person decides.
    """
    in_hand = OutboxMessage.objects.filter(state__in=[OutboxState.CLAIMED, OutboxState.SENDING])
    dead = [number for number in in_hand.exclude(claim=None).values_list("claim", flat=True).distinct() if _is_free(number)]
    lost = in_hand.filter(Q(claim__in=dead) | Q(claimed_at__lt=clock.now() - CLAIM_LIFETIME) | Q(claimed_at=None))
    rows = dict(lost.select_for_update(skip_locked=True).values_list("pk", "state"))
    if not rows:
        return 0, 0
    waiting = [pk for pk, state in rows.items() if state == OutboxState.CLAIMED]
    unknown = [pk for pk, state in rows.items() if state == OutboxState.SENDING]
    suspects = OutboxAttachment.objects.filter(message__in=waiting).exclude(maker="").values("message_id")
    OutboxMessage.objects.filter(pk__in=suspects).update(next_attempt_at=clock.now() + SUSPECT_PAUSE, attempts=F("attempts") + 1)
    OutboxMessage.objects.filter(pk__in=waiting).update(state=OutboxState.QUEUED, claim=None)
    OutboxMessage.objects.filter(pk__in=unknown).update(state=OutboxState.UNKNOWN, claim=None, last_error=UNKNOWN_NOTE, updated_at=clock.now())
    return len(waiting), len(unknown)


def _is_free(number: int) -> bool:
    """Whether no living connection holds the run's lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])
