"""`check_mail` against a name server and a mail server of the test's own."""

import socketserver
import threading
from io import StringIO

import dns.message
import dns.rrset
import pytest
from django.core.management import CommandError, call_command

from alliance.common.mail_check import asker, check_domain
from tests.smtp import ScriptedServer

GOOD = {
    ("example.edu.cn.", "TXT"): ['"v=spf1 include:spf.example.com -all"', '"other"'],
    ("s1._domainkey.example.edu.cn.", "TXT"): ['"v=DKIM1; k=rsa; p=' + "A" * 200 + '" "' + "B" * 180 + '"'],
    ("_dmarc.example.edu.cn.", "TXT"): ['"v=DMARC1; p=quarantine; rua=mailto:x@example.edu.cn"'],
    ("example.edu.cn.", "MX"): ["10 mx.example.edu.cn."],
}  # fmt: skip


@pytest.fixture
def names():
    """A name server over UDP; `zone` is what it knows."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            data, udp = self.request
            query = dns.message.from_wire(data)
            answer = dns.message.make_response(query)
            asked = query.question[0]
            rows = server.zone.get((asked.name.to_text(), dns.rdatatype.to_text(asked.rdtype)))
            if rows:
                answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", dns.rdatatype.to_text(asked.rdtype), *rows))
            udp.sendto(answer.to_wire(), self.client_address)

    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
    server.zone = dict(GOOD)
    server.where = f"127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def states(names, selector="s1"):
    return {finding.subject: finding.state for finding in check_domain("example.edu.cn", selector, asker(names.where))}


def test_a_domain_in_order(names):
    assert states(names) == {"SPF": "ok", "DKIM": "ok", "DMARC": "ok", "MX": "ok"}


@pytest.mark.parametrize(
    ("name", "rows", "subject", "state"),
    [
        ("example.edu.cn.", [], "SPF", "bad"),
        ("example.edu.cn.", ['"v=spf1 +all"'], "SPF", "bad"),
        ("example.edu.cn.", ['"v=spf1 mx"'], "SPF", "warning"),
        ("example.edu.cn.", ['"v=spf1 -all"', '"v=spf1 mx -all"'], "SPF", "bad"),
        ("example.edu.cn.", ['"v=spf1 ' + " ".join(f"include:{n}.x" for n in range(11)) + ' -all"'], "SPF", "bad"),
        ("s1._domainkey.example.edu.cn.", ['"v=DKIM1; p="'], "DKIM", "bad"),
        ("s1._domainkey.example.edu.cn.", [], "DKIM", "bad"),
        ("_dmarc.example.edu.cn.", [], "DMARC", "bad"),
        ("_dmarc.example.edu.cn.", ['"v=DMARC1; p=none"'], "DMARC", "warning"),
    ],
)
def test_what_is_wrong_is_found(names, name, rows, subject, state):
    names.zone[(name, "TXT")] = rows

    assert states(names)[subject] == state


def test_a_name_server_that_is_silent_is_a_finding():
    assert [finding.subject for finding in check_domain("example.edu.cn", "", asker("127.0.0.1:9", timeout=0.2))] == ["DNS"]


def test_the_command_explains_and_sends_a_test_mail(names, settings):
    out = StringIO()
    with ScriptedServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
        call_command("check_mail", "--domain", "example.edu.cn", "--selector", "s1", "--nameserver", names.where, "--to", "me@x.edu.cn", stdout=out)

    assert "DMARC says what receivers do" in out.getvalue()
    assert "answers and lets us in" in out.getvalue()
    assert [recipient for _sender, recipient in server.envelopes] == ["me@x.edu.cn"]


def test_the_command_ends_with_an_error_when_something_is_bad(names, settings):
    names.zone.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1

    with pytest.raises(CommandError):
        call_command("check_mail", "--domain", "example.edu.cn", "--nameserver", names.where, stdout=StringIO())
