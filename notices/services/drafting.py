"""Writing a notice: the draft, its text, its attachments."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.files import IMAGES, OFFICE, PDF, SPREADSHEETS, store
from alliance.common.locking import lock
from members.models import User
from notices.enums import IssuingBody, NoticeState
from notices.gongwen.fields import unknown_fields
from notices.models import IssuingOffice, Notice, NoticeAttachment

ATTACHABLE = PDF | IMAGES | SPREADSHEETS | OFFICE


class UnknownField(DomainError):
    """A field that nobody could fill: a hole in a letter that has been sent."""

    message = _("A field is unknown.")


class NotReady(DomainError):
    """The checks found something that must be mended first."""

    message = _("The notice cannot be issued yet; see what the checks found.")


def refuse_unknown_fields(**texts: str) -> None:
    """Raises UnknownField, at the form's field, for a `{{word}}` that we do not know."""
    for name, text in texts.items():
        if unknown := unknown_fields(text):
            message = _("The field “%(name)s” is unknown. Choose one of those listed below the text.") % {"name": unknown[0]}
            raise UnknownField(message, field=name)


@transaction.atomic
def draft_notice(*, actor: User, **fields: Any) -> Notice:
    """A draft; `fields` as on the model. The signature is the body's when none is given. Raises UnknownField."""
    if "signature" not in fields:
        fields["signature"] = IssuingOffice.of(fields.get("body", IssuingBody.SECRETARIAT)).signed()
    refuse_unknown_fields(title=fields.get("title", ""), addressee=fields.get("addressee", ""), text=fields.get("text", ""))
    notice = Notice.objects.create(author=actor, **fields)
    record("notice.drafted", notice, actor=actor)
    return notice


@transaction.atomic
def draft_from(notice: Notice, *, actor: User) -> Notice:
    """A new draft with the words, addressees, signature and attachments of a notice, issued or not: what comes every quarter is not written anew."""
    copied = draft_notice(actor=actor, **{name: getattr(notice, name) for name in ("body", "title", "addressee", "text", "signature", "copy_line")})
    for row in notice.attachments.select_related("file").order_by("position"):
        upload = None
        if row.file is not None:
            # A copy of its own: who may open a file follows from the notice that it belongs to.
            with row.file.content.open("rb") as stored:
                upload = SimpleUploadedFile(row.file.name, stored.read())
        attach(copied, actor=actor, title=row.title, text=row.text, upload=upload)
    return copied


@transaction.atomic
def change_draft(notice: Notice, *, actor: User, **fields: Any) -> Notice:
    """Edit a draft. Raises NotReady once it is in review or issued, UnknownField."""
    _lock_draft(notice)
    for name, value in fields.items():
        setattr(notice, name, value)
    refuse_unknown_fields(title=notice.title, addressee=notice.addressee, text=notice.text)
    notice.save()
    record("notice.changed", notice, actor=actor)
    return notice


def _lock_draft(notice: Notice) -> Notice:
    lock(notice)
    if notice.state != NoticeState.DRAFT:
        raise NotReady(_("Only a draft can be edited."))
    return notice


@transaction.atomic
def attach(notice: Notice, *, actor: User, title: str, text: str = "", upload: UploadedFile | None = None) -> NoticeAttachment:
    """Add an attachment to a draft: a text of its own, or a file (PDF, picture, spreadsheet), not both.

    Raises NotReady, UnknownField, UploadRefused, DomainError when neither or both are given.
    """
    _lock_draft(notice)
    refuse_unknown_fields(text=text)
    if bool(text.strip()) == bool(upload):
        raise DomainError(_("Give a text or a file, one of them."), field="text")
    position = (notice.attachments.order_by("-position").values_list("position", flat=True).first() or 0) + 1
    attachment = NoticeAttachment(notice=notice, position=position, title=title, text=text)
    if upload:
        attachment.file = store(upload, owner=notice, purpose="notice", actor=actor, allowed=ATTACHABLE)
    attachment.save()
    record("notice.attached", notice, actor=actor, title=title)
    return attachment


@transaction.atomic
def change_attachment(attachment: NoticeAttachment, *, actor: User, title: str, text: str) -> NoticeAttachment:
    """Another name, and for a text another text. Raises NotReady, UnknownField."""
    _lock_draft(attachment.notice)
    refuse_unknown_fields(text=text)
    attachment.title = title
    if attachment.file_id is None:
        attachment.text = text or attachment.text
    attachment.save()
    record("notice.changed", attachment.notice, actor=actor)
    return attachment


@transaction.atomic
def detach(attachment: NoticeAttachment, *, actor: User) -> None:
    """Take an attachment out of a draft; those behind it move up. Raises NotReady."""
    notice = _lock_draft(attachment.notice)
    record("notice.detached", notice, actor=actor, title=attachment.title)
    attachment.delete()
    for position, row in enumerate(notice.attachments.order_by("position"), start=1):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position", "updated_at"])
