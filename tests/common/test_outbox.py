"""Mail as rows: queued with its cause, claimed once, sent, retried, never lost."""

import datetime as dt
import smtplib

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction

from alliance.common import outbox
from alliance.common.delivery import CLAIM_LIFETIME, claim_next, deliver, deliver_due, release_lost_claims, resend
from alliance.common.exceptions import InvalidTransition
from alliance.common.models import LogEntry, Organisation, OutboxMessage
from alliance.common.models.outbox import OutboxState
from tests.factories.common import OrganisationFactory, OutboxMessageFactory
from tests.support import moment, without_triggers

NOW = moment("2026-03-05 09:00")


class Server:
    """A mail server that answers as it is told; stands where Django's connection stands."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.taken = []

    def send_messages(self, messages):
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.taken += messages
        return len(messages)

    def close(self):
        pass


@pytest.fixture
def templates(settings, tmp_path):
    """A message of its own to render."""
    folder = tmp_path / "post"
    folder.mkdir()
    (folder / "hello.subject.txt").write_text("致{{ name }}\n的通知", encoding="utf-8")
    (folder / "hello.txt").write_text("{{ name }}：\n请看 {{ site_url }}/x/?a=1&b=2\n", encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]


@pytest.mark.django_db
def test_queueing_renders_text_without_escaping_and_html_with(templates):
    cause = OrganisationFactory()

    message = outbox.queue("post/hello", to=" A@B.edu.cn ", cause=cause, context={"name": "<苏州大学>"})

    assert (message.recipient, message.subject) == ("a@b.edu.cn", "致<苏州大学> 的通知")
    assert message.body_text == "<苏州大学>：\n请看 http://127.0.0.1:8000/x/?a=1&b=2\n"
    assert "&lt;苏州大学&gt;" in message.body_html
    assert "<苏州大学>" not in message.body_html


@pytest.mark.django_db
def test_the_same_cause_mails_the_same_person_once(templates):
    cause = OrganisationFactory()

    first = outbox.queue("post/hello", to="a@b.edu.cn", cause=cause, context={"name": "甲"})
    second = outbox.queue("post/hello", to="A@b.edu.cn", cause=cause, context={"name": "乙"})

    assert (second.pk, second.body_text, OutboxMessage.objects.count()) == (first.pk, first.body_text, 1)


@pytest.mark.django_db
def test_a_message_shows_at_every_record_it_is_about(templates, outbox_for):
    cause = OrganisationFactory()
    other = OutboxMessageFactory()

    message = outbox.queue("post/hello", to="a@b.edu.cn", cause=cause, subjects=[other, cause], context={"name": "甲"})

    assert (outbox_for(cause), outbox_for(other)) == ([message], [message])


@pytest.mark.django_db
def test_a_rolled_back_cause_sends_nothing(templates):
    cause = OrganisationFactory()

    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.queue("post/hello", to="a@b.edu.cn", cause=cause, context={"name": "甲"})
        raise RuntimeError

    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db
def test_due_mail_goes_out_with_its_message_id_and_attachments():
    message = OutboxMessageFactory()
    message.attachments.create(filename="通知.pdf", mimetype="application/pdf", content=b"%PDF-")

    sent = deliver_due()

    message.refresh_from_db()
    assert (sent, message.state, message.attempts) == (1, OutboxState.SENT, 1)
    assert mail.outbox[0].extra_headers["Message-ID"] == message.message_id
    assert mail.outbox[0].attachments[0].filename == "通知.pdf"
    assert mail.outbox[0].reply_to == [Organisation.load().secretariat_email]


@pytest.mark.django_db
def test_a_refused_connection_is_tried_again_later_with_growing_pauses():
    message = OutboxMessageFactory()
    pauses = []

    for _attempt in range(3):
        with time_machine.travel(message.next_attempt_at + dt.timedelta(seconds=1), tick=False):
            before = message.next_attempt_at + dt.timedelta(seconds=1)
            deliver(claim_next(), Server(ConnectionRefusedError("no")))
            message.refresh_from_db()
            pauses.append(message.next_attempt_at - before)

    assert (message.state, message.last_error) == (OutboxState.QUEUED, "ConnectionRefusedError: no")
    assert pauses == [dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=30)]


@pytest.mark.django_db
def test_an_address_that_the_server_refuses_for_good_is_shown_and_not_tried_again(timeline):
    message = OutboxMessageFactory()

    deliver(claim_next(), Server(smtplib.SMTPRecipientsRefused({message.recipient: (550, b"no such user")})))

    message.refresh_from_db()
    assert message.state == OutboxState.FAILED
    assert timeline(message) == [("mail.failed", "task:outbox")]


@pytest.mark.django_db
def test_a_temporary_refusal_is_tried_again():
    message = OutboxMessageFactory()

    deliver(claim_next(), Server(smtplib.SMTPRecipientsRefused({message.recipient: (451, b"greylisted")})))

    message.refresh_from_db()
    assert message.state == OutboxState.QUEUED


@pytest.mark.django_db
@pytest.mark.parametrize(("critical", "state"), [(False, OutboxState.QUEUED), (True, OutboxState.UNKNOWN)])
def test_what_a_dead_worker_left_in_flight_is_found_again(critical, state):
    message = OutboxMessageFactory(critical=critical)
    claim_next()

    with time_machine.travel(message.next_attempt_at + CLAIM_LIFETIME + dt.timedelta(minutes=1), tick=False):
        found = release_lost_claims()

    message.refresh_from_db()
    assert (found, message.state) == (1, state)


@pytest.mark.django_db
def test_staff_send_a_failed_message_again_and_it_is_recorded(secretary, timeline):
    message = OutboxMessageFactory()
    deliver(claim_next(), Server(smtplib.SMTPRecipientsRefused({message.recipient: (550, b"no")})))
    message.refresh_from_db()

    resend(message, actor=secretary)

    assert (message.state, timeline(message)[-1]) == (OutboxState.QUEUED, ("mail.resent", secretary))


@pytest.mark.django_db
def test_a_sent_message_is_not_sent_again(secretary):
    message = OutboxMessageFactory()
    deliver_due()

    with pytest.raises(InvalidTransition):
        resend(message, actor=secretary)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_forty_mails_once_each(race):
    messages = OutboxMessageFactory.create_batch(40)
    server = Server()

    def work():
        while (message := claim_next()) is not None:
            deliver(message, server)

    race(*[work] * 8)

    assert sorted(m.to[0] for m in server.taken) == sorted(m.recipient for m in messages)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_claim_mails_go_out_twice(race):
    OutboxMessageFactory.create_batch(5)
    server = Server()

    def careless():
        for message in list(OutboxMessage.objects.filter(state=OutboxState.QUEUED)):
            server.send_messages([message])

    race(*[careless] * 4)

    assert len(server.taken) > 5


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_state_that_skips_sending():
    message = OutboxMessageFactory()

    with pytest.raises(IntegrityError):
        OutboxMessage.objects.filter(pk=message.pk).update(state=OutboxState.SENT, sent_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_trigger_the_state_skips():
    message = OutboxMessageFactory()

    with without_triggers("common_outboxmessage"):
        OutboxMessage.objects.filter(pk=message.pk).update(state=OutboxState.SENT, sent_at=NOW)

    message.refresh_from_db()
    assert (message.state, LogEntry.objects.count()) == (OutboxState.SENT, 0)
