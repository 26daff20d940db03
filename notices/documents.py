"""A notice on paper: PDF in the layout of GB/T 9704-2012, and the same as a file for word processors."""

import base64
import io
import re
from typing import Any

import pikepdf

from alliance.common.documents import render_pdf
from alliance.common.files import IMAGES, PDF
from alliance.common.models import Organisation
from notices.gongwen.blocks import read_blocks
from notices.gongwen.fields import fill
from notices.gongwen.word import Letter, as_docx
from notices.models import IssuingOffice, Notice, NoticeAttachment

LONGEST_CENTRED = 17
MM = 72 / 25.4
# Where an attached page stands on ours, in points from the lower left corner: the type area; on the first page what is left below the heading.
FIRST_SLOT = (28 * MM, 35 * MM, 184 * MM, 228 * MM)
SLOT = (28 * MM, 35 * MM, 184 * MM, 260 * MM)


def notice_pdf(notice: Notice, values: dict[str, str] | None = None) -> bytes:
    """The notice with its attachments on new pages; `values` fill its fields for one unit, else the general words stand there."""
    attached = [_attached(attachment, values) for attachment in notice.attachments.select_related("file")]
    office = IssuingOffice.of(notice.body)
    organisation = Organisation.load()
    context = {
        "notice": notice,
        "title": _unbroken(fill(notice.title, values)),
        "addressee": fill(notice.addressee, values),
        "blocks": read_blocks(fill(notice.text, values)),
        "mark": office.mark or organisation.name,
        "attached": attached,
        "long_signature": max((len(line) for line in notice.signatories), default=0) > LONGEST_CENTRED,
        "printed_by": f"{organisation.name}{organisation.secretariat}",
    }
    document = render_pdf("notices/pdf/gongwen.html", context)
    return _with_pages(document, attached) if any(row["source"] for row in attached) else document


def _unbroken(title: str) -> str:
    """A title that is broken between words and not inside 2025年 or 3号 (the standard asks for whole words at the ends of lines)."""
    return re.sub(r"(?<=\d) ?(?=[年月日号届次])|(?<=[第〔])(?=\d)", "\u2060", title)


def _attached(attachment: NoticeAttachment, values: dict[str, str] | None) -> dict[str, Any]:
    """What the layout needs of an attachment: its blocks, its picture, or room for each of its pages."""
    row: dict[str, Any] = {"attachment": attachment, "blocks": [], "picture": "", "pages": [], "source": None, "is_elsewhere": False}
    if attachment.file is None:
        row["blocks"] = read_blocks(fill(attachment.text, values))
        return row
    with attachment.file.content.open("rb") as stored:
        content = stored.read()
    if attachment.file.mimetype in IMAGES:
        row["picture"] = f"data:{attachment.file.mimetype};base64,{base64.b64encode(content).decode()}"
    elif attachment.file.mimetype in PDF:
        row["source"] = content
        with pikepdf.open(io.BytesIO(content)) as document:
            row["pages"] = [f"slot-{attachment.position}-{number}" for number in range(len(document.pages))]
    else:
        row["is_elsewhere"] = True
    return row


def _with_pages(document: bytes, attached: list[dict[str, Any]]) -> bytes:
    """Lay the pages of attached PDFs onto the pages that the layout keeps free for them: so they carry our page numbers."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(document)) as target:
        places = dict(_destinations(target))
        for row in attached:
            if row["source"] is None:
                continue
            with pikepdf.open(io.BytesIO(row["source"])) as source:
                for index, (name, page) in enumerate(zip(row["pages"], source.pages, strict=True)):
                    target.pages[places[name]].add_overlay(page, pikepdf.Rectangle(*(SLOT if index else FIRST_SLOT)))
        target.save(buffer)
    return buffer.getvalue()


def _destinations(document: pikepdf.Pdf) -> list[tuple[str, int]]:
    """The names that the layout gave to places, with the index of the page each is on."""
    pages = {page.objgen: index for index, page in enumerate(document.pages)}
    names = document.Root.Names.Dests.Names
    return [(str(names[index]), pages[names[index + 1][0].objgen]) for index in range(0, len(names), 2)]


def notice_docx(notice: Notice, values: dict[str, str] | None = None) -> bytes:
    """The same text for those who must go on editing it, with the faces that the standard names."""
    office = IssuingOffice.of(notice.body)
    letter = Letter(
        mark=office.mark or Organisation.load().name,
        number=notice.number or "",
        title=fill(notice.title, values),
        addressee=fill(notice.addressee, values),
        blocks=read_blocks(fill(notice.text, values)),
        attachments=[(row.title, read_blocks(fill(row.text, values)) if row.text else None) for row in notice.attachments.all()],
        signatories=notice.signatories,
        dated_on=notice.dated_on,
        copy_line=notice.copy_line,
    )
    return as_docx(letter)
