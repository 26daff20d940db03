"""What an issued fapiao says of itself: by XML, PDF metadata, QR code, text, in this order, later ones filling gaps."""

import datetime as dt
import io
import re
import unicodedata
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

import defusedxml.ElementTree as SafeXml
import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
import zxingcpp
from defusedxml.common import DefusedXmlException
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fees.fapiao_files.archive import MAX_PIXELS, Refused, is_ofd, members, parts_of_ofd

MAX_RENDERED = 12_000_000
MAX_PAGES = 20
MOST_ELEMENTS = 20_000
NUMBER = re.compile(r"(?<!\d)\d{20}(?!\d)")
DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日|(\d{4})-(\d{1,2})-(\d{1,2})|(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")
MONEY = re.compile(r"[¥￥]\s*(-?\d[\d,]*\.\d{2})")
TAX_NUMBER = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{15,20}(?![0-9A-Z])")
FIELDS = {
    "EIid": "number", "InvoiceNumber": "number", "InvoiceNo": "number", "IssueTime": "issued_on", "IssueDate": "issued_on", "RequestTime": "issued_on",
    "TotalAmWithoutTax": "net", "TaxExclusiveTotalAmount": "net", "TotalTaxAm": "tax", "TaxTotalAmount": "tax", "TotalTax-includedAmount": "total",
    "TaxInclusiveTotalAmount": "total", "BuyerName": "buyer_name", "BuyerIdNum": "buyer_tax_number", "BuyerTaxID": "buyer_tax_number",
    "SellerName": "seller_name", "SellerIdNum": "seller_tax_number", "SellerTaxID": "seller_tax_number",
    "发票号码": "number", "开票日期": "issued_on", "合计金额": "net", "合计税额": "tax", "价税合计": "total",
    "购买方名称": "buyer_name", "购买方纳税人识别号": "buyer_tax_number", "销售方名称": "seller_name", "销售方纳税人识别号": "seller_tax_number",
}  # fmt: skip
ORIGINAL = ("OriginalInvoiceNumber", "OriginalInvoiceNo", "RedInvoiceOriginalNumber", "BlueInvoiceNumber")
NOTICE = re.compile(r"JF\d{4}-\d{4,}")
RED_OF = re.compile(r"(?:被红冲|对应|原)[^\d]{0,20}(\d{20})")


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that was refused, and why, for a person."""

    name: str
    message: str | Promise


@dataclass(frozen=True, slots=True)
class FapiaoFile:
    """What one file says. Amounts in yuan, negative for a red-letter fapiao; `read_by`: xml, metadata, qr or text."""

    name: str
    content: bytes = b""
    kind: str = ""
    number: str = ""
    issued_on: dt.date | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    buyer_name: str = ""
    buyer_tax_number: str = ""
    seller_name: str = ""
    seller_tax_number: str = ""
    is_red: bool = False
    red_of: str = ""
    is_closed: bool = False
    remark: str = ""
    read_by: str = ""


@dataclass(frozen=True)
class Bundle:
    """What was found in an upload, and what was refused."""

    found: tuple[FapiaoFile, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass
class _Facts:
    values: dict[str, Any] = field(default_factory=dict)
    read_by: str = ""

    def add(self, found: dict[str, Any], source: str) -> None:
        """Fill what is not known yet."""
        fresh = {name: value for name, value in found.items() if value not in (None, "") and not self.values.get(name)}
        if fresh and not self.read_by:
            self.read_by = source
        self.values |= fresh


def read_bundle(name: str, content: bytes) -> Bundle:
    """Read one file, or each of a zip. Never raises for what somebody uploaded: what is refused is a Problem."""
    found: list[FapiaoFile] = []
    problems: list[Problem] = []
    try:
        files = members(name, content)
    except Refused as refused:
        return Bundle(problems=(Problem(name, refused.message),))
    for inner, data in files:
        try:
            found.append(_read_one(inner, data))
        except Refused as refused:
            problems.append(Problem(inner, refused.message))
        except Exception:  # noqa: BLE001 (whatever a parser says of a hostile file, the others are still read)
            problems.append(Problem(inner, _("The file is damaged and cannot be read.")))
    return Bundle(tuple(found), tuple(problems))


def _read_one(name: str, content: bytes) -> FapiaoFile:
    head = content[:1024].lstrip()
    facts = _Facts()
    if b"%PDF-" in content[:1024]:
        kind = "pdf"
        _from_pdf(content, facts)
    elif content.startswith(b"PK\x03\x04") and is_ofd(content):
        kind = "ofd"
        _from_ofd(content, facts)
    elif head.startswith((b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        kind = "xml"
        facts.add(_from_xml(content), "xml")
    else:
        raise Refused(_("This is no fapiao file. PDF, OFD and XML are read, also in a zip."))
    values = facts.values
    if not values.get("number"):
        raise Refused(_("No fapiao number was found in this file."))
    made = FapiaoFile(name=name[:200], content=content, kind=kind, read_by=facts.read_by, **values)
    if made.total is None and made.net is not None and made.tax is not None:
        made = replace(made, total=made.net + made.tax)
    return replace(made, is_red=made.is_red or (made.total or Decimal(0)) < 0)


def _from_xml(content: bytes) -> dict[str, Any]:
    root = _root(content)
    found: dict[str, Any] = {}
    remark = ""
    for count, element in enumerate(root.iter()):
        if count > MOST_ELEMENTS:
            raise Refused(_("The XML is unreasonably large."))
        name, text = element.tag.rpartition("}")[2], (element.text or "").strip()
        if name == "CustomData":
            name = element.get("Name", "")
        if not text:
            continue
        if name in FIELDS and (not found.get(FIELDS[name]) or name in {"IssueTime", "InvoiceNumber"}):
            found[FIELDS[name]] = _value(FIELDS[name], text)
        elif name in ORIGINAL:
            found["red_of"] = _digits(text)
        elif name in {"Remark", "Note"}:
            remark = remark or text
    if not found.get("red_of") and (hit := RED_OF.search(remark)):
        found["red_of"] = hit.group(1)
    found["remark"] = remark[:300]
    return found


def _root(content: bytes) -> Any:
    """The parsed XML, also when it declares GBK, which the parser itself does not read. Raises Refused."""
    declared = re.match(rb"""\s*<\?xml[^>]*encoding=["']\s*(gbk|gb2312|gb18030)""", content[:200], re.IGNORECASE)
    try:
        if declared:
            text = content.decode("gb18030")
            return SafeXml.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), forbid_dtd=True)
        return SafeXml.fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Refused(_("The XML declares entities or a DTD and was not read.")) from error
    except (SafeXml.ParseError, ValueError, LookupError) as error:
        raise Refused(_("The XML is damaged.")) from error


