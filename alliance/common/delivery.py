"""Sending what the outbox holds: claim a few, hand over one after the other, commit the fate of each before the next.

What a dying worker leaves is known to the row: only claimed, then it was never handed over and goes back into the queue; being sent, then it
may have arrived and a person decides. So nothing is lost, and nothing is sent twice unless somebody says so. docs/mail.md tells it at length.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet

from alliance.common import bounces, clock
from alliance.common.audit import record
from alliance.common.exceptions import InvalidTransition
from alliance.common.locking import lock
from alliance.common.models import MailSettings, Organisation, OutboxAttachment, OutboxMessage
from alliance.common.models.outbox import OutboxState
from alliance.common.outbox import attachment_bytes
from alliance.common.post.claims import claim_batch, claim_number, mark, release_lost_claims
from alliance.common.post.mime import Letter, Part, address_of_sender
from alliance.common.post.transport import BackendTransport, SmtpTransport, transport
from alliance.common.post.trouble import Broken, Refused, ServerAway, Trouble, judge
from alliance.common.transitions import move

logger = logging.getLogger(__name__)

BATCH = 50
TIME_BUDGET = dt.timedelta(minutes=2)
# One mail that makes the server hang up is that mail's trouble; this many in a row are the server's.
LOST_IN_A_ROW = 3
# How often the fate of a mail is written again when the database is away just then, a second apart and growing.
WRITE_ATTEMPTS = 6


def deliver_due(limit: int | None = None) -> int:
    """Send the messages that are due, at most `limit`, for two minutes at most. Returns how many were sent.

    Safe in any number of workers at once: each message is claimed by one of them. What the time did not suffice for goes on by itself.
    """
    release_lost_claims()
    with claim_number() as number:
        run = DeliveryRun(number, transport())
        try:
            run.go(limit)
        finally:
            run.transport.close()
    if run.out_of_time:
        from alliance.common.tasks import send_outbox, wake

        wake(send_outbox)
    return run.sent


class DeliveryRun:
    """One worker's run over one connection."""

    def __init__(self, number: int, way: SmtpTransport | BackendTransport) -> None:
        self.number, self.transport = number, way
        self.sent, self.tried, self.lost_in_a_row = 0, 0, 0
        self.stopped = self.out_of_time = False
        self.ends = time.monotonic() + TIME_BUDGET.total_seconds()
        self.organisation = Organisation.load()
        self.envelope_sender = address_of_sender(MailSettings.load().bounce_address or settings.DEFAULT_FROM_EMAIL)

    def go(self, limit: int | None) -> None:
        """Batch after batch until nothing is due, the limit or the time is reached, or the server is away."""
        while not self.stopped and (limit is None or self.tried < limit):
            if time.monotonic() > self.ends:
                self.out_of_time = True
                return
            messages = claim_batch(self.number, BATCH if limit is None else min(BATCH, limit - self.tried))
            if not messages:
                return
            self.tried += len(messages)
            self.send_all(messages)

    def send_all(self, messages: list[OutboxMessage]) -> None:
        """One after the other. One commit says of each mail that it is sent, and of the next that it is about to be."""
        files: dict[int, list[OutboxAttachment]] = {}
        for file in OutboxAttachment.objects.filter(message__in=[message.pk for message in messages]).order_by("pk"):
            files.setdefault(file.message_id, []).append(file)
        done, provider_id = None, ""
        for message in messages:
            if message.pk in files:
                # Documents take time, and what has been sent must be written down before.
                self.mark(done, provider_id)
                done = None
            letter = self.prepared(message, files.get(message.pk, []))
            if letter is None:
                continue
            if not self.reachable(message):
                break
            ours = self.mark(done, provider_id, message)
            done = None
            if ours and (answer := self.hand_over(message, letter)) is not None:
                done, provider_id, self.sent = message, answer, self.sent + 1
            if self.stopped:
                break
        self.mark(done, provider_id)

    def mark(self, done: OutboxMessage | None, provider_id: str, following: OutboxMessage | None = None) -> bool:
        """See claims.mark; survives a restart of the database."""
        return bool(surely(lambda: mark(self.number, done=done, provider_id=provider_id, following=following)))

    def prepared(self, message: OutboxMessage, files: list[OutboxAttachment]) -> Any:
        """The mail's bytes. One that cannot be made is put aside, and holds up no other: None."""
        try:
            return self.transport.encode(self.letter(message, files))
        except Broken as trouble:
            settle(message, trouble)
        except Exception as error:  # noqa: BLE001 (whatever a document's maker raises; the row keeps it)
            logger.warning("Mail %s could not be made: %r", message.pk, error)
            settle(message, Broken(f"{type(error).__name__}: {error}"))
        return None

    def letter(self, message: OutboxMessage, files: list[OutboxAttachment]) -> Letter:
        """What the message says, with its files."""
        return Letter(
            sender=settings.DEFAULT_FROM_EMAIL,
            recipient=message.recipient,
            subject=message.subject,
            text=message.body_text,
            html=message.body_html,
            message_id=message.message_id,
            reply_to=message.reply_to or self.organisation.secretariat_email,
            unsubscribe_url=message.unsubscribe_url,
            parts=[Part(file.filename, attachment_bytes(file), file.mimetype) for file in files],
        )

    def reachable(self, message: OutboxMessage) -> bool:
        """Whether there is a connection; without one the run ends, and this message waits longer than the others."""
        try:
            self.transport.open()
        except (ServerAway, Refused) as trouble:
            settle(message, trouble)
            self.stopped = True
            return False
        return True

    def hand_over(self, message: OutboxMessage, letter: Any) -> str | None:
        """Send it. Returns the service's id (often empty), or None when it did not go out."""
        try:
            answer = self.transport.send(self.envelope_sender, letter)
        except Trouble as trouble:
            logger.warning("Mail %s was not sent: %s", message.pk, trouble.reason)
            self.lost_in_a_row = self.lost_in_a_row + 1 if isinstance(trouble, ServerAway) else 0
            self.stopped = self.stopped or judge(trouble, message.attempts).stop or self.lost_in_a_row >= LOST_IN_A_ROW
            failure = trouble
        else:
            self.lost_in_a_row = 0
            return answer
        surely(lambda: settle(message, failure))
        return None


