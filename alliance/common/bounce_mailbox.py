"""The mailbox to which undeliverable mail comes back, read by IMAP. Each mail is marked as read only after what it says has been kept."""

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction

from alliance.common import bounces, dsn
from alliance.common.models.bounces import BounceSource

logger = logging.getLogger(__name__)
TIMEOUT = 20
AT_A_TIME = 200
LARGEST = 2 * 1024 * 1024


def is_set() -> bool:
    """Whether there is a mailbox to read."""
    return bool(settings.BOUNCE_IMAP_URL)


@contextmanager
def mailbox() -> Iterator[imaplib.IMAP4]:
    """The folder, open for reading and marking. Raises OSError or imaplib.IMAP4.error."""
    url = urlsplit(settings.BOUNCE_IMAP_URL)
    host = url.hostname or ""
    if url.scheme == "imaps":
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, url.port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    else:
        connection = imaplib.IMAP4(host, url.port or 143, timeout=TIMEOUT)
    try:
        connection.login(unquote(url.username or ""), unquote(url.password or ""))
        connection.select(f'"{unquote(url.path.strip("/")) or "INBOX"}"')
        yield connection
    finally:
        try:
            connection.logout()
        except (OSError, imaplib.IMAP4.error):
            logger.info("The mailbox of returned mail did not say goodbye.")


def read_bounces() -> int:
    """Read the unread mails, at most two hundred. Returns how many new bounces were kept. Safe to run twice: a bounce has a key."""
    if not is_set():
        return 0
    kept = 0
    with mailbox() as connection:
        _answer, found = connection.uid("SEARCH", "UNSEEN")
        for uid in found[0].split()[:AT_A_TIME]:
            raw = _fetch(connection, uid)
            if raw is not None:
                kept += keep(raw)
            connection.uid("STORE", uid, "+FLAGS", r"(\Seen)")
    return kept


def _fetch(connection: imaplib.IMAP4, uid: bytes) -> bytes | None:
    """The mail without marking it; None for one that is gone. Of a huge one the first megabytes."""
    _answer, parts = connection.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


@transaction.atomic
def keep(raw: bytes) -> int:
    """Keep what one returned mail says. A mail that nobody can read is passed over, and says so in the log."""
    try:
        returned = dsn.read(raw)
    except Exception:
        logger.exception("A returned mail could not be read; it stays in its mailbox.")
        return 0
    digest = sha256(raw).hexdigest()[:32]
    count = 0
    for position, one in enumerate(returned):
        values = {"recipient": one.recipient, "kind": one.kind, "code": one.code, "reason": one.reason}
        message = bounces.message_of(one.message_id)
        # An address that we never wrote to is not ours to judge: reports can be forged.
        if message is None or message.recipient != one.recipient:
            values |= {"kind": one.kind if one.kind not in {"hard", "complaint"} else "unclear"}
            message = None
        count += bounces.note(source=BounceSource.MAILBOX, key=f"mailbox:{digest}:{position}", message=message, **values) is not None
    return count
