"""Whether mail from our domain will be believed: SPF, DKIM and DMARC in the DNS, and whether the mail server answers."""

import re
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parseaddr

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.mail import get_connection

from alliance.common.post.transport import SMTP_BACKEND

OK, WARN, BAD = "ok", "warning", "bad"
# Selectors that providers use, tried when none is given.
SELECTORS = ("default", "mail", "dkim", "s1", "s2", "selector1", "selector2", "google", "k1", "mandrill", "mailo", "s20150", "pm", "brevo", "mg", "qcloud")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it stands, what it is for, what to do."""

    state: str
    subject: str
    text: str


Ask = Callable[[str, str], list[str]]


def asker(nameserver: str = "", timeout: float = 5.0) -> Ask:
    """A function that asks the DNS: (name, type) to answers; empty for none. `nameserver`: `address` or `address:port`."""
    resolver = dns.resolver.Resolver(configure=not nameserver)
    if nameserver:
        address, _colon, port = nameserver.partition(":")
        resolver.nameservers, resolver.port = [address], int(port or 53)
    resolver.lifetime = timeout

    def ask(name: str, kind: str) -> list[str]:
        try:
            answers = resolver.resolve(name, kind)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        if kind == "TXT":
            return [b"".join(row.strings).decode("utf-8", "replace") for row in answers]
        return [row.to_text() for row in answers]

    return ask


def check_domain(domain: str, selector: str, ask: Ask) -> Iterator[Finding]:
    """SPF, DKIM, DMARC and MX of the sender's domain. A DNS that does not answer is a finding too."""
    try:
        yield _spf(domain, ask)
        yield _dkim(domain, selector, ask)
        yield _dmarc(domain, ask)
        yield _mx(domain, ask)
    except (dns.exception.DNSException, OSError) as error:
        yield Finding(BAD, "DNS", f"The DNS did not answer: {type(error).__name__}. Try again, or name a server with --nameserver.")


def _spf(domain: str, ask: Ask) -> Finding:
    about = "SPF says which servers may send mail of the domain."
    records = [text for text in ask(domain, "TXT") if text.lower().startswith("v=spf1")]
    if not records:
        return Finding(BAD, "SPF", f"{about} {domain} has no record. Add a TXT record such as: v=spf1 include:<your provider> -all")
    if len(records) > 1:
        return Finding(BAD, "SPF", f"{about} {domain} has {len(records)} records; with more than one, all are ignored. Join them.")
    lookups = len(re.findall(r"(?:^|\s)[+?~-]?(?:include:|a(?=[:/\s]|$)|mx(?=[:/\s]|$)|exists:|redirect=|ptr)", records[0]))
    if lookups > 10:
        return Finding(BAD, "SPF", f"{about} {records[0]} needs more than ten lookups, so receivers give up. Shorten it.")
    ending = re.search(r"([+?~-])?all\b", records[0])
    if ending is None and "redirect=" not in records[0]:
        return Finding(WARN, "SPF", f"{about} {records[0]} says nothing about other servers. End it with -all or ~all.")
    if ending is not None and (ending.group(1) or "+") in "+?":
        return Finding(BAD, "SPF", f"{about} {records[0]} lets anybody send as {domain}. End it with -all or ~all.")
    return Finding(OK, "SPF", f"{about} {records[0]}")


def _dkim(domain: str, selector: str, ask: Ask) -> Finding:
    about = "DKIM lets receivers verify that a mail is unchanged and from the domain; the mail server signs, the key stands in the DNS."
    for name in [selector] if selector else SELECTORS:
        for text in ask(f"{name}._domainkey.{domain}", "TXT"):
            key = re.search(r"\bp=([A-Za-z0-9+/= ]*)", text)
            if key is None:
                continue
            if not key.group(1).strip():
                return Finding(BAD, "DKIM", f"{about} The key of selector {name} has been withdrawn (p= is empty).")
            if len(key.group(1)) < 200 and "ed25519" not in text:
                return Finding(WARN, "DKIM", f"{about} The key of selector {name} is shorter than 2048 bits might be; 1024 is the least that is accepted.")
            return Finding(OK, "DKIM", f"{about} Selector {name} has a key.")
    if selector:
        return Finding(BAD, "DKIM", f"{about} There is no key at {selector}._domainkey.{domain}. Add the TXT record that your mail server or provider shows.")
    return Finding(
        WARN, "DKIM", f"{about} No key under the usual selectors. Name yours with --selector, as it stands after s= in a sent mail's DKIM-Signature."
    )


def _dmarc(domain: str, ask: Ask) -> Finding:
    about = "DMARC says what receivers do with mail that fails both, and where they report it."
    records = [text for text in ask(f"_dmarc.{domain}", "TXT") if text.lower().startswith("v=dmarc1")]
    if not records:
        return Finding(BAD, "DMARC", f"{about} There is no record at _dmarc.{domain}. Begin with: v=DMARC1; p=none; rua=mailto:postmaster@{domain}")
    if len(records) > 1:
        return Finding(BAD, "DMARC", f"{about} _dmarc.{domain} has {len(records)} records; all are ignored. Keep one.")
    policy = re.search(r"\bp\s*=\s*(\w+)", records[0])
    if policy is None:
        return Finding(BAD, "DMARC", f"{about} {records[0]} has no p=.")
    if policy.group(1).lower() == "none":
        return Finding(WARN, "DMARC", f"{about} {records[0]} only watches. When the reports are clean, set p=quarantine.")
    return Finding(OK, "DMARC", f"{about} {records[0]}")


def _mx(domain: str, ask: Ask) -> Finding:
    servers = ask(domain, "MX")
    about = "MX says where answers and bounces go."
    return Finding(OK, "MX", f"{about} {', '.join(servers)}") if servers else Finding(BAD, "MX", f"{about} {domain} receives no mail, so bounces are lost.")


def check_server() -> Finding:
    """Whether the mail server of the settings answers, encrypts and lets us in."""
    if settings.EMAIL_BACKEND != SMTP_BACKEND:
        return Finding(WARN, "SMTP", f"No mail server is set (EMAIL_URL); mails go through {settings.EMAIL_BACKEND}.")
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    connection = get_connection()
    try:
        connection.open()
        connection.connection.ehlo_or_helo_if_needed()
        offers = sorted(connection.connection.esmtp_features)
    except smtplib.SMTPAuthenticationError as error:
        return Finding(BAD, "SMTP", f"{where} refuses user or password: {error.smtp_code}. Mend EMAIL_URL.")
    except (smtplib.SMTPException, OSError) as error:
        return Finding(BAD, "SMTP", f"{where} does not answer as a mail server: {type(error).__name__}: {error}. Mend EMAIL_URL, or open the port.")
    finally:
        connection.close()
    plain = not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    if plain and settings.EMAIL_HOST not in {"127.0.0.1", "localhost", "::1"}:
        return Finding(WARN, "SMTP", f"{where} answers, but nothing is encrypted. Write smtp+tls:// or smtps:// in EMAIL_URL.")
    return Finding(OK, "SMTP", f"{where} answers and lets us in; it offers {', '.join(offers) or 'nothing more'}.")


def sender_domain() -> str:
    """The domain of DEFAULT_FROM_EMAIL."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
