"""Mail as rows: queued in the transaction that causes it, sent by a worker afterwards."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.mail import make_msgid
from django.db import models, transaction
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import translation

from alliance.common.mailtexts.services import collected, written
from alliance.common.models import Organisation, OutboxAttachment, OutboxMessage, OutboxSubject
from alliance.common.models.outbox import OutboxState, Priority

Attachment = tuple[str, bytes, str]
_makers: dict[str, Callable[[str], bytes]] = {}


def attachment_maker(name: str) -> Callable[[Callable[[str], bytes]], Callable[[str], bytes]]:
    """Register a function that makes an attachment's bytes just before sending, from one text argument (usually a primary key).

    So a slow or failing document never holds up the transaction that queues the mail.
    """

    def register(function: Callable[[str], bytes]) -> Callable[[str], bytes]:
        _makers[name] = function
        return function

    return register


def made(filename: str, mimetype: str, maker: str, argument: object) -> OutboxAttachment:
    """An attachment that `maker` will make at sending; give it to `queue` among the attachments. Raises KeyError for an unknown maker."""
    if maker not in _makers:
        raise KeyError(f"No attachment maker {maker!r} is registered.")
    return OutboxAttachment(filename=filename, mimetype=mimetype, maker=maker, argument=str(argument))


def attachment_bytes(attachment: OutboxAttachment) -> bytes:
    """The bytes of an attachment, made now if it has a maker."""
    return _makers[attachment.maker](attachment.argument) if attachment.maker else bytes(attachment.content)


@transaction.atomic
def queue(
    template: str,
    *,
    to: str,
    cause: models.Model | None,
    context: dict[str, Any],
    key: str = "",
    subjects: Sequence[models.Model] = (),
    attachments: Iterable[Attachment | OutboxAttachment] = (),
    language: str | None = None,
    reply_to: str = "",
    critical: bool = False,
    priority: int = Priority.NORMAL,
    unsubscribe_url: str = "",
    held: bool = False,
    variant: str = "",
) -> OutboxMessage:
    """Write a mail into the outbox, in the caller's transaction; a worker is woken after the commit.

    Renders `<template>.subject.txt`, `<template>.txt` and, where there is one, `<template>.html`, in `language` (default: the site's).
    `priority`: mailings to many are Priority.BULK, so that nobody's sign-in code waits behind them. `unsubscribe_url`: only for voluntary mails.
    `variant`: a text of its own that staff wrote for it (docs/mail.md). `held`: the mail waits until `delivery.let_go`. `key` (default: template and cause) makes it unique for the recipient: a second call returns the row that exists and queues nothing.
    """
    chosen = language or settings.LANGUAGE_CODE
    recipient = to.strip().lower()
    if (looked_at := collected()) is not None:
        looked_at.append((template, chosen, context))
        return OutboxMessage(recipient=recipient, template=template, language=chosen)
    key = key or (f"{template}:{cause._meta.label_lower}:{cause.pk}" if cause is not None else "")
    if not key:
        raise ValueError("A message without a cause needs a key.")
    existing = OutboxMessage.objects.filter(recipient=recipient, key=key).first()
    if existing:
        return existing
    with translation.override(chosen):
        values = rendered(template, context, language=chosen, variant=variant)
    message, created = OutboxMessage.objects.get_or_create(
        recipient=recipient,
        key=key,
        defaults={
            **values,
            "template": template,
            "language": chosen,
            "message_id": make_msgid(domain="alliance.mail"),
            "reply_to": reply_to,
            "critical": critical,
            "priority": priority,
            "unsubscribe_url": unsubscribe_url,
            "state": OutboxState.HELD if held else OutboxState.QUEUED,
        },
    )
    if created:
        _attach(message, attachments)
        about = ([cause] if cause is not None else []) + list(subjects)
        unique = {(ContentType.objects.get_for_model(subject).pk, str(subject.pk)) for subject in about}
        OutboxSubject.objects.bulk_create(OutboxSubject(message=message, content_type_id=kind, object_id=pk) for kind, pk in sorted(unique))
        wake_after_commit()
    return message


@transaction.atomic
def queue_rendered(*, template: str, to: str, key: str, subject: str, text: str) -> OutboxMessage:
    """Queue a mail whose text somebody else has rendered (the sign-in codes of django-allauth). `key` must be new."""
    context = {"organisation": Organisation.load(), "site_url": settings.SITE_URL, "subject": subject, "text": text}
    message = OutboxMessage.objects.create(
        recipient=to.strip().lower(),
        key=key,
        template=template,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        subject=" ".join(subject.split())[:250],
        body_text=text,
        body_html=render_to_string("common/mail/plain.html", context),
        message_id=make_msgid(domain="alliance.mail"),
        priority=Priority.URGENT,
    )
    wake_after_commit()
    return message


def messages_about(*objects: models.Model) -> models.QuerySet[OutboxMessage]:
    """The messages about any of `objects`, each once, oldest first."""
    about = models.Q()
    for obj in objects:
        about |= models.Q(content_type=ContentType.objects.get_for_model(obj), object_id=str(obj.pk))
    subjects = OutboxSubject.objects.filter(about)
    return OutboxMessage.objects.filter(pk__in=subjects.values("message_id")).order_by("id")


def rendered(template: str, context: dict[str, Any], *, language: str, variant: str = "") -> dict[str, str]:
    """Subject, text and HTML in the active language: as staff wrote them, else as shipped."""
    full = {"organisation": Organisation.load(), "site_url": settings.SITE_URL, **context}
    own = written(template, language, full, variant)
    subject, text = own or (" ".join(_text(f"{template}.subject.txt", full).split()), _text(f"{template}.txt", full).strip() + "\n")
    html = None
    if own is None:
        with contextlib.suppress(TemplateDoesNotExist):
            html = render_to_string(f"{template}.html", full)
    html = html or render_to_string("common/mail/plain.html", {**full, "subject": subject, "text": text})
    return {"subject": subject[:250], "body_text": text, "body_html": html}


def _text(template: str, context: dict[str, Any]) -> str:
    """Render a text part. It is not HTML, so values come out as they are, without escaping."""
    return get_template(template).template.render(Context(context, autoescape=False))


def _attach(message: OutboxMessage, attachments: Iterable[Attachment | OutboxAttachment]) -> None:
    rows = []
    for attachment in attachments:
        if isinstance(attachment, OutboxAttachment):
            attachment.message = message
            rows.append(attachment)
        else:
            filename, content, mimetype = attachment
            rows.append(OutboxAttachment(message=message, filename=filename, content=content, mimetype=mimetype))
    OutboxAttachment.objects.bulk_create(rows)


def wake_after_commit() -> None:
    """Wake a worker after the commit; once for all mails of a transaction."""
    if not any(function is _wake for _savepoints, function, *_robust in transaction.get_connection().run_on_commit):
        transaction.on_commit(_wake)


def _wake() -> None:
    from alliance.common.tasks import send_outbox, wake

    wake(send_outbox)
