"""Certificates of attendance as a ZIP: a folder for each unit, a PDF for each person."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable

from meetings.documents.personal import certificates
from meetings.models import Registration
from meetings.selectors.certificates import certificates_for

# What file systems refuse in names, and what hides a file.
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def certificates_zip(registrations: Iterable[Registration], *, folders: bool, progress: Callable[[int], None] = lambda done: None) -> bytes:
    """The certificates of those who have one; `folders`: one for each unit. Two people of one name get a number. `progress` hears how many are done."""
    rows = list(registrations)
    issued = certificates_for([row.pk for row in rows])
    buffer, taken = io.BytesIO(), set()
    # A PDF is compressed already.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for done, row in enumerate((row for row in rows if row.pk in issued), start=1):
            folder = f"{safe(row.institution.name)}/" if folders else ""
            archive.writestr(_free(f"{folder}{safe(row.person.name)}", taken), certificates([row]))
            progress(done)
    return buffer.getvalue()


def safe(text: str) -> str:
    """A name as a file or folder may be called on any system."""
    return UNSAFE.sub("_", text).strip(" .")[:80] or "_"


def _free(stem: str, taken: set[str]) -> str:
    name, number = f"{stem}.pdf", 1
    while name.lower() in taken:
        number += 1
        name = f"{stem}-{number}.pdf"
    taken.add(name.lower())
    return name
