"""The one way to make a PDF, and documents that anybody can verify."""

import secrets
from collections.abc import Sequence
from functools import cache
from typing import Any

import segno
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import advisory_lock, lock
from alliance.common.models import Organisation, VerifiableDocument
from alliance.common.pdf_worker import html_to_pdf

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: codes are read aloud and typed from paper.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH = 12
Facts = Sequence[tuple[str | Promise, Any]]


class PdfUnavailable(DomainError):
    """This machine lacks Pango, which WeasyPrint draws with."""

    message = _("PDF files cannot be made on this machine: the library Pango is missing. The README says how to install it.")


@cache
def available() -> bool:
    """Whether this machine can make PDFs (WeasyPrint finds Pango)."""
    try:
        import weasyprint  # noqa: F401 (the import itself looks for the libraries)
    except OSError:
        return False
    return True


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """A PDF from `templates/<template>`, which extends `common/pdf/base.html`. Documents are Chinese unless `context` says `language`.

    Nothing is fetched, from outside or from disk: images come as data. Raises PdfUnavailable.
    """
    if not available():
        raise PdfUnavailable
    return html_to_pdf(render_html(template, context))


def render_html(template: str, context: dict[str, Any]) -> str:
    """The page that `render_pdf` would draw, for those who make many documents in processes of their own (pdf_worker)."""
    with translation.override(context.get("language", settings.LANGUAGE_CODE)):
        return render_to_string(template, {"organisation": Organisation.load(), "site_url": settings.SITE_URL, **context})


def qr_svg(text: str, *, error: str = "m") -> str:
    """A QR code of `text` as a data URI for an <img>, without quiet zone (the layout gives it)."""
    return segno.make(text, error=error, micro=False).svg_data_uri(border=0, scale=4, dark="#1b2330")


def verify_url(document: VerifiableDocument) -> str:
    """The full public address at which `document` can be verified."""
    return settings.SITE_URL + reverse("verify:document", args=[document.code])


@transaction.atomic
def verifiable(subject: models.Model, *, kind: str, title: str, facts: Facts, actor: Any = None, source: str = "") -> VerifiableDocument:
    """The valid document of this kind for `subject`, made with `facts` (pairs of label and value, public!) when there is none yet."""
    content_type = ContentType.objects.get_for_model(subject)
    advisory_lock(f"document:{content_type.pk}:{subject.pk}:{kind}")
    found = VerifiableDocument.objects.filter(subject_type=content_type, subject_id=str(subject.pk), kind=kind, revoked_at=None).first()
    if found:
        return found
    document = VerifiableDocument.objects.create(
        code="".join(secrets.choice(CODE_ALPHABET) for _position in range(CODE_LENGTH)),
        kind=kind,
        title=title,
        facts=[[str(label), str(value)] for label, value in facts],
        subject_type=content_type,
        subject_id=str(subject.pk),
    )
    record("document.issued", document, subject, actor=actor, source=source, kind=kind, code=document.code)
    return document


@transaction.atomic
def revoke(document: VerifiableDocument, *, actor: Any, reason: str) -> VerifiableDocument:
    """Declare a document invalid; its page then says so, with the reason. Raises InvalidTransition when it is already."""
    lock(document)
    if document.revoked_at:
        raise InvalidTransition
    document.revoked_at, document.revoked_reason = clock.now(), reason
    document.save(update_fields=["revoked_at", "revoked_reason"])
    record("document.revoked", document, *([document.subject] if document.subject else []), actor=actor, reason=reason)
    return document


def normalise_code(text: str) -> str:
    """A code as a person typed it, in the form we store."""
    import unicodedata

    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())[:40]
