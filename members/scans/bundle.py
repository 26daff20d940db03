"""Several photos or files of one form become one document."""

import io
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, TypeVar

import pikepdf
from django.utils.translation import gettext as _
from PIL import ImageOps

from alliance.common.files import HEIC, IMAGES, PDF, UploadRefused, judge, kind_of, load_picture, open_picture
from members.scans.side_by_side import in_order

T = TypeVar("T")
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
    if len(pieces) == 1 and _named(pieces[0][0], kind_of, pieces[0][1], PDF | IMAGES | HEIC) not in HEIC:
        _named(pieces[0][0], judge, pieces[0][1], PDF | IMAGES)
        return pieces[0][1], pieces[0][0]
    result = pikepdf.Pdf.new()
    for part in in_order(_as_pdf, pieces):
        with pikepdf.open(io.BytesIO(part)) as source:
            result.pages.extend(source.pages)
    buffer = io.BytesIO()
    result.save(buffer)
    return buffer.getvalue(), f"{PurePosixPath(pieces[0][0]).stem or 'scan'}.pdf"


def _named(name: str, look: Callable[..., T], *args: Any) -> T:
    """What `look` says of a piece; a refusal names the piece."""
    try:
        return look(*args)
    except UploadRefused as error:
        raise UploadRefused(f"{name}：{error}" if name else str(error)) from error


def _as_pdf(piece: tuple[str, bytes]) -> bytes:
    name, content = piece
    if _named(name, kind_of, content, PDF | IMAGES | HEIC) in PDF:
        _named(name, judge, content, PDF)
        return content
    with _named(name, open_picture, content) as image:
        # A JPG of a very large camera is unpacked at half its size; other kinds do not know how.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        _named(name, load_picture, image)
        picture = ImageOps.exif_transpose(image).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    buffer = io.BytesIO()
    picture.save(buffer, "PDF", resolution=220, quality=QUALITY)
    return buffer.getvalue()
