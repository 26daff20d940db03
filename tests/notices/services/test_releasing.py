"""Mailings: listed once, sent once, paused, followed up."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from alliance.common.clock import now
from alliance.common.delivery import deliver_due
from alliance.common.models import OutboxMessage
from alliance.common.models.outbox import OutboxState
from members.enums import PersonRole
from notices.enums import NoticeState
from notices.mails import choice_of
from notices.models import Acknowledgement, Notice, Recipient, Release
from notices.services.choices import change_choice
from notices.services.digests import send_digests
from notices.services.drafting import UnknownField
from notices.services.issuing import acknowledge, withdraw_notice
from notices.services.releasing import (
    NobodyLeft,
    NotIssued,
    announce_notices,
    cancel_release,
    counts_of,
    hand_over,
    pause_release,
    plan_release,
    remind_silent,
    resume_release,
    send_test,
)
from tests.factories.members import AffiliationFactory, MembershipFactory, PersonFactory
from tests.support import client_for, moment, without_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    """Three member units, each with a liaison."""
    return [AffiliationFactory(institution=MembershipFactory().institution, role=PersonRole.LIAISON).institution for _n in range(3)]


def mails(release):
    return OutboxMessage.objects.filter(key=f"release:{release.pk}").count()


def send(messages):
    """These mails go out, by the steps that a delivery takes."""
    for values in ({"state": OutboxState.CLAIMED}, {"state": OutboxState.SENDING}, {"state": OutboxState.SENT, "sent_at": now()}):
        messages.update(**values)


def test_an_issued_notice_goes_to_every_liaison_once(issued, units):
    one = issued()

    swept = [announce_notices() for _n in range(3)]

    release = one.releases.get()
    assert (swept, mails(release), release.recipients.count(), release.left_out) == ([1, 0, 0], 3, 3, [])


def test_the_list_stays_as_it_was_when_the_mailing_began(issued, units):
    release = issued().releases.get()
    announce_notices()

    AffiliationFactory(institution=units[0], role=PersonRole.LIAISON)
    announce_notices()

    assert (release.recipients.count(), mails(release)) == (3, 3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change", ["INSERT", "UPDATE notices_recipient SET email = 'x@y.cn'", "DELETE FROM notices_recipient", "UPDATE notices_release SET conditions = '{}'"]
)
def test_no_door_changes_the_list_of_a_mailing_that_has_begun(issued, units, change):
    release = issued().releases.get()
    announce_notices()

    with pytest.raises((IntegrityError, Exception)) as refused, transaction.atomic():
        if change == "INSERT":
            Recipient.objects.create(release=release, email="late@x.cn", token="late")
        else:
            with connection.cursor() as cursor:
                cursor.execute(change)
    assert "is fixed" in str(refused.value) or "are fixed" in str(refused.value) or "Cannot delete" in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_six_workers_at_once_write_each_mail_once(issued, units, race):
    release = issued().releases.get()

    race(*[announce_notices] * 6)

    assert (mails(release), release.recipients.count()) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_trigger_the_list_grows(issued, units):
    release = issued().releases.get()
    announce_notices()

    with without_triggers("notices_recipient"):
        Recipient.objects.create(release=release, email="late@x.cn", token="late")

    assert release.recipients.count() == 4


def test_never_before_members_may_see_it(issued, units):
    one = issued(members_from=now() + dt.timedelta(days=1))

    assert (announce_notices(), OutboxMessage.objects.count()) == (0, 0)
    with time_machine.travel(now() + dt.timedelta(days=1, minutes=1), tick=False):
        assert (announce_notices(), mails(one.releases.get())) == (1, 3)


def test_paused_nothing_goes_out_and_resumed_nobody_gets_it_twice(issued, units, secretary):
    release = issued().releases.get()
    announce_notices()

    pause_release(release, actor=secretary)
    due_while_paused = OutboxMessage.objects.filter(state=OutboxState.QUEUED, next_attempt_at__lte=now()).count()
    handed_while_paused = hand_over()
    resume_release(release, actor=secretary)
    due_again = OutboxMessage.objects.filter(state=OutboxState.QUEUED, next_attempt_at__lte=now()).count()

    assert (due_while_paused, handed_while_paused, due_again, hand_over(), mails(release)) == (0, 0, 3, 0, 3)


def fates(release):
    return sorted(release.recipients.with_fate().values_list("fate", flat=True))


def test_a_mail_that_was_in_hand_at_the_pause_and_put_off_by_the_server_is_held_back_too(issued, units, secretary):
    release = issued().releases.get()
    announce_notices()
    in_hand = OutboxMessage.objects.order_by("pk")[:1]
    for state in (OutboxState.CLAIMED, OutboxState.SENDING):
        OutboxMessage.objects.filter(pk__in=in_hand.values("pk")).update(state=state)

    pause_release(release, actor=secretary)
    before = fates(release)
    OutboxMessage.objects.filter(state=OutboxState.SENDING).update(state=OutboxState.QUEUED)
    hand_over()

    assert (before, fates(release)) == (["held", "held", "queued"], ["held", "held", "held"])


def test_what_a_cancelled_mailing_had_not_sent_stays_held_back_and_never_goes_out(issued, units, secretary):
    release = issued().releases.get()
    announce_notices()
    pause_release(release, actor=secretary)

    cancel_release(release, actor=secretary)
    hand_over()

    assert (fates(release), deliver_due()) == (["held", "held", "held"], 0)


def test_cancelled_before_it_began_nobody_is_written_to(issued, units, secretary):
    release = issued().releases.get()
    cancel_release(release, actor=secretary)

    assert (announce_notices(), Recipient.objects.count()) == (0, 0)


def test_only_the_silent_are_reminded(issued, units, secretary):
    one = issued()
    announce_notices()
    acknowledge(one, units[0], actor=secretary)

    reminder = remind_silent(one.releases.get(), actor=secretary, words="请{{单位名称}}阅。")
    acknowledge(one, units[1], actor=secretary)
    announce_notices()

    assert [row.institution for row in reminder.recipients.all()] == [units[2]]
    assert f"请{units[2].name}阅。" in OutboxMessage.objects.get(key=f"release:{reminder.pk}").body_text


def test_with_everybody_answered_there_is_nobody_to_remind(issued, units, secretary):
    one = issued()
    announce_notices()
    for unit in units:
        acknowledge(one, unit, actor=secretary)

    with pytest.raises(NobodyLeft):
        remind_silent(one.releases.get(), actor=secretary)


def test_whoever_got_it_hears_of_the_withdrawal(issued, units, secretary):
    one = issued()
    announce_notices()
    send(OutboxMessage.objects.filter(key__startswith="release:"))
    withdraw_notice(one, actor=secretary, reason="时间有误")
    announce_notices()

    told = one.releases.get(purpose="withdrawal")
    assert (mails(told), "时间有误" in OutboxMessage.objects.filter(key=f"release:{told.pk}").first().body_text) == (3, True)


def test_a_withdrawal_ends_the_running_mailing_and_tells_only_those_whose_mail_had_left(issued, units, secretary):
    one = issued()
    announce_notices()
    first = one.releases.get()
    sent, held, _also_held = OutboxMessage.objects.filter(key=f"release:{first.pk}").order_by("pk")
    send(OutboxMessage.objects.filter(pk=sent.pk))

    withdraw_notice(one, actor=secretary, reason="时间有误")
    announce_notices()

    first.refresh_from_db()
    held.refresh_from_db()
    told = one.releases.get(purpose="withdrawal").recipients.values_list("email", flat=True)
    assert (first.state, held.state, list(told)) == ("cancelled", OutboxState.HELD, [sent.recipient])


def test_a_paused_mailing_ends_with_the_withdrawal_too(issued, units, secretary):
    one = issued()
    announce_notices()
    pause_release(one.releases.get(), actor=secretary)

    withdraw_notice(one, actor=secretary, reason="有误")
    announce_notices()

    assert (one.releases.get(purpose="notice").state, one.releases.get(purpose="withdrawal").recipients.count()) == ("cancelled", 0)


def test_a_mailing_of_a_notice_withdrawn_in_time_never_begins(issued, units, secretary):
    one = issued(members_from=now() + dt.timedelta(days=1))
    withdraw_notice(one, actor=secretary, reason="有误")

    with time_machine.travel(now() + dt.timedelta(days=2), tick=False):
        announce_notices()

    assert (Recipient.objects.count(), one.releases.get().state) == (0, "cancelled")


def test_only_what_is_issued_is_sent_and_unknown_fields_are_refused(draft, issued, secretary):
    with pytest.raises(NotIssued):
        plan_release(draft(), actor=secretary)
    with pytest.raises(UnknownField):
        plan_release(issued(), actor=secretary, words="{{姓名}}")


def test_a_test_mail_goes_only_to_oneself(draft, units, secretary):
    send_test(draft(text="请{{单位名称}}参会。"), actor=secretary)

    assert [(mail.recipient, mail.attachments.count()) for mail in OutboxMessage.objects.all()] == [(secretary.email, 1)]


def test_the_personal_link_opens_the_notice_and_one_press_acknowledges_it(issued, units):
    one = issued(text="请{{单位名称}}参会。")
    announce_notices()
    recipient = one.releases.get().recipients.get(institution=units[0])
    page = reverse("notices:personal", args=[recipient.token])
    client = client_for(None)

    text, pdf = client.get(page).text, client.get(f"{page}notice.pdf")
    before = Acknowledgement.objects.count()
    client.post(page)

    assert (f"请{units[0].name}参会。" in text, pdf.content[:5], before) == (True, b"%PDF-", 0)
    assert (Acknowledgement.objects.get().person, Recipient.objects.get(pk=recipient.pk).opened_at is not None) == (recipient.person, True)
    assert client.get(reverse("notices:personal", args=["unknown"])).status_code == 404


def test_the_fates_are_those_of_the_outbox(issued, units):
    release = issued().releases.get()
    announce_notices()
    first, second, _third = OutboxMessage.objects.order_by("pk")
    for mail, states in ((first, ["claimed", "sending", "sent"]), (second, ["claimed", "sending", "failed"])):
        for state in states:
            OutboxMessage.objects.filter(pk=mail.pk).update(state=state, sent_at=now())

    assert counts_of(release)["fates"] == {"sent": 1, "refused": 1, "queued": 1}


def test_whoever_wants_one_mail_a_day_gets_one(issued, units):
    person = AffiliationFactory(institution=units[0], role=PersonRole.LIAISON, person=PersonFactory()).person
    change_choice(choice_of(person), digest=True, voluntary=True)
    issued(), issued()
    with time_machine.travel(moment("2100-03-05 09:00"), tick=False):
        announce_notices()
        again = send_digests()

    mine = OutboxMessage.objects.filter(recipient=person.email)
    assert ([mail.template for mail in mine], mine.get().body_text.count("/notices/p/"), again) == (["notices/mail/digest"], 2, 0)


def test_voluntary_mails_can_be_declined_by_one_click(issued, units, secretary):
    one = issued()
    person = units[0].affiliations.get().person
    answer = client_for(None).post(reverse("notices:choice", args=[choice_of(person).token]), {"List-Unsubscribe": "One-Click"})
    release = plan_release(one, actor=secretary, is_voluntary=True)
    announce_notices()

    assert (answer.status_code, release.recipients.count(), Release.objects.get(pk=release.pk).left_out[0][1]) == (204, 2, "不接收自愿性邮件")
    mail = OutboxMessage.objects.filter(key=f"release:{release.pk}").first()
    assert ("/notices/mail/" in mail.body_text, "/notices/mail/" in mail.unsubscribe_url) == (True, True)


def test_by_pages_a_mailing_shows_its_list_and_letters_first(issued, units, secretary):
    one = issued()
    client = client_for(secretary)
    url = reverse("admin:notices_notice_send", args=[one.pk])

    shown = client.post(url, {"words": "请{{单位名称}}阅。"})
    planned = Release.objects.count()
    client.post(url, {"words": "请{{单位名称}}阅。", "previewed": "1"})

    assert (f"请{units[0].name}阅。" in shown.text, OutboxMessage.objects.count(), planned, Release.objects.count()) == (True, 0, 1, 2)
    assert Notice.objects.get().state == NoticeState.ISSUED
