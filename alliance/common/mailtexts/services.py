"""Which text a mail has, and changing it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.template import Context
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import Refusals
from alliance.common.locking import advisory_lock
from alliance.common.mailtexts.language import TextError, parse, render
from alliance.common.mailtexts.shipped import Values, shipped
from alliance.common.models import MailTextVersion

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sample:
    """How a mail can be shown for a real record: which records there are, and the function that writes the mail about one."""

    model: type[models.Model]
    records: Callable[[], models.QuerySet[Any]]
    write: Callable[[Any], Any]
    label: str | Promise = ""


_samples: dict[str, Sample] = {}
_collected: ContextVar[list[tuple[str, str, dict[str, Any]]] | None] = ContextVar("collected_mails", default=None)


def register_sample(template: str, records: Callable[[], models.QuerySet[Any]], write: Callable[[Any], Any]) -> None:
    """Say how `template` is written about a record, so that staff can look at it before they save."""
    _samples[template] = Sample(records().model, records, write)


def sample_of(template: str) -> Sample | None:
    """The sample of a mail."""
    return _samples.get(template)


@contextmanager
def collecting() -> Iterator[list[tuple[str, str, dict[str, Any]]]]:
    """Within it mails are not queued; the list gets (template, language, context) of each."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)


def collected() -> list[tuple[str, str, dict[str, Any]]] | None:
    """The list of `collecting`, or None outside it."""
    return _collected.get()


def version_in_force(template: str, language: str, variant: str = "") -> MailTextVersion | None:
    """The newest version, None where the shipped text is in force."""
    newest = MailTextVersion.objects.filter(template=template, language=language, variant=variant).order_by("-number").first()
    return None if newest is None or newest.shipped else newest


def written(template: str, language: str, context: dict[str, Any], variant: str = "") -> tuple[str, str] | None:
    """Subject and text as staff wrote them, with the values of `context`; None where the shipped text is in force.

    A text that no longer fits (a field went away with an upgrade) gives way to the shipped one, and says so in the log and on its page.
    """
    version = version_in_force(template, language, variant) or (version_in_force(template, language) if variant else None)
    if version is None:
        return None
    try:
        return fill(template, language, version.subject, version.body, context)
    except TextError as error:
        logger.error("The text of %s (%s) does not fit any more: %s", template, language, error)  # noqa: TRY400 (the words are enough)
        return None


def fill(template: str, language: str, subject: str, body: str, context: dict[str, Any]) -> tuple[str, str]:
    """A text with values put in. Raises TextError."""
    mail = shipped(template, language)
    values = Values(mail.fields, Context(context, autoescape=False))
    # An expression with a filter asks its context for the template's engine; the template at hand has one.
    from django.template import engines

    template_of_fields = engines["django"].from_string("").template
    with values.context.bind_template(template_of_fields):
        return (
            " ".join(render(parse(subject, mail.kinds), values).split())[:250],
            render(parse(body, mail.kinds), values).strip() + "\n",
        )


def problems(template: str, language: str, subject: str, body: str) -> dict[str, list[str]]:
    """What is wrong with a text, by field of the form; empty when nothing is."""
    mail = shipped(template, language)
    found: dict[str, list[str]] = {}
    for name, text in (("subject", subject), ("body", body)):
        if not text.strip():
            found[name] = [str(_("Write something here."))]
            continue
        try:
            parse(text, mail.kinds)
        except TextError as error:
            found[name] = error.problems
    if "\n" in subject.strip():
        found.setdefault("subject", []).append(str(_("The subject is one line.")))
    return found


@transaction.atomic
def save_text(template: str, language: str, *, subject: str, body: str, actor: Any, variant: str = "") -> MailTextVersion:
    """A new version, in force for every mail queued from now on. Raises Refusals when a field is unknown; the text that is in force already adds none."""
    wrong = problems(template, language, subject, body)
    if wrong:
        raise Refusals([text for texts in wrong.values() for text in texts])
    advisory_lock(f"mail-text:{template}:{language}:{variant}")
    now_in_force = version_in_force(template, language, variant)
    if now_in_force is not None and (now_in_force.subject, now_in_force.body) == (subject, body):
        return now_in_force
    return _add(template, language, variant, actor, subject=subject, body=body)


@transaction.atomic
def reset_text(template: str, language: str, *, actor: Any, variant: str = "") -> MailTextVersion | None:
    """Back to the shipped text; the versions stay. None when it is in force already."""
    advisory_lock(f"mail-text:{template}:{language}:{variant}")
    if version_in_force(template, language, variant) is None:
        return None
    return _add(template, language, variant, actor, shipped=True)


def _add(template: str, language: str, variant: str, actor: Any, **values: Any) -> MailTextVersion:
    last = MailTextVersion.objects.filter(template=template, language=language, variant=variant).order_by("-number").values_list("number", flat=True).first()
    version = MailTextVersion.objects.create(template=template, language=language, variant=variant, number=(last or 0) + 1, made_by=actor, **values)
    action = "mail_text.reset" if version.shipped else "mail_text.changed"
    record(action, version, actor=actor, template=template, variant=variant, language=language, number=version.number)
    return version


def variants_of(template: str) -> list[str]:
    """The texts of their own that a mail has."""
    return sorted(MailTextVersion.objects.filter(template=template).exclude(variant="").values_list("variant", flat=True).distinct())
