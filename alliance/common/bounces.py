"""Mail that came back: kept once, shown at the mail, and told to the apps that own addresses."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.models import Bounce, OutboxMessage
from alliance.common.models.bounces import BounceKind, BounceSource

AddressHandler = Callable[[str, str, dt.datetime], None]
_handlers: list[AddressHandler] = []


def on_dead_address(handler: AddressHandler) -> AddressHandler:
    """Register what an app does when an address turns out not to exist: `handler(address, reason, at)`, in the transaction that keeps the bounce."""
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


@transaction.atomic
def note(*, recipient: str, kind: str, source: str, key: str, code: str = "", reason: str = "", message: OutboxMessage | None = None) -> Bounce | None:
    """Keep one bounce; None when it is known already.

    A hard one, and a complaint, marks the mail as come back; a hard one is also told to whoever owns the address.
    """
    recipient = recipient.strip().lower()
    values = {"recipient": recipient, "kind": kind, "source": source, "code": code[:20], "reason": " ".join(reason.split())[:1000], "message": message}
    bounce, is_new = Bounce.objects.get_or_create(key=key[:250], defaults=values)
    if not is_new:
        return None
    subjects = []
    if message is not None:
        subjects = [message, *(subject for row in message.subjects.all() if (subject := row.subject))]
        if kind in {BounceKind.HARD, BounceKind.COMPLAINT}:
            OutboxMessage.objects.filter(pk=message.pk).update(bounced_at=clock.now(), last_error=bounce.reason, updated_at=clock.now())
    record("mail.bounced", *(subjects or [bounce]), source="task:bounces", recipient=recipient, kind=kind, reason=bounce.reason[:300])
    if kind == BounceKind.HARD:
        for handler in _handlers:
            handler(recipient, bounce.reason, bounce.received_at)
    return bounce


def note_refusal(message: OutboxMessage, code: int, reason: str) -> None:
    """The server refused the address while we were sending."""
    key = f"smtp:{message.pk}:{message.attempts}:{message.updated_at.timestamp():.0f}"
    note(recipient=message.recipient, kind=BounceKind.HARD, source=BounceSource.SMTP, key=key, code=str(code), reason=reason, message=message)


def message_of(message_id: str = "", provider_id: str = "") -> OutboxMessage | None:
    """The mail that a bounce is about, by our Message-ID or the service's own."""
    if message_id and (found := OutboxMessage.objects.filter(message_id=f"<{message_id.strip().strip('<>')}>").first()):
        return found
    if provider_id:
        return OutboxMessage.objects.filter(provider_id=provider_id).first() or OutboxMessage.objects.filter(message_id=f"<{provider_id.strip('<>')}>").first()
    return None
