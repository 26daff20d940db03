"""Several photos or files of one form become one document."""

import io
from pathlib import PurePosixPath

import pikepdf
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from alliance.common.files import HEIC, IMAGES, PDF, UploadRefused, judge

MAX_PIECES = 20
# Wide enough to read the QR code and the seal, small enough for a mail.
LONGEST_SIDE = 2600
QUALITY = 85


def bundle(pieces: list[tuple[str, bytes]]) -> tuple[bytes, str]:
    """One PDF, JPG or PNG stays as it was sent; anything else (several, or HEIC) becomes one PDF, in the order given.

    Takes (name, content) pairs; returns content and name. Raises UploadRefused naming the piece that cannot be taken.
    """
    if not pieces or not any(content for _name, content in pieces):
        raise UploadRefused(_("The file is empty. Choose it again."))
    if len(pieces) > MAX_PIECES:
        raise UploadRefused(_("At most %(limit)s files can be sent at once.") % {"limit": MAX_PIECES})
    types = [_judged(name, content) for name, content in pieces]
    if len(pieces) == 1 and types[0] not in HEIC:
        return pieces[0][1], pieces[0][0]
    result = pikepdf.Pdf.new()
    for (_name, content), mimetype in zip(pieces, types, strict=True):
        with pikepdf.open(io.BytesIO(content if mimetype in PDF else _as_pdf(content))) as source:
            result.pages.extend(source.pages)
    buffer = io.BytesIO()
    result.save(buffer)
    return buffer.getvalue(), f"{PurePosixPath(pieces[0][0]).stem or 'scan'}.pdf"


def _judged(name: str, content: bytes) -> str:
    try:
        return judge(content, PDF | IMAGES | HEIC)
    except UploadRefused as error:
        raise UploadRefused(f"{name}：{error}" if name else str(error)) from error


def _as_pdf(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as image:
        picture = ImageOps.exif_transpose(image).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    buffer = io.BytesIO()
    picture.save(buffer, "PDF", resolution=220, quality=QUALITY)
    return buffer.getvalue()
