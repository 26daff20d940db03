"""What a text would look like as a mail, before it is saved."""

import logging
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import translation

from alliance.common.mailtexts.language import parse, render
from alliance.common.mailtexts.services import collecting, fill, sample_of
from alliance.common.mailtexts.shipped import Shipped, shipped
from alliance.common.models import Organisation

# So many records are offered for looking at a mail.
LATEST = 20
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preview:
    """A mail as the recipient would read it; `record` is None when only placeholders could be put in."""

    subject: str
    body: str
    record: models.Model | None


def preview(template: str, language: str, subject: str, body: str, record: models.Model | None) -> Preview:
    """The text with the values of `record`, by writing the real mail about it and rolling everything back. Raises TextError."""
    context = _context_of(template, record) if record is not None else None
    if context is None:
        return _with_placeholders(template, language, subject, body)
    with translation.override(language):
        filled = fill(template, language, subject, body, {"organisation": Organisation.load(), "site_url": settings.SITE_URL, **context})
    return Preview(*filled, record)


def newest_that_fits(template: str) -> models.Model | None:
    """The newest record that the app would write this mail about, of the latest few; None when there is none."""
    sample = sample_of(template)
    return next((record for record in sample.records()[:LATEST] if _context_of(template, record) is not None), None) if sample else None


def _context_of(template: str, record: models.Model) -> dict[str, Any] | None:
    """What the app would put into this mail about the record; None when it would write none (nobody has an address)."""
    sample = sample_of(template)
    if sample is None:
        return None
    try:
        with transaction.atomic(), collecting() as letters:
            sample.write(record)
            transaction.set_rollback(True)
    except Exception as error:  # noqa: BLE001 (a record that is not at the point where this mail is written)
        logger.info("%s cannot be shown with %s %s: %r", template, type(record).__name__, record.pk, error)
        return None
    return next((context for name, _language, context in letters if name == template), None)


class Placeholders:
    """Each field as its label in brackets; every part is shown once."""

    def __init__(self, mail: Shipped) -> None:
        self.mail = mail

    def text(self, name: str) -> str:
        """「Name of the unit」."""
        return f"「{self.mail.fields[name].label}」"

    def holds(self, name: str) -> bool:
        """Shown."""
        return True

    def each(self, name: str) -> list["Placeholders"]:
        """Once."""
        return [self]


def _with_placeholders(template: str, language: str, subject: str, body: str) -> Preview:
    mail = shipped(template, language)
    values = Placeholders(mail)
    return Preview(" ".join(render(parse(subject, mail.kinds), values).split()), render(parse(body, mail.kinds), values), None)
