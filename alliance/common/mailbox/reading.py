"""Reading the mailbox in the folder."""

import datetime as dt
import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"^\d+-[0-9a-f]{8}\.eml$")


@dataclass(frozen=True)
class Mail:
    """One mail: the file's name, and what a list shows."""

    name: str
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain text."""
        body = self.message.get_body(("plain",))
        return body.get_content() if body else ""

    @property
    def sent_at(self) -> dt.datetime | None:
        """The time in the mail's head."""
        head = self.message["Date"]
        moment: dt.datetime | None = head.datetime if head else None
        # “-0000” in a mail means UTC without saying from where, and is read as a time without a zone.
        return moment.replace(tzinfo=dt.UTC) if moment and moment.tzinfo is None else moment

    @property
    def attachments(self) -> list[tuple[int, str]]:
        """(position, file name) of each attachment."""
        return [(position, part.get_filename() or "attachment") for position, part in enumerate(self.message.iter_attachments())]


def mails(limit: int = 100) -> list[Mail]:
    """The newest mails first."""
    folder = Path(settings.MAILBOX_DIR)
    names = sorted((path.name for path in folder.glob("*.eml") if NAME.match(path.name)), reverse=True) if folder.exists() else []
    return [mail for name in names[:limit] if (mail := read(name)) is not None]


def read(name: str) -> Mail | None:
    """One mail by its file's name; None for anything that is not one."""
    path = Path(settings.MAILBOX_DIR) / name
    if not NAME.match(name) or not path.is_file():
        return None
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return Mail(name, message)
