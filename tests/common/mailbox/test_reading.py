"""The folder of mails as staff read it."""

import datetime as dt

import pytest
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from alliance.common.mailbox import reading


@pytest.fixture
def folder(settings, tmp_path):
    """A mailbox of the test's own."""
    settings.MAILBOX_DIR = tmp_path
    return tmp_path


def test_the_time_of_a_mail_has_a_zone_and_is_now(folder):
    before = timezone.now().replace(microsecond=0)
    backend = get_connection("alliance.common.mailbox.backend.MailboxBackend")
    backend.send_messages([EmailMessage("主题", "正文", "a@example.edu.cn", ["b@example.edu.cn"])])

    (mail,) = reading.mails()

    assert before <= mail.sent_at <= timezone.now()


@pytest.mark.parametrize(("zone", "hour"), [("-0000", 20), ("+0000", 20), ("+0800", 12)])
def test_a_zone_that_is_not_told_is_utc(folder, zone, hour):
    (folder / "20261125-0123abcd.eml").write_bytes(f"Date: Wed, 25 Nov 2026 20:18:00 {zone}\r\nSubject: x\r\n\r\nx".encode())

    (mail,) = reading.mails()

    assert mail.sent_at.astimezone(dt.UTC) == dt.datetime(2026, 11, 25, hour, 18, tzinfo=dt.UTC)
