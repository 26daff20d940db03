"""Mail that comes back: by the mailbox, by an e-mail service's webhook; told once, marked at the person, mended by a new address."""

import base64
import json
from email.message import EmailMessage

import pytest
from django.test import Client

from alliance.common import dsn
from alliance.common.bounce_mailbox import read_bounces
from alliance.common.models import Bounce
from members.models import Person
from members.selectors.addresses import people_with_dead_address
from members.services.addresses import mark_alive
from tests.factories.common import OutboxMessageFactory
from tests.factories.members import PersonFactory
from tests.imap import ImapServer
from tests.support import client_for

pytestmark = pytest.mark.django_db


def report(message_id, recipient, status="5.1.1", diagnostic="550 5.1.1 no such user", action="failed"):
    """As servers write it that keep to RFC 3464."""
    return f"""From: MAILER-DAEMON@mx.example.edu.cn
To: alliance@example.edu.cn
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.edu.cn

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b
Content-Type: message/rfc822

From: alliance@example.edu.cn
To: {recipient}
Subject: =?utf-8?b?5YWz5LqO5Lya6LS5?=
Message-ID: {message_id}

text
--b--
""".replace("\n", "\r\n").encode()


def letter(message_id, recipient):
    """As some Chinese providers write it: no part for machines, GB18030."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "postmaster@163.com", "alliance@example.edu.cn", "系统退信"
    text = f"抱歉，您的邮件被退回来了……\n收件人邮件地址（{recipient}）不存在，邮件无法送达。\n原邮件信息：\nMessage-ID: {message_id}\nTo: {recipient}\n"
    mail.set_content(text, charset="gb18030", cte="base64")
    return bytes(mail)


@pytest.fixture
def person():
    return PersonFactory(email="gone@x.edu.cn")


@pytest.mark.parametrize("write", [report, letter])
def test_a_returned_mail_marks_mail_and_person_once(settings, person, timeline, write):
    message = OutboxMessageFactory(recipient=person.email)
    with ImapServer([write(message.message_id, person.email)]) as server:
        settings.BOUNCE_IMAP_URL = server.url
        first = read_bounces()
        server.seen.clear()
        again = read_bounces()

    message.refresh_from_db()
    person.refresh_from_db()
    assert (first, again, server.seen) == (1, 0, {1})
    assert (message.bounced_at is not None, person.email_dead_since is not None) == (True, True)
    assert timeline(person) == [("person.address_dead", "task:bounces")]
    assert list(people_with_dead_address()) == [person]


@pytest.mark.parametrize(
    ("status", "diagnostic", "action", "kinds"),
    [
        ("5.2.2", "552 5.2.2 mailbox full", "failed", ["soft"]),
        ("4.4.7", "expired", "failed", ["soft"]),
        ("5.7.1", "554 5.7.1 spam", "failed", ["unclear"]),
        ("5.2.1", "550 disabled", "failed", ["hard"]),
        ("4.4.1", "delayed", "delayed", []),
        ("2.0.0", "ok", "delivered", []),
    ],
)
def test_only_an_address_that_does_not_exist_is_dead(status, diagnostic, action, kinds):
    assert [one.kind for one in dsn.read(report("<1@x>", "a@x.edu.cn", status, diagnostic, action))] == kinds


def test_a_forged_report_about_somebody_we_never_wrote_to_marks_nobody(settings, person):
    with ImapServer([report("<forged@evil>", person.email)]) as server:
        settings.BOUNCE_IMAP_URL = server.url
        read_bounces()

    person.refresh_from_db()
    assert (person.email_dead_since, Bounce.objects.get().kind) == (None, "unclear")


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\x00", b"From: a@b.c\r\nSubject: thanks\r\n\r\nhello", b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n\r\n"]
)
def test_other_mail_is_left_alone_and_marked_read(settings, raw):
    with ImapServer([raw]) as server:
        settings.BOUNCE_IMAP_URL = server.url
        assert (read_bounces(), server.seen, Bounce.objects.count()) == (0, {1}, 0)


def test_without_a_mailbox_nothing_happens(settings):
    settings.BOUNCE_IMAP_URL = ""

    assert read_bounces() == 0


def test_a_new_address_takes_the_mark_away_through_any_door(person):
    Person.objects.filter(pk=person.pk).update(email_dead_since="2026-03-05T00:00:00Z", email_dead_reason="x")

    Person.objects.filter(pk=person.pk).update(name="新名字")
    kept = Person.objects.get(pk=person.pk).email_dead_since
    Person.objects.filter(pk=person.pk).update(email="new@x.edu.cn")

    person.refresh_from_db()
    assert (kept is not None, person.email_dead_since, person.email_dead_reason) == (True, None, "")


def test_staff_say_that_an_address_works(person, secretary, timeline):
    Person.objects.filter(pk=person.pk).update(email_dead_since="2026-03-05T00:00:00Z", email_dead_reason="x")

    mark_alive(person, actor=secretary)

    assert (people_with_dead_address().count(), timeline(person)) == (0, [("person.address_alive", secretary)])
    assert client_for(secretary).get("/admin/members/person/?email_dead_since__isempty=0").status_code == 200


@pytest.fixture
def service(settings):
    settings.EMAIL_SERVICE = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "us:secret"}


def post(password, **event):
    headers = {"Authorization": "Basic " + base64.b64encode(f"us:{password}".encode()).decode()}
    return Client().post("/mail-events/postmark/", json.dumps(event), content_type="application/json", headers=headers).status_code


BOUNCE = {
    "RecordType": "Bounce",
    "Type": "HardBounce",
    "TypeCode": 1,
    "ID": 42,
    "MessageID": "pm-1",
    "Email": "gone@x.edu.cn",
    "BouncedAt": "2026-03-05T09:00:00Z",
    "Description": "The server was unable to deliver",
}


def test_a_services_webhook_marks_mail_and_person_once(service, person):
    message = OutboxMessageFactory(recipient=person.email, provider_id="pm-1")

    answers = [post("secret", **BOUNCE), post("secret", **BOUNCE)]

    message.refresh_from_db()
    person.refresh_from_db()
    assert (answers, Bounce.objects.count(), Bounce.objects.get().message) == ([200, 200], 1, message)
    assert (message.bounced_at is not None, person.email_dead_since is not None) == (True, True)


def test_without_the_secret_the_webhook_changes_nothing(service, person):
    assert (post("wrong", **BOUNCE), Bounce.objects.count()) == (400, 0)


def test_a_service_that_is_not_set_has_no_webhook(settings):
    settings.EMAIL_SERVICE, settings.ANYMAIL = "", {}

    assert post("secret", **BOUNCE) == 404
