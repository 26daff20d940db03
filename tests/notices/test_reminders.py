"""Reminders: each once, and none for what is settled."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from alliance.common.clock import now
from alliance.common.mailtexts.services import save_text
from alliance.common.models import MailSettings, OutboxMessage
from council.dossier import dossier_digest
from council.services.opening import open_ballot
from council.services.voting import Ticked, cast_votes
from fees.services.billing import issue_joining_invoice
from fees.services.payments import record_payment
from members.enums import PersonRole
from members.services.datachecks import confirm_data, open_data_check
from notices.models import AskedUnit, ReminderRule, ReminderRun
from notices.services.consulting import add_section, draft_consultation, open_consultation
from notices.services.reminders import ensure_default_rules, send_due_reminders
from tests.factories.council import BallotFactory, MotionFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.meetings import MeetingFactory, RegistrationFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory, MembershipFactory
from tests.support import client_for, moment

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
def test_a_body_with_days_of_its_own_is_reminded_on_those_and_not_by_the_table(secretary):
    ProcedureFactory(reminder_days=[3, 1])
    seat = SeatFactory(person__with_user=True)
    with time_machine.travel(NOW, tick=False):
        ballot = BallotFactory(closes_at=dt.datetime(2100, 3, 6, 9, tzinfo=dt.UTC))
        MotionFactory(ballot=ballot)
        open_ballot(ballot, actor=secretary)
    ReminderRule.objects.create(kind="ballot_closing", offset_days=-2)

    sent = [send_due_reminders(moment(f"2100-03-0{day} 10:00")).total() for day in (2, 3, 3, 4, 5)]

    assert sent == [0, 1, 0, 0, 1]
    assert {message.recipient for message in OutboxMessage.objects.filter(template="notices/mail/ballot_closing")} == {seat.person.email}


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


def only(**values):
    """One rule, made long before NOW."""
    ReminderRule.objects.all().delete()
    rule = ReminderRule.objects.create(**values)
    ReminderRule.objects.update(created_at=moment("2020-01-01 09:00"))
    return rule


@pytest.fixture
def place(db):
    """A meeting on Thursday 12 March."""
    return RegistrationFactory(meeting=MeetingFactory(starts_at=moment("2026-03-12 09:00")))


@pytest.mark.django_db
def test_working_days_are_counted_if_so_set(place):
    """Five working days before Thursday 12 March is Thursday 5 March."""
    only(kind="meeting_soon", offset_days=-5, working_days=True)

    sent = {day: send_due_reminders(moment(f"2026-03-{day:02d} 09:00")).total() for day in (4, 5, 6)}

    assert sent == {4: 0, 5: 1, 6: 0}


@pytest.mark.django_db
def test_what_the_system_slept_through_goes_out_a_day_late_and_no_later(place):
    only(kind="meeting_soon", offset_days=-9)

    assert [send_due_reminders(moment(f"2026-03-{day:02d} 09:00")).total() for day in (5, 4)] == [0, 1]


@pytest.mark.django_db
def test_a_reminder_before_a_day_that_is_over_is_not_made_up_for(place):
    MailSettings.objects.update_or_create(pk=1, defaults={"catch_up_days": 5})
    only(kind="meeting_soon", offset_days=-1)

    assert send_due_reminders(moment("2026-03-13 09:00")).total() == 0


@pytest.mark.django_db
def test_days_off_wait_for_the_next_working_day(place):
    """Saturday 7 March is five days before; Monday the 9th sends it."""
    MailSettings.objects.update_or_create(pk=1, defaults={"only_workdays": True, "catch_up_days": 0})
    only(kind="meeting_soon", offset_days=-5)

    assert [send_due_reminders(moment(f"2026-03-{day:02d} 09:00")).total() for day in (7, 8, 9, 10)] == [0, 0, 1, 0]


@pytest.mark.django_db
@pytest.mark.parametrize(("quiet", "hour", "sent"), [(("22:00", "06:00"), "21:30", 2), (("12:00", "14:00"), "13:00", 0), (("08:00", "08:00"), "03:00", 2)])
def test_quiet_hours_are_a_setting(invoice, quiet, hour, sent):
    MailSettings.objects.update_or_create(pk=1, defaults={"quiet_from": dt.time.fromisoformat(quiet[0]), "quiet_until": dt.time.fromisoformat(quiet[1])})

    assert send_due_reminders(moment(f"2026-03-05 {hour}")).total() == sent


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("audience", "readers"), [("finance", ["f@x.edu.cn"]), ("head", []), ("secretariat", ["innovation@xjtlu.edu.cn"]), ("", ["f@x.edu.cn", "l@x.edu.cn"])]
)
def test_a_rule_says_to_whom(invoice, audience, readers):
    only(kind="invoice_due", offset_days=-7, audience=audience)

    send_due_reminders(NOW)

    assert [reader for _kind, reader in reminders()] == readers


@pytest.mark.django_db
def test_a_rule_may_have_a_text_of_its_own(invoice, secretary):
    save_text("notices/mail/invoice_due", "zh-hans", subject="最后提醒 {{ number }}", body="{{ name }}", actor=secretary, variant="firm")
    only(kind="invoice_due", offset_days=-7, variant="firm", audience="finance")

    send_due_reminders(NOW)

    assert OutboxMessage.objects.get(key__startswith="reminder:").subject == f"最后提醒 {invoice.number}"


@pytest.mark.django_db
def test_only_units_that_have_not_answered_a_data_check_are_reminded(secretary):
    silent, answered = (AffiliationFactory(institution=MembershipFactory().institution, role=PersonRole.LIAISON) for _n in range(2))
    check = open_data_check(name="2026", due_on=dt.date(2026, 3, 12), actor=secretary)
    confirm_data(check.answers.get(institution=answered.institution), actor=secretary)

    send_due_reminders(NOW)

    assert reminders() == [("data_check", silent.person.email)]


@pytest.mark.django_db
def test_only_units_that_have_not_answered_a_consultation_are_reminded(secretary):
    silent, answered = (AffiliationFactory(institution=MembershipFactory().institution, role=PersonRole.LIAISON) for _n in range(2))
    with time_machine.travel(NOW, tick=False):
        consultation = draft_consultation(actor=secretary, title="草案", closes_at=moment("2026-03-06 18:00"))
        add_section(consultation, actor=secretary, title="一", text="正文")
        open_consultation(consultation, actor=secretary)
    AskedUnit.objects.filter(institution=answered.institution).update(answered_at=NOW)

    first, second = send_due_reminders(NOW), send_due_reminders(NOW + dt.timedelta(hours=2))

    assert (first.total(), second.total()) == (1, 0)
    assert [r for r in reminders() if r[0] == "consultation_reminder"] == [("consultation_reminder", silent.person.email)]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_the_calendar_shows_what_will_go_out(secretary, count, django_assert_num_queries):
    meeting = MeetingFactory(starts_at=now() + dt.timedelta(days=9))
    RegistrationFactory.create_batch(count, meeting=meeting)
    only(kind="meeting_soon", offset_days=-1)
    client = client_for(secretary)
    client.get("/admin/notices/reminderrule/calendar/")

    with django_assert_num_queries(11):
        page = client.get("/admin/notices/reminderrule/calendar/")

    assert page.content.decode().count("计划发送") == count


@pytest.mark.django_db
def test_a_rule_for_roles_needs_a_unit_and_a_variant_must_exist(secretary):
    client = client_for(secretary)
    values = {"kind": "ballot_closing", "offset_days": "-2", "audience": "finance", "variant": "no-such"}

    page = client.post("/admin/notices/reminderrule/add/", values)

    assert set(page.context["adminform"].form.errors) == {"audience", "variant"}
