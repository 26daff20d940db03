"""`check_mail`: will mail from here arrive, and be believed?"""

from typing import Any

from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.common import bounce_mailbox
from alliance.common.mail_check import BAD, Finding, asker, check_domain, check_server, sender_domain

MARKS = {"ok": "ok      ", "warning": "warning ", "bad": "BAD     "}


class Command(BaseCommand):
    """See the module."""

    help = "Check and explain SPF, DKIM, DMARC and MX of the sender's domain, the mail server and the mailbox of bounces. Ends with 1 when something is bad."

    def add_arguments(self, parser: CommandParser) -> None:
        """Domain, selector, nameserver, a test mail."""
        parser.add_argument("--domain", help="default: the domain of DEFAULT_FROM_EMAIL")
        parser.add_argument("--selector", default="", help="the DKIM selector; default: the usual ones are tried")
        parser.add_argument("--nameserver", default="", help="address or address:port of the DNS server to ask")
        parser.add_argument("--to", help="send a test mail to this address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the findings."""
        domain = options["domain"] or sender_domain()
        findings = [*check_domain(domain, options["selector"], asker(options["nameserver"])), check_server(), *self.bounces()]
        for finding in findings:
            self.stdout.write(f"{MARKS[finding.state]}{finding.subject}: {finding.text}")
        if options["to"]:
            EmailMessage("联盟系统测试邮件 / Test mail", "如能看到这封邮件，说明发送正常。\nIf you read this, sending works.\n", to=[options["to"]]).send()
            self.stdout.write(f"A test mail has been handed over for {options['to']}. Look at its headers: spf=pass, dkim=pass, dmarc=pass.")
        if any(finding.state == BAD for finding in findings):
            raise CommandError("Something is bad; see above.")

    def bounces(self) -> list[Finding]:
        """Whether the mailbox of returned mail opens."""
        if not bounce_mailbox.is_set():
            return [
                Finding(
                    "warning", "Bounces", "No mailbox of returned mail is set (BOUNCE_IMAP_URL); dead addresses are found only when a server refuses at once."
                )
            ]
        try:
            with bounce_mailbox.mailbox():
                return [Finding("ok", "Bounces", "The mailbox of returned mail opens.")]
        except Exception as error:  # noqa: BLE001 (whatever it is, the operator reads it)
            return [Finding(BAD, "Bounces", f"The mailbox of returned mail does not open: {type(error).__name__}: {error}")]
