"""Sending what the outbox holds: claim, send, mark, one message a transaction.

Between the mail server's "250 OK" and our commit lies a window that SMTP cannot close. What dies there is found again by its old claim:
an ordinary message is sent once more with the same Message-ID, a critical one becomes UNKNOWN and a person decides.
"""

import datetime as dt
import logging
import smtplib
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Q

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import InvalidTransition
from alliance.common.locking import lock
from alliance.common.models import Organisation, OutboxMessage
from alliance.common.models.outbox import OutboxState
from alliance.common.outbox import attachment_bytes
from alliance.common.transitions import move

logger = logging.getLogger(__name__)

BACK_OFF = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=30), dt.timedelta(hours=2), dt.timedelta(hours=6))
# A claim older than this belongs to a worker that died: sending one message takes 20 seconds at most before SMTP times out.
CLAIM_LIFETIME = dt.timedelta(minutes=5)
TIME_BUDGET = dt.timedelta(minutes=2)


def deliver_due(limit: int = 200) -> int:
    """Send up to `limit` messages that are due, within two minutes. Returns how many were sent.

    Safe in any number of workers at once: each message is claimed by one of them.
    """
    release_lost_claims()
    started = clock.now()
    sent = 0
    connection = None
    for _ in range(limit):
        message = claim_next()
        if message is None or clock.now() - started > TIME_BUDGET:
            break
        connection = connection or get_connection()
        sent += deliver(message, connection)
    if connection is not None:
        connection.close()
    return sent


@transaction.atomic
def claim_next() -> OutboxMessage | None:
    """Claim the message that is due the longest, or None. Rows that another worker is claiming are passed over."""
    now = clock.now()
    message = (
        OutboxMessage.objects.select_for_update(skip_locked=True)
        .filter(state=OutboxState.QUEUED, next_attempt_at__lte=now)
        .order_by("next_attempt_at", "id")
        .first()
    )
    if message is not None:
        move(message, to=OutboxState.SENDING, field="state", claimed_at=now, attempts=message.attempts + 1)
    return message


def deliver(message: OutboxMessage, connection: Any) -> bool:
    """Send one claimed message over `connection` and mark it. Returns whether it went out."""
    try:
        compose(message, connection).send()
    except smtplib.SMTPRecipientsRefused as error:
        # 5xx: the server will never take it; 4xx: it asks us to come back.
        codes = [code for code, _text in error.recipients.values()]
        _failed(message, error, final=all(code >= 500 for code in codes))
        return False
    except Exception as error:  # noqa: BLE001 (whatever it was, the row keeps it for staff and the next attempt)
        logger.warning("Mail %s was not sent: %r", message.pk, error)
        connection.close()
        _failed(message, error, final=False)
        return False
    with transaction.atomic():
        move(lock(message), to=OutboxState.SENT, field="state", sent_at=clock.now(), last_error="")
    return True


def compose(message: OutboxMessage, connection: Any) -> EmailMultiAlternatives:
    """The mail as Django sends it, with a Message-ID that is the same at every attempt."""
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body_text,
        to=[message.recipient],
        reply_to=[message.reply_to or Organisation.load().secretariat_email],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    mail.attach_alternative(message.body_html, "text/html")
    for attachment in message.attachments.all():
        mail.attach(attachment.filename, attachment_bytes(attachment), attachment.mimetype)
    return mail


@transaction.atomic
def release_lost_claims() -> int:
    """Take back what a dead worker left in flight. Returns how many messages were found."""
    expired = OutboxMessage.objects.select_for_update(skip_locked=True).filter(
        Q(state=OutboxState.SENDING) & (Q(claimed_at__lt=clock.now() - CLAIM_LIFETIME) | Q(claimed_at=None))
    )
    found = 0
    for message in expired:
        note = "The worker stopped while sending; the mail server may have taken the message."
        to = OutboxState.UNKNOWN if message.critical else OutboxState.QUEUED
        move(message, to=to, field="state", last_error=note)
        found += 1
    return found


@transaction.atomic
def resend(message: OutboxMessage, *, actor: Any) -> OutboxMessage:
    """Queue a failed message, or one of unknown fate, again.

    Raises InvalidTransition for one that is queued, in flight or sent.
    """
    lock(message)
    if message.state not in {OutboxState.FAILED, OutboxState.UNKNOWN}:
        raise InvalidTransition
    move(message, to=OutboxState.QUEUED, field="state", attempts=0, next_attempt_at=clock.now(), resent_by=actor)
    record("mail.resent", message, actor=actor, recipient=message.recipient)
    from alliance.common.tasks import send_outbox, wake

    transaction.on_commit(lambda: wake(send_outbox))
    return message


@transaction.atomic
def _failed(message: OutboxMessage, error: Exception, *, final: bool) -> None:
    lock(message)
    text = f"{type(error).__name__}: {error}"[:2000]
    if final or message.attempts > len(BACK_OFF):
        move(message, to=OutboxState.FAILED, field="state", last_error=text)
        record("mail.failed", message, *[s.subject for s in message.subjects.all() if s.subject], source="task:outbox", error=text[:300])
        return
    pause = BACK_OFF[message.attempts - 1]
    move(message, to=OutboxState.QUEUED, field="state", next_attempt_at=clock.now() + pause, last_error=text)
