"""Zips of fapiaos, and OFD files, which are zips too: opened within limits, names regained, nothing written anywhere."""

import io
import re
import warnings
import zipfile
from pathlib import PurePosixPath

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image

MAX_FILES = 500
MAX_FILE = 20 * 1024 * 1024
MAX_TOTAL = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_PIXELS = 40_000_000


class Refused(Exception):
    """Inside this package: the file is not taken."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


def members(name: str, content: bytes, *, depth: int = 0) -> list[tuple[str, bytes]]:
    """The file itself, or the files of a zip; a zip inside a zip is opened too, one level deep. Raises Refused."""
    if not content.startswith(b"PK\x03\x04") or is_ofd(content):
        if len(content) > MAX_FILE:
            raise Refused(_("The file is too large."))
        return [(name, content)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = _unpacked(archive, len(content))
    except Refused:
        raise
    except Exception as error:
        raise Refused(_("The zip file is damaged or protected by a password.")) from error
    if depth:
        return found
    files = [pair for inner, data in found for pair in (members(inner, data, depth=1) if data.startswith(b"PK\x03\x04") else [(inner, data)])]
    if len(files) > MAX_FILES or sum(len(data) for _inner, data in files) > MAX_TOTAL:
        raise Refused(_("The zip file unpacks to an unreasonable size and was not opened."))
    return files


def is_ofd(content: bytes) -> bool:
    """Whether a zip is an OFD document."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "OFD.xml" in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False


def _unpacked(archive: zipfile.ZipFile, packed: int) -> list[tuple[str, bytes]]:
    files = []
    for entry in _within_limits(archive, packed):
        # Programs for the Chinese Windows write names in GBK without saying so.
        name = entry.filename if entry.flag_bits & 0x800 else _regained(entry.filename)
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"^[A-Za-z]:", name):
            raise Refused(_("The zip file has names that lead outside of it and was not opened."))
        if path.name.startswith((".", "~")) or "__MACOSX" in path.parts:
            continue
        with archive.open(entry) as handle:
            data = handle.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            raise Refused(_("The zip file unpacks to an unreasonable size and was not opened."))
        files.append((path.name, data))
    return files


def _within_limits(archive: zipfile.ZipFile, packed: int) -> list[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_FILES or total > MAX_TOTAL or total > MAX_RATIO * max(packed, 1):
        raise Refused(_("The zip file unpacks to an unreasonable size and was not opened."))
    return entries


def _regained(name: str) -> str:
    try:
        return name.encode("cp437").decode("gbk")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return name


def parts_of_ofd(content: bytes) -> dict[str, bytes]:
    """The XML files of an OFD by path. Everything else is only measured: a program that shows the file would unpack the pictures, whatever they are called.

    Raises Refused.
    """
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in _within_limits(archive, len(content)):
            if entry.filename.lower().endswith(".xml"):
                found[entry.filename] = archive.read(entry)
            else:
                with archive.open(entry) as handle:
                    refuse_large_picture(handle.read(MAX_FILE))
    return found


def refuse_large_picture(data: bytes) -> None:
    """Raises Refused for a picture of more than forty megapixels; it is measured by its head, never unpacked. What is no picture passes."""
    try:
        with warnings.catch_warnings():
            # Pillow's own limit is higher than ours, and it only warns: ours refuses. Its warning would end in the log, or in an error where warnings are errors.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                width, height = picture.size
    except Image.DecompressionBombError as error:
        raise Refused(_("The file contains an unreasonably large picture and was not taken.")) from error
    except (OSError, ValueError, SyntaxError):
        return
    if width * height > MAX_PIXELS:
        raise Refused(_("The file contains an unreasonably large picture and was not taken."))
