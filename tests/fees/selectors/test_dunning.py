"""Who is reminded of dues on a day, who is not and why, and what is proposed when nothing helps."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from fees.models import BankStatement, DunningText, FapiaoRequest, QuietPeriod, Voucher
from fees.selectors.dunning import letters_on, reaching, reinstatements_to_propose, removals_to_propose, step_name, suspensions_to_propose
from fees.services.dunning import propose_removal
from fees.services.invoices import dispute_invoice
from fees.services.payments import record_payment
from fees.services.vouchers import pause_dunning
from members.enums import PersonRole
from members.models import MembershipTier
from members.services.memberships import suspend_membership
from notices.sources.dues import invoices_due
from tests.factories.fees import InvoiceFactory, ScheduleFactory
from tests.factories.members import AffiliationFactory, MembershipFactory, PersonFactory, StaffFactory, TierFactory
from tests.support import moment

pytestmark = pytest.mark.django_db
LADDER = [-30, -7, 0, 15, 30, 60]


def day(text):
    return dt.date.fromisoformat(text)


def owing(due, **kwargs):
    """A notice of a unit with a liaison; due on that day."""
    membership = kwargs.pop("membership", None) or MembershipFactory(joined_on=day("2020-05-20"))
    due_on = day(due)
    kwargs.setdefault("year", due_on.year)
    invoice = InvoiceFactory(membership=membership, issued_on=due_on - dt.timedelta(days=30), due_on=due_on, **kwargs)
    if not membership.institution.affiliations.exists():
        AffiliationFactory(institution=membership.institution, role=PersonRole.LIAISON, person=PersonFactory(email=f"l{membership.pk}@x.edu.cn"))
    return invoice


def steps(on):
    """The step of each letter that goes out."""
    return [letter.step for letter in letters_on(day(on), LADDER) if not letter.skipped]


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2026-02-02", [-30]), ("2026-02-25", [-7]), ("2026-03-04", [0]), ("2026-03-19", [15]), ("2026-04-03", [30]), ("2026-05-03", []), ("2026-03-20", [])],
)
def test_each_step_has_its_day(on, expected):
    owing("2026-03-04")

    assert steps(on) == expected


def test_a_step_on_a_day_off_waits_for_the_first_working_day():
    owing("2026-03-04")  # +60 is Sunday 3 May, in the holidays of Labour Day that end on 5 May

    assert [steps(f"2026-05-0{n}") for n in range(2, 8)] == [[], [], [], [], [60], []]


def test_a_step_in_the_school_holidays_waits_for_their_end_and_only_the_last_is_sent():
    QuietPeriod.objects.create(first=day("2020-07-13"), last=day("2020-08-30"), yearly=True, reason="暑假")
    owing("2026-07-01")  # +15 and +30 both lie in the holidays

    assert [steps(text) for text in ("2026-07-16", "2026-07-31", "2026-08-28", "2026-08-31", "2026-09-01")] == [[], [], [], [60], []]


def test_a_quiet_time_of_every_year_may_run_over_new_year():
    QuietPeriod.objects.create(first=day("2025-12-15"), last=day("2026-01-10"), yearly=True, reason="年终关账")

    assert (reaching(day("2027-01-08"), [0]), day("2026-12-20") in reaching(day("2027-01-11"), [0])) == ({}, True)


def test_one_letter_a_unit_with_all_that_is_late():
    membership = MembershipFactory(joined_on=day("2020-05-20"))
    old = owing("2024-03-04", membership=membership)
    half = owing("2026-01-19", membership=membership, year=2025)
    new = owing("2026-03-04", membership=membership)

    (letter,) = letters_on(day("2026-03-20"), LADDER)  # 60 days after the second

    assert (letter.step, letter.due, letter.invoices, letter.total) == (60, (half,), (old, half, new), Decimal("6000.00"))


@pytest.mark.parametrize("reason", ["paused", "disputed", "voucher", "fapiao", "stale", "nobody"])
def test_who_gets_nothing_stands_there_with_the_reason(reason, secretary):
    ScheduleFactory(stale_statement_days=14)
    invoice = owing("2026-03-04")
    unit = invoice.institution
    if reason == "paused":
        pause_dunning(unit, until=day("2026-12-31"), reason="校内审批", actor=secretary)
    elif reason == "disputed":
        dispute_invoice(invoice, actor=secretary, text="金额", on=day("2026-03-05"))
    elif reason == "voucher":
        Voucher.objects.create(institution=unit, paid_on=day("2026-03-10"), amount=2000, payer_name="x", uploaded_by=secretary)
    elif reason == "fapiao":
        FapiaoRequest.objects.create(institution=unit, title="x", tax_number="x", amount=2000, email="x@x.edu.cn", requested_by=secretary).invoices.add(invoice)
    elif reason == "stale":
        BankStatement.objects.create(
            sha256="x", name="x", first_day=day("2026-02-01"), last_day=day("2026-03-01"), credits=0, debits=0, new_lines=0, known_lines=0, balance_check="none"
        )
    else:
        unit.affiliations.all().delete()

    (letter,) = letters_on(day("2026-03-19"), LADDER)

    assert (letter.skipped, bool(letter.why)) == (reason, True)


def test_before_the_due_date_an_old_statement_holds_nothing_back(secretary):
    ScheduleFactory()
    owing("2026-03-04")
    BankStatement.objects.create(
        sha256="x", name="x", first_day=day("2025-02-01"), last_day=day("2025-03-01"), credits=0, debits=0, new_lines=0, known_lines=0, balance_check="none"
    )

    assert (steps("2026-02-25"), steps("2026-03-19")) == ([-7], [])


def test_the_words_are_those_of_step_and_tier():
    council = TierFactory(code="council")
    ordinary, other = owing("2026-03-04"), owing("2026-03-04")
    MembershipTier.objects.filter(membership=other.membership).update(tier=council)
    DunningText.objects.create(offset_days=15, text="{unit}：{number} 尚欠 {owed}，已逾期 {days} 天。")
    DunningText.objects.create(offset_days=15, tier=council, text="尊敬的理事单位 {name}：")

    letters = {letter.institution: letter.opening("李老师") for letter in letters_on(day("2026-03-19"), LADDER)}

    expected = f"{ordinary.institution.name}：{ordinary.number} 尚欠 ¥2,000.00，已逾期 15 天。"
    assert letters == {ordinary.institution: expected, other.institution: "尊敬的理事单位 李老师："}


def test_the_words_reach_the_letter():
    owing("2026-03-04")
    DunningText.objects.create(offset_days=15, text="第一次催缴")

    assert [item.personal(None)["opening"] for item in invoices_due(day("2026-03-19"), 15, {})] == ["第一次催缴"]


@pytest.mark.parametrize("text", ["{amount}", "{", "{0}", "{name.__class__}"])
def test_an_unknown_field_is_an_error_when_it_is_saved(text):
    with pytest.raises(ValidationError):
        DunningText(offset_days=15, text=text).full_clean()


@pytest.mark.parametrize("rows", [1, 30])
def test_as_many_questions_for_thirty_units_as_for_one(rows):
    ScheduleFactory()
    for _n in range(rows):
        owing("2026-03-04")

    with CaptureQueriesContext(connection) as queries:
        letters = letters_on(day("2026-03-19"), LADDER)

    assert (len(letters), len(queries) <= 16) == (rows, True)


@time_machine.travel(moment("2026-11-25 09:00"), tick=False)
def test_suspension_then_removal_are_proposed_after_the_set_times_and_a_person_does_them(secretary):
    ScheduleFactory(suspend_after_days=60, remove_after_days=180)
    invoice = owing("2026-03-04")  # grace until 3 April
    membership = invoice.membership

    proposed = [membership in suspensions_to_propose(day(text)) for text in ("2026-06-02", "2026-06-04")]
    suspend_membership(membership, actor=secretary, reason="欠费", on=day("2026-06-04"))
    removal = [membership in removals_to_propose(day(text)) for text in ("2026-11-30", "2026-12-01")]
    departure = propose_removal(membership, actor=secretary, reason="长期欠费")

    assert (proposed, removal) == ([False, True], [False, True])
    assert (departure.kind, departure.status, membership in removals_to_propose(day("2026-12-01"))) == ("removal", "screened", False)


def test_who_has_paid_up_is_proposed_for_reinstatement(secretary):
    invoice = owing("2026-03-04")
    suspend_membership(invoice.membership, actor=secretary, reason="欠费", on=day("2026-06-04"))
    before = list(reinstatements_to_propose())

    record_payment(institution=invoice.institution, amount=Decimal(2000), received_on=day("2026-07-01"), payer_name="x", actor=StaffFactory())

    assert (before, list(reinstatements_to_propose())) == ([], [invoice.membership])


@pytest.mark.parametrize(
    ("step", "name"), [(-30, "30 days before the due date"), (-1, "1 day before the due date"), (0, "on the due date"), (15, "15 days after the due date")]
)
def test_a_step_has_a_name(step, name):
    with translation.override("en"):
        assert step_name(step) == name
