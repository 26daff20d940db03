"""Delivery over a real SMTP conversation with a server that does as it is told: nothing lost, nothing doubled, the uncertain shown to a person."""

import datetime as dt

import pytest
import time_machine
from django.db import connection

from alliance.common import outbox
from alliance.common.clock import now
from alliance.common.delivery import confirm_sent, deliver_due, resend
from alliance.common.exceptions import InvalidTransition
from alliance.common.models import Bounce, DomainRate, MailSettings, OutboxMessage
from alliance.common.models.outbox import OutboxState, Priority
from alliance.common.post.claims import CLAIM_LIFETIME, claim_batch, claim_number, mark, release_lost_claims
from tests.factories.common import OutboxMessageFactory
from tests.smtp import ScriptedServer

S = OutboxState


@pytest.fixture
def server(settings):
    with ScriptedServer() as running:
        use(settings, running)
        yield running


def use(settings, server):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1


def states():
    return dict(OutboxMessage.objects.order_by("recipient").values_list("recipient", "state"))


@pytest.mark.django_db
@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
def test_a_mail_arrives_whole(settings, extensions):
    with ScriptedServer(extensions=extensions) as server:
        use(settings, server)
        settings.DEFAULT_FROM_EMAIL = "联盟秘书处 <alliance@example.edu.cn>"
        message = OutboxMessageFactory(subject="关于缴纳会费的通知" * 5, body_text=".一行以点开头\n.\n结尾\n", unsubscribe_url="https://a.example/u/1")
        message.attachments.create(filename="缴费通知单.pdf", mimetype="application/pdf", content=b"%PDF-\r\n.\r\n")

        assert deliver_due() == 1

    mail = server.messages[0]
    message.refresh_from_db()
    assert (message.state, message.attempts, mail["Message-ID"]) == (S.SENT, 1, message.message_id)
    assert (mail["Subject"], mail["To"], mail["From"]) == (message.subject, message.recipient, "联盟秘书处 <alliance@example.edu.cn>")
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == message.body_text
    assert "您好" in mail.get_body(("html",)).get_content()
    assert [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()] == [("缴费通知单.pdf", b"%PDF-\r\n.\r\n")]
    assert (mail["List-Unsubscribe"], server.envelopes) == ("<https://a.example/u/1>", [("alliance@example.edu.cn", message.recipient)])


@pytest.mark.django_db
def test_a_hundred_mails_take_one_connection_and_few_queries(server, django_assert_max_num_queries):
    OutboxMessageFactory.create_batch(100)

    with django_assert_max_num_queries(160):
        assert deliver_due() == 100

    assert (server.connections, max(server.counts().values())) == (1, 1)


@pytest.mark.django_db
def test_one_bad_mail_of_each_kind_holds_up_no_other(server):
    good = [OutboxMessageFactory(recipient=f"good{number}@x.edu.cn") for number in range(3)]
    answers = {
        "nobody@x.edu.cn": "550 5.1.1 no such user",
        "grey@x.edu.cn": "451 4.7.1 greylisted",
        "full@x.edu.cn": "552 5.2.2 mailbox full",
        "spam@x.edu.cn": "content:554 5.7.1 looks like spam",
        "drop@x.edu.cn": "drop-before",
        "gone@x.edu.cn": "drop-taken",
    }
    server.answers = answers
    for recipient in answers:
        OutboxMessageFactory(recipient=recipient)
    OutboxMessageFactory(recipient="no address")
    unmade = OutboxMessageFactory(recipient="unmade@x.edu.cn")
    unmade.attachments.create(filename="x.pdf", mimetype="application/pdf", maker="tests.failing", argument="1")
    later = [OutboxMessageFactory(recipient=f"later{number}@x.edu.cn") for number in range(3)]

    deliver_due()

    assert states() == {
        **{message.recipient: S.SENT for message in [*good, *later]},
        "nobody@x.edu.cn": S.FAILED,
        "grey@x.edu.cn": S.QUEUED,
        "full@x.edu.cn": S.QUEUED,
        "spam@x.edu.cn": S.FAILED,
        "drop@x.edu.cn": S.QUEUED,
        "gone@x.edu.cn": S.UNKNOWN,
        "no address": S.FAILED,
        "unmade@x.edu.cn": S.QUEUED,
    }
    assert max(server.counts().values()) == 1


