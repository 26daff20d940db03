"""Reading a returned mail: whose address, for good or not, about which of our mails.

Servers that keep to RFC 3464 say it in a part for machines. Many in China write a letter instead, in Chinese, and enclose ours; then the codes in
the letter and the Message-ID of the enclosure must do.
"""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message

from alliance.common.models.bounces import BounceKind

MESSAGE_ID = re.compile(r"(?mi)^message-id:\s*(<[^<>\s]+>)")
ENHANCED = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")
CODE = re.compile(r"(?<![\d.])([45][0-9]{2})(?![\d.])")
ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
# Words of letters that carry no code: 163, QQ, Coremail and Exchange in Chinese.
GONE = re.compile(
    r"(user (not found|unknown)|no such user|mailbox unavailable|用户不存在|收件人不存在|地址不存在|收件人邮件地址.{0,80}不存在|帐户不存在|账号不存在|邮箱已注销)",
    re.IGNORECASE,
)
FULL = re.compile(r"(mailbox (is )?full|quota|over quota|邮箱已满|空间不足|容量已满)", re.IGNORECASE)
COMPLAINT = "feedback-report"


@dataclass(frozen=True)
class Returned:
    """What one returned mail says about one address."""

    recipient: str
    kind: str
    code: str
    reason: str
    message_id: str


def read(raw: bytes) -> list[Returned]:
    """Every address that a returned mail speaks of; empty for a mail that is none (an answer, an out-of-office note, advertising)."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    if not _is_report(mail):
        return []
    enclosed = _enclosed(mail)
    message_id = enclosed[0] if enclosed else ""
    if mail.get_content_type() == "multipart/report" and str(mail.get_param("report-type", "")).lower() == COMPLAINT:
        return [Returned(address, BounceKind.COMPLAINT, "", "Reported as spam", message_id) for address in _original_recipient(mail, enclosed)]
    groups = [group for part in mail.walk() if part.get_content_type() == "message/delivery-status" for group in _groups(part)]
    found = [one for group in groups if (one := _of_group(group, message_id)) is not None]
    return found if groups else _of_letter(mail, enclosed)


def _is_report(mail: EmailMessage) -> bool:
    """By its type, or by the sender that no person has."""
    if mail.get_content_type() == "multipart/report":
        return str(mail.get_param("report-type", "")).lower() in {"delivery-status", COMPLAINT, ""}
    sender = str(mail.get("From", "")).lower()
    return bool(re.search(r"mailer-daemon|postmaster|mail delivery|no-?reply.*bounce", sender)) or "X-Failed-Recipients" in mail


def _enclosed(mail: EmailMessage) -> tuple[str, str] | None:
    """Message-ID and recipient of our mail, from what the report encloses or quotes."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0) if part.is_multipart() else None
            if isinstance(inner, Message) and inner.get("Message-ID"):
                return str(inner["Message-ID"]).strip(), str(inner.get("To", ""))
        if part.get_content_type() in {"text/rfc822-headers", "text/plain", "text/html"}:
            text = _text(part)
            if match := MESSAGE_ID.search(text):
                to = re.search(r"(?mi)^to:\s*(.+)$", text)
                return match.group(1), to.group(1) if to else ""
    return None


def _groups(part: Message) -> list[Message]:
    """The fields about each recipient; the first group is about the report itself."""
    payload = part.get_payload()
    return (
        [group for group in payload if isinstance(group, Message) and group.get("Final-Recipient", group.get("Original-Recipient"))]
        if isinstance(payload, list)
        else []
    )


def _of_group(group: Message, message_id: str) -> Returned | None:
    """What a server says about one recipient; None for a success or a mere delay."""
    action = str(group.get("Action", "failed")).strip().lower()
    if action not in {"failed", ""}:
        return None
    address = ADDRESS.search(str(group.get("Original-Recipient") or group.get("Final-Recipient") or ""))
    if address is None:
        return None
    status, diagnostic = str(group.get("Status", "")), " ".join(str(group.get("Diagnostic-Code", "")).split())
    return Returned(address.group(0).lower(), kind_of(f"{status} {diagnostic}"), _code(f"{status} {diagnostic}"), diagnostic or status, message_id)


def _of_letter(mail: EmailMessage, enclosed: tuple[str, str] | None) -> list[Returned]:
    """A letter without a part for machines."""
    letter = "\n".join(_text(part) for part in mail.walk() if part.get_content_type() in {"text/plain", "text/html"})
    letter = re.sub(r"<[^>]{1,2000}>", " ", letter) if "<html" in letter.lower() else letter
    addresses = _original_recipient(mail, enclosed)
    return [Returned(address, kind_of(letter), _code(letter), " ".join(letter.split())[:500], enclosed[0] if enclosed else "") for address in addresses]


def _original_recipient(mail: EmailMessage, enclosed: tuple[str, str] | None) -> list[str]:
    """To whom our mail went."""
    texts = [str(mail.get("X-Failed-Recipients", "")), enclosed[1] if enclosed else ""]
    return list(dict.fromkeys(address.lower() for text in texts for address in ADDRESS.findall(text)))


def kind_of(text: str) -> str:
    """Dead for good, a temporary trouble, or unclear."""
    enhanced = ENHANCED.search(text)
    if enhanced:
        whole = enhanced.group(0)
        if whole.startswith("5.1.") and whole not in {"5.1.7", "5.1.8"}:
            return BounceKind.HARD
        if whole == "5.2.1":
            return BounceKind.HARD
        if whole.startswith("4.") or whole == "5.2.2":
            return BounceKind.SOFT
    if FULL.search(text):
        return BounceKind.SOFT
    if GONE.search(text):
        return BounceKind.HARD
    return BounceKind.UNCLEAR


def _code(text: str) -> str:
    found = ENHANCED.search(text) or CODE.search(text)
    return found.group(0) if found else ""


def _text(part: Message) -> str:
    """A part's text, in whatever encoding it says or is in."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "gb18030"):
        try:
            return payload.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return payload.decode("latin-1")
