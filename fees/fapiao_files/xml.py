"""What the XML of a fapiao says, alone or inside an OFD."""

import re
import unicodedata
from typing import Any

import defusedxml.ElementTree as SafeXml
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext_lazy as _

from fees.fapiao_files.archive import Refused, parts_of_ofd
from fees.fapiao_files.values import FIELDS, RED_OF, Facts, digits_of, from_text, value_of

MOST_ELEMENTS = 20_000
ORIGINAL = ("OriginalInvoiceNumber", "OriginalInvoiceNo", "RedInvoiceOriginalNumber", "BlueInvoiceNumber")


def from_xml(content: bytes) -> dict[str, Any]:
    """Field → value, by element names. Raises Refused for DTDs, entities and damage."""
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
            found[FIELDS[name]] = value_of(FIELDS[name], text)
        elif name in ORIGINAL:
            found["red_of"] = digits_of(text)
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


def from_ofd(content: bytes, facts: Facts) -> None:
    """From the XML that an OFD carries, its own custom data, or its text. Raises Refused."""
    files = parts_of_ofd(content)
    originals = [data for name, data in files.items() if name.lower().endswith((".xml",)) and ("attach" in name.lower() or "original_invoice" in name.lower())]
    for data in originals:
        facts.add(from_xml(data), "xml")
    facts.add(from_xml(files.get("OFD.xml", b"<a/>")), "metadata")
    if not (facts.values.get("number") and facts.values.get("total")):
        texts = [data for name, data in files.items() if name.lower().endswith("content.xml")]
        words = "\n".join(" ".join(_words(data)) for data in texts)
        facts.add(from_text(unicodedata.normalize("NFKC", words)), "text")


def _words(content: bytes) -> list[str]:
    return [element.text for element in _root(content).iter() if element.tag.rpartition("}")[2] == "TextCode" and element.text]
