"""Handing a mail over: an SMTP conversation of our own, or any other of Django's mail backends.

The conversation is our own because one thing must be known for sure: whether the connection broke before or after the server had the whole
message. Before, the mail is tried again; after, only a person can judge.
"""

import contextlib
import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from alliance.common.post.mime import Letter, bare_address, encode
from alliance.common.post.trouble import Refused, ServerAway, Trouble, Uncertain

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
BROKEN_LINE = (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException, OSError)


class SmtpTransport:
    """One connection for many mails; opened when first needed and again after it was lost."""

    def __init__(self) -> None:
        self._backend: Any = None

    def open(self) -> None:
        """Connect, encrypt and sign in, as the settings say. Raises ServerAway, or Refused at stage signin."""
        if self._backend is not None:
            return
        backend = get_connection()
        try:
            backend.open()
            # Django says hello only when it encrypts or signs in.
            backend.connection.ehlo_or_helo_if_needed()
        except smtplib.SMTPAuthenticationError as error:
            raise Refused("signin", error.smtp_code, _text(error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise ServerAway(f"{type(error).__name__}: {error}") from error
        self._backend = backend

    def encode(self, letter: Letter) -> Any:
        """What `send` wants: made beforehand, so that nothing slow stands between two mails. Raises Broken."""
        return bare_address(letter.recipient), encode(letter)

    def send(self, sender: str, prepared: Any) -> str:
        """Hand over one mail. Raises Trouble of the kind that is known. Returns the server's id of it (none here)."""
        recipient, content = prepared
        self.open()
        smtp: smtplib.SMTP = self._backend.connection
        try:
            self._envelope(smtp, sender, recipient)
            smtp.send(content.replace(b"\r\n.", b"\r\n..") + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"))
        except Refused as refusal:
            self._reset(refusal)
            raise
        except BROKEN_LINE as error:
            self.drop()
            raise ServerAway(f"{type(error).__name__}: {error}") from error
        try:
            code, text = smtp.getreply()
        except BROKEN_LINE as error:
            self.drop()
            raise Uncertain(f"{type(error).__name__}: {error}") from error
        if not 200 <= code < 300:
            refusal = Refused("content", code, _text(text))
            self._reset(refusal)
            raise refusal
        return ""

    def _envelope(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
        """MAIL, RCPT and DATA: in one packet where the server offers PIPELINING, else one after the other."""
        commands = [("sender", f"MAIL FROM:<{sender}>"), ("recipient", f"RCPT TO:<{recipient}>"), ("content", "DATA")]
        pipelined = smtp.has_extn("pipelining")
        if pipelined:
            smtp.send("".join(f"{command}\r\n" for _stage, command in commands))
        refusal = None
        for stage, command in commands:
            try:
                code, text = smtp.getreply() if pipelined else smtp.docmd(command)
            except BROKEN_LINE as error:
                if refusal is not None:
                    raise refusal from error
                raise
            if refusal is None and code not in ({354} if stage == "content" else {250, 251}):
                refusal = Refused(stage, code, _text(text))
                if not pipelined:
                    raise refusal
            elif refusal is not None and stage == "content" and code == 354:
                # The server wants the text of a mail that it has refused: it gets an empty one, which goes to nobody.
                smtp.send(b".\r\n")
                smtp.getreply()
        if refusal is not None:
            raise refusal

    def _reset(self, refusal: Refused) -> None:
        """Ready for the next mail; a server that says goodbye, or does not answer, is left."""
        if refusal.code == 421:
            self.drop()
            return
        try:
            self._backend.connection.rset()
        except (smtplib.SMTPException, OSError):
            self.drop()

    def drop(self) -> None:
        """Leave the connection without a word."""
        backend, self._backend = self._backend, None
        if backend is not None and backend.connection is not None:
            with contextlib.suppress(Exception):
                backend.connection.close()

    def close(self) -> None:
        """Say goodbye."""
        backend, self._backend = self._backend, None
        if backend is not None:
            with contextlib.suppress(Exception):
                backend.close()


class BackendTransport:
    """Any other backend: the mailbox in a folder, an e-mail service through django-anymail, the memory of the tests."""

    def __init__(self) -> None:
        self._connection: Any = None

    def open(self) -> None:
        """Nothing is opened before the first mail."""
        self._connection = self._connection or get_connection()

    def encode(self, letter: Letter) -> EmailMultiAlternatives:
        """The mail as Django sends it. Raises Broken for what is no address."""
        headers = {"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"}
        if letter.unsubscribe_url:
            headers |= {"List-Unsubscribe": f"<{letter.unsubscribe_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        mail = EmailMultiAlternatives(
            subject=letter.subject,
            body=letter.text,
            from_email=letter.sender,
            to=[bare_address(letter.recipient)],
            reply_to=[letter.reply_to] if letter.reply_to else [],
            headers=headers,
        )
        if letter.html:
            mail.attach_alternative(letter.html, "text/html")
        for part in letter.parts:
            mail.attach(part.filename, part.content, part.mimetype)
        return mail

    def send(self, sender: str, prepared: EmailMultiAlternatives) -> str:
        """Hand over one mail. Returns the id that a service gave it."""
        self.open()
        try:
            self._connection.send_messages([prepared])
        except Exception as error:
            raise _of_service(error) from error
        return str(getattr(getattr(prepared, "anymail_status", None), "message_id", None) or "")

    def drop(self) -> None:
        """Begin anew with the next mail."""
        self._connection = None

    def close(self) -> None:
        """Close what was opened."""
        if self._connection is not None:
            with contextlib.suppress(Exception):
                self._connection.close()
            self._connection = None


def _of_service(error: Exception) -> Trouble:
    """What an e-mail service's refusal means; whether a request that timed out had arrived is not known."""
    import requests
    from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused

    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, AnymailRecipientsRefused):
        return Refused("recipient", 550, reason)
    if isinstance(error, AnymailAPIError):
        cause = error.__cause__
        if isinstance(cause, requests.ConnectTimeout) or (isinstance(cause, requests.ConnectionError) and not isinstance(cause, requests.ReadTimeout)):
            return ServerAway(reason)
        status = error.status_code or 0
        if status in {401, 403}:
            return Refused("signin", status, reason)
        if status == 429 or not status or status >= 500:
            return Uncertain(reason) if not status else ServerAway(reason)
        return Refused("content", 500, reason)
    return ServerAway(reason)


def transport() -> SmtpTransport | BackendTransport:
    """The way mails go, by the settings."""
    return SmtpTransport() if settings.EMAIL_BACKEND == SMTP_BACKEND else BackendTransport()


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