@pytest.mark.django_db
def test_a_dead_address_is_a_bounce_and_a_refusal_for_spam_is_none(server, timeline):
    server.answers = {"nobody@x.edu.cn": "550 no such user", "spam@x.edu.cn": "550 5.7.1 policy"}
    dead, _spam = OutboxMessageFactory(recipient="nobody@x.edu.cn"), OutboxMessageFactory(recipient="spam@x.edu.cn")

    deliver_due()

    dead.refresh_from_db()
    assert list(Bounce.objects.values_list("recipient", "kind", "source")) == [("nobody@x.edu.cn", "hard", "smtp")]
    assert (dead.bounced_at is not None, timeline(dead)) == (True, [("mail.failed", "task:outbox"), ("mail.bounced", "task:bounces")])


@pytest.mark.django_db
def test_greylisting_is_met_with_growing_pauses_and_an_end(server):
    message = OutboxMessageFactory()
    server.answers = {message.recipient: "451 come back"}
    pauses, at = [], now()

    while message.state == S.QUEUED:
        with time_machine.travel(at, tick=False):
            deliver_due()
            message.refresh_from_db()
            pauses.append(int((message.next_attempt_at - now()).total_seconds() // 60))
        at = message.next_attempt_at + dt.timedelta(seconds=1)

    assert pauses[:-1] == [2, 5, 15, 30, 60, 120, 360, 720]
    assert (message.state, message.attempts) == (S.FAILED, 9)


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", ["refuses", "greets badly", "no sender", "says goodbye"])
def test_a_server_that_is_away_costs_no_mail_an_attempt_and_stops_the_run(settings, trouble):
    greeting = "554 not now" if trouble == "greets badly" else "220 sink"
    messages = OutboxMessageFactory.create_batch(20)
    with ScriptedServer(greeting=greeting, sender="553 sender not allowed" if trouble == "no sender" else "250 ok") as server:
        use(settings, server)
        if trouble == "refuses":
            settings.EMAIL_PORT = 1
        if trouble == "says goodbye":
            server.mood = lambda recipient: "421 too many"
        deliver_due()

    assert (set(states().values()), {m.attempts for m in OutboxMessage.objects.all()}) == ({S.QUEUED}, {0})
    assert OutboxMessage.objects.filter(next_attempt_at__gt=now()).count() == 1
    assert len(messages) == OutboxMessage.objects.filter(claim=None).count()


@pytest.mark.django_db
def test_silence_after_the_text_is_shown_to_a_person_and_never_settled_by_itself(server, secretary, timeline):
    message = OutboxMessageFactory()
    server.answers = {message.recipient: "hang"}

    deliver_due()
    with time_machine.travel(now() + dt.timedelta(days=3), tick=False):
        deliver_due()

    message.refresh_from_db()
    assert (message.state, len(server.taken)) == (S.UNKNOWN, 1)
    confirm_sent(message, actor=secretary)
    assert (message.state, timeline(message)) == (S.SENT, [("mail.confirmed", secretary)])


@pytest.mark.django_db
def test_a_person_sends_one_of_unknown_fate_again(server, secretary):
    message = OutboxMessageFactory()
    server.answers = {message.recipient: "drop-lost"}
    deliver_due()
    server.answers = {}
    message.refresh_from_db()

    resend(message, actor=secretary)
    deliver_due()

    message.refresh_from_db()
    assert (message.state, len(server.taken)) == (S.SENT, 1)


@pytest.mark.django_db
def test_a_sent_message_is_neither_sent_again_nor_confirmed(server, secretary):
    message = OutboxMessageFactory()
    deliver_due()

    for step in (resend, confirm_sent):
        with pytest.raises(InvalidTransition):
            step(message, actor=secretary)


@pytest.mark.django_db(transaction=True)
def test_a_dead_run_is_found_at_once_and_a_living_one_left_alone(race):
    lost, waiting = OutboxMessageFactory(), OutboxMessageFactory()

    def run_that_dies():
        batch = claim_batch(number := 4711, 2)
        mark(number, done=None, following=batch[0])

    def look_while_it_lives():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(4711)")
        run_that_dies()
        return race(release_lost_claims)

    alive = race(look_while_it_lives)[0][0]
    with connection.cursor() as cursor:
        # Waits until the server has noticed that the racer's connection is gone.
        cursor.execute("SELECT pg_advisory_lock(4711), pg_advisory_unlock(4711)")
    dead = release_lost_claims()

    assert (alive, dead) == ((0, 0), (1, 1))
    assert states() == {lost.recipient: S.UNKNOWN, waiting.recipient: S.QUEUED}


@pytest.mark.django_db
def test_a_claim_that_is_too_old_is_nobodys_whatever_the_lock_says():
    message = OutboxMessageFactory()
    with claim_number() as number:
        claim_batch(number, 1)
        with time_machine.travel(now() + CLAIM_LIFETIME + dt.timedelta(minutes=1), tick=False):
            release_lost_claims()
        message.refresh_from_db()

        assert (message.state, mark(number, done=None, following=message)) == (S.QUEUED, False)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_two_hundred_mails_once_each(server, race):
    messages = OutboxMessageFactory.create_batch(200)

    race(*[deliver_due] * 8)

    assert server.counts() == {message.message_id: 1 for message in messages}


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_on_rows_mails_go_out_twice(server, race):
    OutboxMessageFactory.create_batch(10)

    def careless():
        from alliance.common.post.mime import Letter
        from alliance.common.post.transport import transport

        way = transport()
        for message in list(OutboxMessage.objects.filter(state=S.QUEUED)):
            letter = Letter("a@x.edu.cn", message.recipient, "x", "x", message_id=message.message_id)
            way.send("a@x.edu.cn", way.encode(letter))

    race(*[careless] * 4)

    assert max(server.counts().values()) > 1


@pytest.mark.django_db
def test_a_sign_in_code_overtakes_a_mailing(server):
    OutboxMessageFactory.create_batch(60, priority=Priority.BULK)
    code = outbox.queue_rendered(template="account/email/login_code", to="me@x.edu.cn", key="k", subject="码", text="1")

    deliver_due()

    assert server.messages[0]["Message-ID"] == code.message_id


@pytest.mark.django_db
def test_rates_hold_per_minute_and_per_domain_and_codes_do_not_wait(server):
    MailSettings.objects.update_or_create(pk=1, defaults={"per_minute": 5, "domain_per_minute": 0})
    DomainRate.objects.create(domain="qq.com", per_minute=1)
    for number in range(3):
        OutboxMessageFactory(recipient=f"a{number}@qq.com")
    OutboxMessageFactory.create_batch(10)

    first = deliver_due()
    again = deliver_due()
    outbox.queue_rendered(template="account/email/login_code", to="me@qq.com", key="k", subject="码", text="1")
    code = deliver_due()
    with time_machine.travel(now() + dt.timedelta(seconds=61), tick=False):
        minute_later = deliver_due()

    qq = [recipient for _sender, recipient in server.envelopes if recipient.endswith("qq.com")]
    assert (first, again, code, minute_later, qq) == (5, 0, 1, 5, ["a0@qq.com", "me@qq.com", "a1@qq.com"])


@pytest.mark.django_db
def test_nothing_in_a_mail_can_add_a_header(server):
    message = OutboxMessageFactory(subject="a\r\nBcc: evil@x.edu.cn", reply_to="r@x.edu.cn")
    message.attachments.create(filename='a"\r\nX-Evil: 1.pdf', mimetype="application/pdf", content=b"1")

    deliver_due()

    mail = server.messages[0]
    assert (mail["Bcc"], mail["X-Evil"], mail["Subject"]) == (None, None, "a  Bcc: evil@x.edu.cn")
    assert [part["X-Evil"] for part in mail.walk()] == [None] * 5


@pytest.mark.django_db
def test_an_address_with_a_line_break_is_refused_before_the_server_sees_it(server):
    OutboxMessageFactory(recipient="a@x.edu.cn>\r\nRCPT TO:<evil@x.edu.cn")

    deliver_due()

    assert (server.envelopes, OutboxMessage.objects.get().state) == ([], S.FAILED)
