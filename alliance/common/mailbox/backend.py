"""A mailbox in a folder: where mails go when no mail server is set, so that sign-in codes are reachable when trying it."""

import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailboxBackend(BaseEmailBackend):
    """Writes each message as an .eml file, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Returns how many were written."""
        folder = Path(settings.MAILBOX_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns()}-{secrets.token_hex(4)}.eml"
            part = folder / f".{name}"
            part.write_bytes(message.message().as_bytes())
            part.replace(folder / name)
        return len(email_messages)


def is_on() -> bool:
    """Whether mails go to the folder."""
    return f"{MailboxBackend.__module__}.{MailboxBackend.__qualname__}" == settings.EMAIL_BACKEND