def surely(write: Callable[[], Any]) -> Any:
    """Write the fate of a mail also when the database is restarted just then: what the mail server said must not be forgotten."""
    for attempt in range(WRITE_ATTEMPTS):
        try:
            return write()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or attempt == WRITE_ATTEMPTS - 1:
                raise
            connection.close()
            time.sleep(1 + attempt)
    return None


@transaction.atomic
def settle(message: OutboxMessage, trouble: Trouble) -> None:
    """Write what became of a message that did not go out: another try, failed, or unknown. Tells of addresses that do not exist."""
    attempts = message.attempts
    lock(message)
    if message.state not in {OutboxState.CLAIMED, OutboxState.SENDING}:
        return
    if message.state == OutboxState.CLAIMED:
        attempts = message.attempts + 1
    verdict = judge(trouble, attempts)
    changes: dict[str, Any] = {"last_error": trouble.reason, "claim": None, "attempts": attempts if verdict.counts else max(0, attempts - 1)}
    if verdict.state == OutboxState.QUEUED:
        changes["next_attempt_at"] = clock.now() + verdict.pause
    move(message, to=verdict.state, field="state", **changes)
    if verdict.state == OutboxState.FAILED:
        record("mail.failed", message, *_subjects(message), source="task:outbox", error=trouble.reason[:300])
        if isinstance(trouble, Refused) and trouble.address_is_dead:
            bounces.note_refusal(message, trouble.code, trouble.reason)


def _subjects(message: OutboxMessage) -> list[Any]:
    return [subject for row in message.subjects.all() if (subject := row.subject)]


@transaction.atomic
def resend(message: OutboxMessage, *, actor: Any) -> OutboxMessage:
    """Queue a failed message, or one of unknown fate, again.

    Raises InvalidTransition for one that is queued, in flight or sent.
    """
    lock(message)
    if message.state not in {OutboxState.FAILED, OutboxState.UNKNOWN}:
        raise InvalidTransition
    move(message, to=OutboxState.QUEUED, field="state", attempts=0, next_attempt_at=clock.now(), resent_by=actor, claim=None, bounced_at=None)
    record("mail.resent", message, actor=actor, recipient=message.recipient)
    from alliance.common.tasks import send_outbox, wake

    transaction.on_commit(lambda: wake(send_outbox))
    return message


@transaction.atomic
def confirm_sent(message: OutboxMessage, *, actor: Any) -> OutboxMessage:
    """A person knows that a message of unknown fate arrived. Raises InvalidTransition for any other."""
    lock(message)
    if message.state != OutboxState.UNKNOWN:
        raise InvalidTransition
    move(message, to=OutboxState.SENT, field="state", sent_at=message.claimed_at or clock.now())
    record("mail.confirmed", message, actor=actor, recipient=message.recipient)
    return message


def hold(messages: QuerySet[OutboxMessage]) -> int:
    """Hold back those that wait (a mailing is paused). What a worker has in hand goes out. Returns how many."""
    return messages.filter(state=OutboxState.QUEUED).update(state=OutboxState.HELD, updated_at=clock.now())


def let_go(messages: QuerySet[OutboxMessage]) -> int:
    """Put what was held back into the queue again, and wake a worker. Returns how many."""
    count = messages.filter(state=OutboxState.HELD).update(state=OutboxState.QUEUED, next_attempt_at=clock.now(), updated_at=clock.now())
    from alliance.common.tasks import send_outbox, wake

    transaction.on_commit(lambda: wake(send_outbox))
    return count
