"""The sample: told through the services, so it must obey every rule; and it says that it is a sample."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from alliance.common.mailtexts.preview import newest_that_fits
from alliance.common.mailtexts.services import sample_of
from alliance.common.mailtexts.shipped import names
from alliance.common.queues import queues_for
from alliance.home.sample.load import load_sample
from fees.models import Invoice
from fees.selectors.books import discrepancies
from members.models import Application, DataCheckAnswer, Membership, User
from tests.support import BEIJING

# A day at the turn of the year, and the last day of a leap February; both to come, since the council votes by the database's clock.
DAYS = [dt.datetime(2042, 1, 1, 9, tzinfo=BEIJING), dt.datetime(2044, 2, 29, 23, 50, tzinfo=BEIJING)]
# What the story has no record of.
NOT_TOLD = {
    "council/mail/proxy_given",
    "council/mail/proxy_revoked",
    "members/mail/invitation",
}


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
def test_the_story_can_be_told_on_any_day(day):
    with time_machine.travel(day, tick=True):
        loaded = load_sample()

    officer, finance = User.objects.get(email="secretariat@sample.edu.cn"), User.objects.get(email="finance@sample.edu.cn")
    waiting = {str(queue.label) for user in (officer, finance) for queue, count in queues_for(user) if count}
    assert loaded
    assert discrepancies() == []
    assert sorted(set(Application.objects.values_list("status", flat=True))) == ["approved", "balloted", "declined", "draft", "returned", "submitted"]
    assert sorted(set(Invoice.objects.values_list("state", flat=True))) == ["open", "settled"]
    assert sorted(set(Membership.objects.values_list("status", flat=True))) == ["active", "ended", "pending_payment", "suspended"]
    assert {bool(moment) for moment in DataCheckAnswer.objects.values_list("confirmed_at", flat=True)} == {True, False}
    assert {"待审核的申请", "进行中的表决", "待处理的流水", "待确认转账", "待开发票"} <= waiting
    # Every mail that staff can edit is shown with a record.
    mails = [name for name in names() if not name.startswith("account/")]
    assert {name for name in mails if not sample_of(name)} == set()
    assert {name for name in mails if newest_that_fits(name) is None} - NOT_TOLD == set()


@pytest.mark.django_db
def test_nothing_is_loaded_over_what_is_there(secretary):
    out = StringIO()

    call_command("load_sample_data", stdout=out)

    assert out.getvalue() == "There are data already; nothing was loaded.\n"
    assert User.objects.count() == 1
