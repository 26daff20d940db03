"""Reminders: each once, and none for what is settled."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from alliance.common.models import OutboxMessage
from council.dossier import dossier_digest
from council.services.opening import open_ballot
from council.services.voting import Ticked, cast_votes
from fees.services.billing import issue_joining_invoice
from fees.services.payments import record_payment
from members.enums import PersonRole
from notices.models import ReminderRule, ReminderRun
from notices.services.reminders import ensure_default_rules, send_due_reminders
from tests.factories.council import BallotFactory, MotionFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.meetings import MeetingFactory, RegistrationFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory, MembershipFactory
from tests.support import moment

NOW = moment("2026-03-05 09:00")


def reminders():
    return sorted((m.template.rsplit("/", 1)[1], m.recipient) for m in OutboxMessage.objects.filter(template__startswith="notices/"))


@pytest.fixture
def invoice(db):
    """Due in seven days from NOW, at a unit with a liaison and a finance contact."""
    ScheduleFactory(due_days=14)
    membership = MembershipFactory(pending=True)
    for role, email in [(PersonRole.LIAISON, "l@x.edu.cn"), (PersonRole.FINANCE, "f@x.edu.cn")]:
        AffiliationFactory(institution=membership.institution, role=role, person__email=email)
    return issue_joining_invoice(membership, source="sample", on=dt.date(2026, 2, 26))


@pytest.mark.django_db
def test_an_invoice_due_in_a_week_reminds_both_contacts_once(invoice):
    first, second = send_due_reminders(NOW), send_due_reminders(NOW + dt.timedelta(hours=1))

    assert (first.total(), second.total(), ReminderRun.objects.count()) == (2, 0, 1)
    assert reminders() == [("invoice_due", "f@x.edu.cn"), ("invoice_due", "l@x.edu.cn")]


@pytest.mark.django_db
def test_what_is_paid_is_not_reminded_of(invoice, finance_officer):
    record_payment(institution=invoice.institution, amount=Decimal(5000), received_on=dt.date(2026, 3, 1), payer_name="x", actor=finance_officer)

    assert send_due_reminders(NOW).total() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("hour", ["07:59", "20:00", "23:30"])
def test_nobody_is_reminded_in_the_night(invoice, hour):
    assert send_due_reminders(moment(f"2026-03-05 {hour}")).total() == 0


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_send_each_reminder_once(invoice, race):
    ensure_default_rules()

    race(*[lambda: send_due_reminders(NOW)] * 4)

    assert reminders() == [("invoice_due", "f@x.edu.cn"), ("invoice_due", "l@x.edu.cn")]


@pytest.mark.django_db
def test_only_those_who_have_not_voted_are_asked(secretary):
    ProcedureFactory()
    seats = SeatFactory.create_batch(2, person__with_user=True)
    with time_machine.travel(NOW, tick=False):
        ballot = BallotFactory(closes_at=dt.datetime(2100, 3, 6, 9, tzinfo=dt.UTC))
        motion = MotionFactory(ballot=ballot)
        open_ballot(ballot, actor=secretary)
        cast_votes(ballot.electors.get(seat=seats[0]), [Ticked(motion, "for", "", dossier_digest(motion))], actor=seats[0].person.user)

    send_due_reminders(moment("2100-03-05 10:00"))

    assert reminders() == [("ballot_closing", seats[1].person.email)]


@pytest.mark.django_db
def test_a_returned_application_is_recalled_after_a_week():
    with time_machine.travel(NOW - dt.timedelta(days=7), tick=False):
        application = ApplicationFactory(status="returned")
        type(application).objects.filter(pk=application.pk).update(updated_at=NOW - dt.timedelta(days=7))

    send_due_reminders(NOW)

    assert reminders() == [("application_returned", application.liaison_email)]


@pytest.mark.django_db
def test_participants_are_reminded_a_day_before():
    registration = RegistrationFactory(meeting=MeetingFactory(starts_at=moment("2026-03-06 09:00")))

    send_due_reminders(NOW)

    assert reminders() == [("meeting_soon", registration.person.email)]


@pytest.mark.django_db
def test_a_rule_that_is_off_sends_nothing(invoice):
    ensure_default_rules()
    ReminderRule.objects.update(is_active=False)

    assert send_due_reminders(NOW).total() == 0
