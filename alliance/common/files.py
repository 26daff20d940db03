"""Uploads: judged by their content, limited, stored privately, served after a permission check."""

import hashlib
import io
import re
import unicodedata
import uuid
import warnings
import zipfile
from collections.abc import Collection
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import pikepdf
import pillow_heif
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageFile, UnidentifiedImageError

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.models import StoredFile

PDF = frozenset({"application/pdf"})
IMAGES = frozenset({"image/jpeg", "image/png"})
# As phones take pictures; kept only after conversion, since browsers cannot show it.
HEIC = frozenset({"image/heic"})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Slides and texts as people write them; offered as downloads only, never shown in the page.
OFFICE = frozenset({PPTX, DOCX})
# Bundles that we make ourselves; no upload is allowed to be one.
ZIP = "application/zip"
ARCHIVES = frozenset({ZIP})
SPREADSHEETS = frozenset({XLSX, XLS, "text/csv"})
SUFFIXES = {
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    XLSX: ".xlsx",
    XLS: ".xls",
    "text/csv": ".csv",
    PPTX: ".pptx",
    DOCX: ".docx",
    ZIP: ".zip",
}
NAMES = {
    "image/heic": "HEIC",
    "application/pdf": "PDF",
    "image/jpeg": "JPG",
    "image/png": "PNG",
    XLSX: "XLSX",
    XLS: "XLS",
    "text/csv": "CSV",
    PPTX: "PPTX",
    DOCX: "DOCX",
    ZIP: "ZIP",
}
# An archive that unpacks to more than this, or by more than this ratio, is an attack and not a spreadsheet.
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis"}
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
NAME_LENGTH = 120
BROKEN_PICTURE = (UnidentifiedImageError, OSError, SyntaxError, ValueError)

pillow_heif.register_heif_opener()
# open_picture has a measure of its own. Set once for the process: to set and take it back around each picture is not safe in threads.
warnings.simplefilter("ignore", Image.DecompressionBombWarning)

_access: dict[str, str] = {}


class UploadRefused(DomainError):
    """The file is empty, too large, of another type than allowed, or damaged."""


def register_access(model: type[models.Model], permission: str) -> None:
    """Who may download the files that a `model` record owns: those with `permission` on that record."""
    _access[model._meta.label_lower] = permission


def may_read(user: Any, stored: StoredFile) -> bool:
    """Whether `user` may download the file: as its owner's registered permission says, else nobody."""
    permission = _access.get(stored.owner._meta.label_lower) if stored.owner is not None else None
    return bool(permission) and user.has_perm(permission, stored.owner)