def _value(name: str, text: str) -> Any:
    plain = unicodedata.normalize("NFKC", text).strip()
    if name == "issued_on":
        return _day(plain)
    if name in {"net", "tax", "total"}:
        return _amount(plain)
    if name == "number":
        return _digits(plain)
    return plain.upper().replace(" ", "") if name.endswith("tax_number") else plain[:200]


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) in {8, 20} else ""


def _amount(text: str) -> Decimal | None:
    plain = text.replace(",", "").strip("¥￥元 ")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    return value.quantize(Decimal("0.01")) if value.is_finite() and abs(value) < Decimal(10) ** 10 else None


def _day(text: str) -> dt.date | None:
    for hit in DAY.finditer(text):
        parts = [int(part) for part in hit.groups() if part]
        try:
            day = dt.date(parts[0], parts[1], parts[2])
        except ValueError:
            continue
        if 2015 <= day.year <= 2100:
            return day
    return None


def _from_pdf(content: bytes, facts: _Facts) -> None:
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
    facts.add({FIELDS[key]: _value(FIELDS[key], value) for key, value in info.items() if key in FIELDS}, "metadata")
    if not (facts.values.get("number") and facts.values.get("total")):
        facts.add(_from_qr(content), "qr")
    if not all(facts.values.get(name) for name in ("number", "issued_on", "total", "buyer_name")):
        facts.add(_from_text(_text_of(content)), "text")


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
            digital = parts[1] in {"31", "32", "51", "59", "61", "81"} or len(_digits(parts[3])) == 20
            amount = _amount(parts[4]) if parts[4] else None
            return {"number": _digits(parts[3]), "total" if digital else "net": amount, "issued_on": _day(parts[5])}
    return {}


def _text_of(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as document:
        return unicodedata.normalize("NFKC", "\n".join(page.extract_text() or "" for page in document.pages[:2]))


def _from_text(text: str) -> dict[str, Any]:
    """From the text of a page in one of its two usual orders: labels beside values, or all labels first."""
    number = NUMBER.search(text)
    amounts = [value for value in (_amount(hit) for hit in MONEY.findall(text)) if value is not None]
    total = max(amounts, key=abs) if amounts else None
    found: dict[str, Any] = {"number": number.group(0) if number else "", "issued_on": _day(text), "total": total}
    others = sorted((value for value in amounts if value != total), key=abs, reverse=True)
    if total is not None and others and others[0] + sum(others[1:2], Decimal(0)) == total:
        found |= {"net": others[0], "tax": others[1] if len(others) > 1 else Decimal(0)}
    names = re.findall(r"名\s*称\s*[::]\s*([^\s::]+)", text)
    numbers = [hit for hit in TAX_NUMBER.findall(text) if not (number and hit == number.group(0)) and re.search(r"\d", hit)]
    if len(names) >= 2:
        found |= {"buyer_name": names[0], "seller_name": names[1]}
    elif number is not None:
        lines = [line.strip() for line in text[number.end() :].splitlines() if line.strip()]
        codes = [n for n, line in enumerate(lines) if TAX_NUMBER.fullmatch(line)]
        if len(codes) >= 2 and codes[0] >= 1:
            found |= {"buyer_name": lines[codes[0] - 1], "seller_name": lines[codes[1] - 1]}
    if len(numbers) >= 2:
        found |= {"buyer_tax_number": numbers[0], "seller_tax_number": numbers[1]}
    if hit := RED_OF.search(text):
        found["red_of"] = hit.group(1)
    # The notices' numbers, which the export writes into the remark, tell requests of one unit apart.
    found["remark"] = " ".join(dict.fromkeys(NOTICE.findall(text)))[:300]
    return found


def _from_ofd(content: bytes, facts: _Facts) -> None:
    files = parts_of_ofd(content)
    originals = [data for name, data in files.items() if name.lower().endswith((".xml",)) and ("attach" in name.lower() or "original_invoice" in name.lower())]
    for data in originals:
        facts.add(_from_xml(data), "xml")
    facts.add(_from_xml(files.get("OFD.xml", b"<a/>")), "metadata")
    if not (facts.values.get("number") and facts.values.get("total")):
        texts = [data for name, data in files.items() if name.lower().endswith("content.xml")]
        words = "\n".join(" ".join(_words(data)) for data in texts)
        facts.add(_from_text(unicodedata.normalize("NFKC", words)), "text")


def _words(content: bytes) -> list[str]:
    return [element.text for element in _root(content).iter() if element.tag.rpartition("}")[2] == "TextCode" and element.text]
