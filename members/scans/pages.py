"""The pages of a scan as pictures."""

import io

import numpy as np
import pypdfium2
from PIL import Image, ImageFile, ImageOps

MAX_PAGES = 20
MAX_PIXELS = 50_000_000
# A seal of 40 mm on a page of 297 mm is some 270 pixels wide then: enough to see its ring, little enough to be quick.
LONGEST_SIDE = 2000
PDF = b"%PDF-"


class UnreadableScan(ValueError):
    """The bytes are no picture and no PDF that we can open."""


def load_pages(data: bytes) -> list[np.ndarray]:
    """RGB pictures (height, width, 3; uint8), upright as the camera says, at most 2000 pixels long; at most 20 pages. Raises UnreadableScan."""
    try:
        return _pdf_pages(data) if PDF in data[:1024] else [_picture(data)]
    except UnreadableScan:
        raise
    except Exception as error:
        raise UnreadableScan(type(error).__name__) from error


def page_count(data: bytes) -> int:
    """How many pages a scan has, at most 20; 0 for bytes that are no scan."""
    if PDF not in data[:1024]:
        return 1
    try:
        with pypdfium2.PdfDocument(data) as document:
            return min(len(document), MAX_PAGES)
    except pypdfium2.PdfiumError:
        return 0


def page_jpeg(data: bytes, number: int) -> bytes:
    """Page `number` (from 1) as JPEG, upright as the camera says, at most 2000 pixels long. Raises UnreadableScan."""
    if not 1 <= number <= MAX_PAGES:
        raise UnreadableScan("number")
    try:
        if PDF in data[:1024]:
            with pypdfium2.PdfDocument(data) as document:
                page = document[number - 1]
                picture = page.render(scale=min(LONGEST_SIDE / max(*page.get_size(), 1), 6)).to_pil().convert("RGB")
        else:
            picture = Image.fromarray(_picture(data)) if number == 1 else _no_page()
    except UnreadableScan:
        raise
    except Exception as error:
        raise UnreadableScan(type(error).__name__) from error
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _no_page() -> Image.Image:
    raise UnreadableScan("number")


def _pdf_pages(data: bytes) -> list[np.ndarray]:
    document = pypdfium2.PdfDocument(data)
    try:
        pages = []
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            scale = LONGEST_SIDE / max(*page.get_size(), 1)
            pages.append(np.ascontiguousarray(page.render(scale=min(scale, 6)).to_pil().convert("RGB")))
            page.close()
        return pages
    finally:
        document.close()


def _picture(data: bytes) -> np.ndarray:
    # The PDF library switches this on for the whole process; half a picture would be read as a page without a seal.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Image.open(io.BytesIO(data)) as image:
        if image.width * image.height > MAX_PIXELS:
            raise UnreadableScan("pixels")
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return np.ascontiguousarray(upright)