@transaction.atomic
def store(upload: UploadedFile | bytes, *, name: str = "", owner: models.Model | None, purpose: str, actor: Any = None, allowed: Collection[str]) -> StoredFile:
    """Keep an upload (or bytes of our own making) for `owner`.

    Its type is found from its content and must be among `allowed` (MIME types, see PDF, IMAGES, SPREADSHEETS).
    Raises UploadRefused with what is wrong and what would be right.
    """
    size = len(upload) if isinstance(upload, bytes) else (upload.size or 0)
    if size == 0:
        raise UploadRefused(_("The file is empty. Choose it again."))
    if size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise UploadRefused(_("The file has %(size)s MB; at most %(limit)s MB are possible.") % {"size": -(-size // 1048576), "limit": limit})
    content = upload if isinstance(upload, bytes) else upload.read()
    mimetype = judge(content, allowed)
    stored = StoredFile(
        name=safe_name(name or getattr(upload, "name", "") or "file", mimetype),
        mimetype=mimetype,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        purpose=purpose,
        uploaded_by=actor,
    )
    if owner is not None:
        stored.owner_type, stored.owner_id = ContentType.objects.get_for_model(owner), str(owner.pk)
    stored.content.save(f"{purpose}/{uuid.uuid4().hex}{SUFFIXES[mimetype]}", ContentFile(content), save=False)
    stored.save(force_insert=True)
    if owner is not None and actor is not None:
        record("file.stored", owner, actor=actor, name=stored.name, size=stored.size, sha256=stored.sha256)
    return stored


class FileErased(DomainError):
    """Its retention time is over."""

    message = gettext_lazy(
        "This file has been erased: its retention time is over, or the person asked for it. What was known of it (size, SHA-256, time) is kept."
    )


def erase_bytes(stored: StoredFile, *, name: str) -> None:
    """Take a file's content away for good, after the commit; the row stays under `name`, with size and digest. Called again it changes nothing."""
    if stored.erased_at is not None:
        return
    stored.erased_at, stored.name = clock.now(), name
    stored.save(update_fields=["erased_at", "name"])
    transaction.on_commit(partial(stored.content.storage.delete, str(stored.content.name)))


@transaction.atomic
def discard(stored: StoredFile, *, actor: Any = None) -> None:
    """Take a file away, row and bytes; the bytes go once the transaction has ended, so that a rollback loses nothing."""
    if stored.owner is not None and actor is not None:
        record("file.removed", stored.owner, actor=actor, name=stored.name, sha256=stored.sha256)
    content, name = stored.content.storage, stored.content.name
    stored.delete()
    transaction.on_commit(lambda: content.delete(name), robust=True)


def judge(content: bytes, allowed: Collection[str]) -> str:
    """The MIME type of `content`, found from its bytes and proved by opening it. Raises UploadRefused."""
    mimetype = kind_of(content, allowed)
    if mimetype in IMAGES | HEIC:
        with open_picture(content) as picture:
            load_picture(picture)
    elif mimetype in PDF:
        _check_pdf(content)
    elif mimetype in {XLSX, PPTX, DOCX}:
        _check_archive(content)
    return mimetype


def kind_of(content: bytes, allowed: Collection[str]) -> str:
    """The MIME type of `content` by its first bytes alone, not proved yet. Raises UploadRefused when it is not among `allowed`."""
    mimetype = _guess(content)
    if mimetype not in allowed:
        wanted = _(", ").join(NAMES[kind] for kind in sorted(allowed, key=lambda kind: NAMES[kind]))
        raise UploadRefused(_("This file is not of a type we can take. Send: %(types)s.") % {"types": wanted})
    return mimetype


def safe_name(name: str, mimetype: str) -> str:
    """The name a file came with, without folders, control characters or direction marks, shortened, with the suffix of its true type."""
    base = PurePosixPath(name.replace("\\", "/").replace("\0", "")).name
    cleaned = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", cleaned).strip(" .") or "file"
    return stem[:NAME_LENGTH] + SUFFIXES[mimetype]


def _guess(content: bytes) -> str:
    head = content[:1024]
    if head.startswith(b"PK\x03\x04"):  # before the PDF: an archive of PDFs shows the mark of its first one
        return _package(content)
    if b"%PDF-" in head:
        return "application/pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return "image/heic"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return XLS
    return "text/csv" if _is_text(content) else "application/octet-stream"


def _package(content: bytes) -> str:
    """What a zip is: one of the three office packages, by the names in it, or an archive. Of a damaged one by its bytes, to be refused as damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name.encode() for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, OSError):
        names = [content]
    for part, mimetype in ((b"xl/workbook", XLSX), (b"ppt/presentation", PPTX), (b"word/document", DOCX), (b"xl/", XLSX)):
        if any(part in name for name in names):
            return mimetype
    return ZIP


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return any(separator in text for separator in ",;\t") and not text.lstrip().startswith("<")
    return False


def open_picture(content: bytes) -> Image.Image:
    """The picture with its size known and bounded, its points not read yet. Raises UploadRefused."""
    try:
        picture = Image.open(io.BytesIO(content))
    except Image.DecompressionBombError as error:
        raise _too_many_points() from error
    except BROKEN_PICTURE as error:
        raise _damaged_picture() from error
    if picture.width * picture.height > settings.UPLOAD_MAX_PIXELS:
        raise _too_many_points()
    return picture


def load_picture(picture: Image.Image) -> None:
    """Read all points of an opened picture: a damaged one shows only here. Raises UploadRefused."""
    # The PDF library switches this on for the whole process; half a picture is no picture to us.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        picture.load()
    except Image.DecompressionBombError as error:
        raise _too_many_points() from error
    except BROKEN_PICTURE as error:
        raise _damaged_picture() from error


def _too_many_points() -> UploadRefused:
    limit = settings.UPLOAD_MAX_PIXELS // 1_000_000
    return UploadRefused(_("The picture has too many pixels; at most %(limit)s million are possible.") % {"limit": limit})


def _damaged_picture() -> UploadRefused:
    return UploadRefused(_("The picture is damaged. Save or photograph it again."))


def _check_pdf(content: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            pages = len(document.pages)
    except pikepdf.PasswordError as error:
        raise UploadRefused(_("The PDF is protected by a password. Save it without one.")) from error
    except Exception as error:
        raise UploadRefused(_("The PDF is damaged or incomplete. Save or scan it again.")) from error
    if not pages:
        raise UploadRefused(_("The PDF has no page."))


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UploadRefused(_("The spreadsheet is damaged. Save it again.")) from error
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(content):
        raise UploadRefused(_("The spreadsheet unpacks to an unreasonable size and was not opened."))
