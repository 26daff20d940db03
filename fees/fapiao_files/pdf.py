"""What a PDF says: its metadata, its QR code, its text. Active content is refused."""

import io
import unicodedata
from typing import Any

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
import zxingcpp
from django.utils.translation import gettext_lazy as _

from fees.fapiao_files.archive import MAX_PIXELS, Refused
from fees.fapiao_files.values import FIELDS, Facts, amount_of, day_of, digits_of, from_text, value_of

MAX_RENDERED = 12_000_000
MAX_PAGES = 20


def from_pdf(content: bytes, facts: Facts) -> None:
    """By metadata, QR code and text, each filling what the one before left open. Raises Refused."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            _refuse_active(document)
            if len(document.pages) > MAX_PAGES:
                raise Refused(_("The PDF has too many pages for a fapiao."))
            info = {str(key).lstrip("/"): str(value) for key, value in (document.docinfo or {}).items()}
    except pikepdf.PasswordError as error:
        raise Refused(_("The PDF is protected by a password.")) from error
    except pikepdf.PdfError as error:
        raise Refused(_("The PDF is damaged.")) from error
    facts.add({FIELDS[key]: value_of(FIELDS[key], value) for key, value in info.items() if key in FIELDS}, "metadata")
    if not (facts.values.get("number") and facts.values.get("total")):
        facts.add(_from_qr(content), "qr")
    if not all(facts.values.get(name) for name in ("number", "issued_on", "total", "buyer_name")):
        facts.add(from_text(_text_of(content)), "text")


def _refuse_active(document: pikepdf.Pdf) -> None:
    root = document.Root
    names = root.get("/Names")
    if "/OpenAction" in root and isinstance(root.OpenAction, pikepdf.Dictionary) and root.OpenAction.get("/S") in {"/JavaScript", "/Launch"}:
        raise Refused(_("The PDF contains a script or starts a program and was not taken."))
    if names is not None and ("/JavaScript" in names):
        raise Refused(_("The PDF contains a script or starts a program and was not taken."))
    for entry in document.objects:
        if isinstance(entry, pikepdf.Dictionary) and (entry.get("/S") in {"/JavaScript", "/Launch"} or "/JS" in entry or "/RichMediaContent" in entry):
            raise Refused(_("The PDF contains a script or starts a program and was not taken."))
        if isinstance(entry, pikepdf.Stream) and entry.get("/Subtype") == "/Image" and int(entry.get("/Width", 0)) * int(entry.get("/Height", 0)) > MAX_PIXELS:
            raise Refused(_("The file contains an unreasonably large picture and was not taken."))
        if isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/Filespec":
            name = str(entry.get("/UF") or entry.get("/F") or "").lower()
            if name.endswith((".exe", ".js", ".bat", ".cmd", ".vbs", ".scr", ".dll", ".ps1", ".sh")):
                raise Refused(_("The PDF contains a program and was not taken."))


def _from_qr(content: bytes) -> dict[str, Any]:
    """Eight comma separated fields: version, kind, code, number, amount, day, check, CRC. For digital fapiaos the amount is the total."""
    document = pypdfium2.PdfDocument(content)
    try:
        page = document[0]
        width, height = page.get_size()
        scale = min(3.0, (MAX_RENDERED / max(width * height, 1)) ** 0.5)
        if width * height * scale * scale > MAX_RENDERED * 1.01 or width <= 0 or height <= 0:
            raise Refused(_("The page is unreasonably large."))
        picture = np.asarray(page.render(scale=scale).to_numpy())
    finally:
        document.close()
    for code in zxingcpp.read_barcodes(picture):
        parts = [part.strip() for part in unicodedata.normalize("NFKC", code.text).replace("，", ",").split(",")]
        if len(parts) >= 6 and parts[0] == "01":
            digital = parts[1] in {"31", "32", "51", "59", "61", "81"} or len(digits_of(parts[3])) == 20
            amount = amount_of(parts[4]) if parts[4] else None
            return {"number": digits_of(parts[3]), "total" if digital else "net": amount, "issued_on": day_of(parts[5])}
    return {}


def _text_of(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as document:
        return unicodedata.normalize("NFKC", "\n".join(page.extract_text() or "" for page in document.pages[:2]))
