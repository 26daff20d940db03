"""What an issued fapiao says of itself: by XML, PDF metadata, QR code, text, in this order, later ones filling gaps."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fees.fapiao_files.archive import Refused, is_ofd, members
from fees.fapiao_files.pdf import from_pdf
from fees.fapiao_files.values import Facts
from fees.fapiao_files.xml import from_ofd, from_xml


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
    facts = Facts()
    if b"%PDF-" in content[:1024]:
        kind = "pdf"
        from_pdf(content, facts)
    elif content.startswith(b"PK\x03\x04") and is_ofd(content):
        kind = "ofd"
        from_ofd(content, facts)
    elif head.startswith((b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        kind = "xml"
        facts.add(from_xml(content), "xml")
    else:
        raise Refused(_("This is no fapiao file. PDF, OFD and XML are read, also in a zip."))
    values = facts.values
    if not values.get("number"):
        raise Refused(_("No fapiao number was found in this file."))
    made = FapiaoFile(name=name[:200], content=content, kind=kind, read_by=facts.read_by, **values)
    if made.total is None and made.net is not None and made.tax is not None:
        made = replace(made, total=made.net + made.tax)
    return replace(made, is_red=made.is_red or (made.total or Decimal(0)) < 0)
