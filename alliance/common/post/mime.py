"""The bytes of a mail. Written by hand because the e-mail package spends more time on a message than the whole conversation with the server."""

import base64
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import encode_rfc2231, formatdate, parseaddr
from functools import lru_cache

from alliance.common.post.trouble import Broken, NoAddress

EOL = b"\r\n"
WORD_BYTES = 36
MIMETYPE = re.compile(r"^[\w.+-]+/[\w.+-]+(; ?[\w-]+=\"?[\w.:-]+\"?)*$")
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")
ADDRESS = re.compile(r"^[^\s<>\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+$")


@dataclass(frozen=True)
class Part:
    """A file that goes with a mail."""

    filename: str
    content: bytes
    mimetype: str


@dataclass(frozen=True)
class Letter:
    """What a mail says, and to whom."""

    sender: str
    recipient: str
    subject: str
    text: str
    html: str = ""
    message_id: str = ""
    reply_to: str = ""
    unsubscribe_url: str = ""
    parts: Sequence[Part] = ()


def bare_address(address: str) -> str:
    """The address as an SMTP server takes it: a Chinese domain in its ASCII form. Raises NoAddress for what is none."""
    bare = address.strip()
    local, _at, domain = bare.rpartition("@")
    try:
        bare = f"{local}@{domain.encode('idna').decode('ascii')}" if not domain.isascii() else bare
    except UnicodeError as error:
        raise NoAddress(f"{address!r} is no e-mail address.") from error
    if not ADDRESS.match(bare) or not bare.isascii():
        raise NoAddress(f"{address!r} is no e-mail address.")
    return bare


def address_of_sender(sender: str) -> str:
    """The address in a sender with a name, such as 联盟秘书处 <alliance@example.edu.cn>. Raises NoAddress."""
    return bare_address(parseaddr(sender)[1])


def encode(letter: Letter) -> bytes:
    """The whole message, lines ended by CR LF, in seven bits throughout. Raises NoAddress, or Broken for a file type that is none.

    No value can add a header: control characters are turned into blanks before they are written.
    """
    head = [
        b"From: " + _mailbox(letter.sender),
        b"To: " + bare_address(letter.recipient).encode(),
        *([b"Reply-To: " + bare_address(letter.reply_to).encode()] if letter.reply_to else []),
        b"Subject: " + _words(letter.subject),
        b"Date: " + formatdate(localtime=True).encode(),
        *([b"Message-ID: " + FORBIDDEN.sub("", letter.message_id).encode("ascii", "ignore")] if letter.message_id else []),
        b"Auto-Submitted: auto-generated",
        *_unsubscribe(letter.unsubscribe_url),
        b"MIME-Version: 1.0",
    ]
    return EOL.join([*head, _body(letter)])


def _unsubscribe(url: str) -> list[bytes]:
    """One click in the reader's mail program, as RFC 8058 has it."""
    if not url:
        return []
    return [b"List-Unsubscribe: <" + FORBIDDEN.sub("", url).encode("ascii", "ignore") + b">", b"List-Unsubscribe-Post: List-Unsubscribe=One-Click"]


def _body(letter: Letter) -> bytes:
    """Header lines of the body, an empty line, and the body."""
    text = _text_part("plain", letter.text)
    body = _multipart("alternative", [text, _text_part("html", letter.html)]) if letter.html else text
    return _multipart("mixed", [body, *(_file_part(part) for part in letter.parts)]) if letter.parts else body


def _text_part(kind: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return b"Content-Type: text/" + kind.encode() + b'; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + _base64(lines.encode())


def _file_part(part: Part) -> bytes:
    if not MIMETYPE.match(part.mimetype):
        raise Broken(f"{part.mimetype!r} is no file type.")
    name = FORBIDDEN.sub(" ", part.filename)
    head = [
        b"Content-Type: " + part.mimetype.encode() + b"; name=" + _quoted(name),
        b"Content-Disposition: attachment; filename*=" + encode_rfc2231(name, "utf-8").encode(),
        b"Content-Transfer-Encoding: base64",
    ]
    return EOL.join([*head, b"", _base64(part.content)])


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    boundary = f"=_{secrets.token_hex(12)}".encode()
    inner = b"".join(b"--" + boundary + EOL + part + EOL for part in parts)
    return b"Content-Type: multipart/" + kind.encode() + b'; boundary="' + boundary + b'"' + EOL + EOL + inner + b"--" + boundary + b"--" + EOL


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", EOL)


def _words(text: str) -> bytes:
    """A header's text: as it is when it is short ASCII, else in encoded words of whole characters."""
    clean = FORBIDDEN.sub(" ", text).strip()
    if clean.isascii() and len(clean) < 60 and "=?" not in clean:
        return clean.encode()
    # 36 bytes make a line of 76 with the header's name before it (RFC 2047). The library's own folding leaves the first line empty.
    chunks, chunk = [], b""
    for character in clean:
        encoded = character.encode("utf-8", "replace")
        if len(chunk) + len(encoded) > WORD_BYTES:
            chunks.append(chunk)
            chunk = b""
        chunk += encoded
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(piece) + b"?=" for piece in [*chunks, chunk])


def _quoted(name: str) -> bytes:
    return b'"' + (_words(name).replace(b"\r\n ", b" ") if not name.isascii() else name.replace("\\", "_").replace('"', "_").encode()) + b'"'


@lru_cache(maxsize=32)
def _mailbox(sender: str) -> bytes:
    """A sender with its name, for example 联盟秘书处 <alliance@example.edu.cn>."""
    name, _address = parseaddr(sender)
    address = address_of_sender(sender).encode()
    if not name:
        return address
    return (_words(name) if not name.isascii() else _quoted(name)) + b" <" + address + b">"
