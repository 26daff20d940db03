"""Mail as rows: queued with its cause, claimed once, sent, retried, never lost."""

import pytest
from django.core import mail
from django.db import IntegrityError, InternalError, connection, transaction

from alliance.common import outbox
from alliance.common.delivery import deliver_due, hold, let_go
from alliance.common.models import LogEntry, Organisation, OutboxMessage
from alliance.common.models.outbox import OutboxState
from tests.factories.common import OrganisationFactory, OutboxMessageFactory
from tests.support import moment, without_triggers

NOW = moment("2026-03-05 09:00")


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
def test_a_mailing_that_is_paused_waits_and_goes_on_later():
    OutboxMessageFactory.create_batch(3)

    held = hold(OutboxMessage.objects.all())
    assert (held, deliver_due()) == (3, 0)
    let_go(OutboxMessage.objects.all())

    assert (deliver_due(), len(mail.outbox)) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_ten_mails_of_one_transaction_wake_one_worker(templates):
    cause = OrganisationFactory()

    with transaction.atomic():
        for number in range(10):
            outbox.queue("post/hello", to=f"a{number}@b.edu.cn", cause=cause, context={"name": "甲"})
        waking = [function for _savepoints, function, *_robust in connection.run_on_commit if function is outbox._wake]

    assert (len(waking), OutboxMessage.objects.count()) == (1, 10)


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


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"key": "other"}, {"recipient": "other@example.edu.cn"}, {"recipient": "erased-{pk}@invalid"}])
def test_who_and_why_of_a_waiting_mail_are_fixed(change):
    message = OutboxMessageFactory()
    values = {name: value.format(pk=message.pk) for name, value in change.items()}

    with pytest.raises(IntegrityError, match="are fixed"), transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk).update(**values)


@pytest.mark.django_db
def test_erasing_takes_the_address_of_what_is_gone_and_of_no_other_row():
    message = OutboxMessageFactory()
    rows = OutboxMessage.objects.filter(pk=message.pk)
    rows.update(state=OutboxState.FAILED)

    with pytest.raises(IntegrityError, match="are fixed"), transaction.atomic():
        rows.update(recipient=f"erased-{message.pk + 1}@invalid")
    assert rows.update(recipient=f"erased-{message.pk}@invalid") == 1


@pytest.mark.django_db
def test_no_mail_is_ever_deleted():
    message = OutboxMessageFactory()

    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        message.delete()
