"""Issuing: amounts from the dated schedule, once whoever asks how often, with numbers that have no gap."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction

from alliance.common.exceptions import InvalidTransition
from alliance.common.models import NumberSeries, Organisation
from fees.enums import InvoiceState
from fees.exceptions import (
    AlreadySentToday,
    HasMoney,
    InvoiceIsVoid,
    NobodyToWriteTo,
    NoSchedule,
    NotAMember,
    NotAwaitingPayment,
    NothingToBill,
)
from fees.models import Invoice, InvoiceLine
from fees.selectors.books import discrepancies
from fees.services.billing import issue_annual_invoice, issue_joining_invoice
from fees.services.invoices import resend_invoice, void_invoice
from members.enums import MembershipStatus, PersonRole
from members.models import MembershipTier
from tests.factories.fees import AllocationFactory, InvoiceFactory, ScheduleFactory, TierAmount
from tests.factories.members import AffiliationFactory, MembershipFactory, TierFactory
from tests.support import moment, without_triggers

ON = dt.date(2026, 3, 5)


def lines_of(invoice):
    """(kind, year, description, amount) of each line."""
    return [(line.kind, line.year, line.description, line.amount) for line in invoice.lines.all()]


@pytest.mark.django_db
def test_a_joining_notice_says_what_the_schedule_says(secretary, timeline):
    schedule = ScheduleFactory(due_days=30, grace_days=15)
    membership = MembershipFactory(pending=True)

    invoice = issue_joining_invoice(membership, actor=secretary, on=ON)

    assert lines_of(invoice) == [
        ("entry", 2026, "入会费", Decimal("3000.00")),
        ("annual", 2026, "2026年度年费", Decimal("2000.00")),
    ]
    assert (invoice.number, invoice.total, invoice.owed, invoice.state) == ("JF2026-0001", Decimal("5000.00"), Decimal("5000.00"), InvoiceState.OPEN)
    assert (invoice.due_on, invoice.grace_until, invoice.schedule) == (dt.date(2026, 4, 4), dt.date(2026, 4, 19), schedule)
    assert invoice.remark == f"可持续联盟+{membership.institution.name}+入会费及年费"
    for record in (invoice, membership, membership.institution):
        assert timeline(record)[-1] == ("invoice.issued", secretary)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("year", "total"),
    [(2024, "5000.00"), (2025, "5500.00"), (2026, "5500.00"), (2027, "7000.01")],
)
def test_the_schedule_in_force_in_the_year_counts(year, total, secretary):
    ScheduleFactory(effective_from_year=2018)
    ScheduleFactory(effective_from_year=2025, ordinary=Decimal("2500.00"))
    ScheduleFactory(effective_from_year=2027, entry_fee=Decimal("4000.01"), ordinary=Decimal("3000.00"))

    invoice = issue_joining_invoice(MembershipFactory(pending=True), actor=secretary, on=dt.date(year, 12, 31))

    assert invoice.total == Decimal(total)


@pytest.mark.django_db
def test_a_change_of_tier_applies_from_its_year(secretary):
    schedule = ScheduleFactory()
    council = TierFactory(code="council", name="理事单位")
    TierAmount.objects.create(schedule=schedule, tier=council, amount=3000)
    membership = MembershipFactory()
    MembershipTier.objects.create(membership=membership, tier=council, from_year=2027)

    totals = [issue_annual_invoice(membership, year=year, actor=secretary, on=ON).total for year in (2026, 2027, 2028)]

    assert totals == [Decimal("2000.00"), Decimal("3000.00"), Decimal("3000.00")]


@pytest.mark.django_db
def test_changing_the_schedule_changes_nothing_that_was_issued(secretary):
    schedule = ScheduleFactory()
    invoice = issue_joining_invoice(MembershipFactory(pending=True), actor=secretary, on=ON)
    schedule.entry_fee, schedule.due_days, schedule.grace_days = 1, 1, 0
    schedule.save()
    Organisation.objects.update(bank_account_number="111")

    invoice.refresh_from_db()

    assert (invoice.total, invoice.due_on, invoice.terms["bank_account_number"]) == (Decimal("5000.00"), dt.date(2026, 4, 4), "691911524")


@pytest.mark.django_db
def test_without_entry_fee_there_is_no_line_and_still_only_one_notice(secretary):
    ScheduleFactory(entry_fee=0)
    membership = MembershipFactory(pending=True)

    first, second = [issue_joining_invoice(membership, actor=secretary, on=ON) for _ in range(2)]

    assert first == second
    assert [line[0] for line in lines_of(first)] == ["annual"]


@pytest.mark.django_db
def test_what_cannot_be_billed_is_refused_and_takes_no_number(secretary):
    pending = MembershipFactory(pending=True)
    with pytest.raises(NoSchedule):
        issue_joining_invoice(pending, actor=secretary, on=dt.date(2017, 1, 1))
    ScheduleFactory(entry_fee=0, ordinary=Decimal("0.00"))
    with pytest.raises(NothingToBill):
        issue_joining_invoice(pending, actor=secretary, on=ON)
    with pytest.raises(NotAwaitingPayment):
        issue_joining_invoice(MembershipFactory(), actor=secretary, on=ON)
    with pytest.raises(NotAMember):
        issue_annual_invoice(pending, year=2026, actor=secretary, on=ON)

    assert NumberSeries.objects.filter(series="invoice:JF").count() == 0


@pytest.mark.django_db
def test_the_notice_goes_to_liaison_and_finance_contact_with_a_pdf_made_at_sending(secretary, outbox_for):
    ScheduleFactory()
    membership = MembershipFactory(pending=True)
    people = {role: AffiliationFactory(institution=membership.institution, role=role).person for role in PersonRole}

    invoice = issue_joining_invoice(membership, actor=secretary, on=ON)

    assert sorted(message.recipient for message in outbox_for(invoice)) == sorted([people["liaison"].email, people["finance"].email])
    attachment = outbox_for(invoice)[0].attachments.get()
    assert (attachment.filename, attachment.maker, bytes(attachment.content)) == ("缴费通知单-JF2026-0001.pdf", "fees.payment_notice", b"")
    assert invoice.remark in outbox_for(membership)[0].body_text


@pytest.mark.django_db
def test_a_notice_is_sent_again_once_a_day(secretary, outbox_for, timeline):
    invoice = InvoiceFactory()
    with pytest.raises(NobodyToWriteTo):
        resend_invoice(invoice, actor=secretary)
    AffiliationFactory(institution=invoice.institution, role=PersonRole.LIAISON)

    with time_machine.travel(moment("2026-03-20 09:00"), tick=False):
        assert resend_invoice(invoice, actor=secretary) == 1
        with pytest.raises(AlreadySentToday):
            resend_invoice(invoice, actor=secretary)
    with time_machine.travel(moment("2026-03-21 09:00"), tick=False):
        assert resend_invoice(invoice, actor=secretary) == 1

    assert len(outbox_for(invoice)) == 2
    assert timeline(invoice) == [("invoice.resent", secretary)] * 2


@pytest.mark.django_db
def test_voiding_frees_the_fees_and_keeps_the_number(secretary, finance_officer, timeline):
    ScheduleFactory()
    membership = MembershipFactory(pending=True)
    first = issue_joining_invoice(membership, actor=secretary, on=ON)

    void_invoice(first, actor=finance_officer, reason="单位名称有误")
    second = issue_joining_invoice(membership, actor=secretary, on=ON)

    assert (first.state, first.owed, first.voided_by) == (InvoiceState.VOID, Decimal("0.00"), finance_officer)
    assert [first.number, second.number] == ["JF2026-0001", "JF2026-0002"]
    assert timeline(first) == [("invoice.issued", secretary), ("invoice.voided", finance_officer)]
    with pytest.raises(InvalidTransition):
        void_invoice(first, actor=finance_officer, reason="再来一次")
    with pytest.raises(InvoiceIsVoid):
        resend_invoice(first, actor=secretary)


@pytest.mark.django_db
def test_a_notice_with_money_is_not_voided(finance_officer):
    invoice = AllocationFactory(amount=Decimal("0.01")).invoice

    with pytest.raises(HasMoney):
        void_invoice(invoice, actor=finance_officer, reason="x")


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_issue_one_joining_notice(race, secretary):
    ScheduleFactory()
    membership = MembershipFactory(pending=True)

    invoices = race(*[lambda: issue_joining_invoice(type(membership).objects.get(pk=membership.pk), actor=secretary, on=ON)] * 8)

    assert {invoice.number for invoice in invoices} == {"JF2026-0001"}
    assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (1, 2)
    assert NumberSeries.objects.get(series="invoice:JF").last == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_although_every_other_transaction_fails(race, secretary):
    ScheduleFactory()
    memberships = [MembershipFactory(pending=True) for _ in range(10)]

    def issue(membership, fail):
        def run():
            with transaction.atomic():
                invoice = issue_joining_invoice(membership, actor=secretary, on=ON)
                if fail:
                    raise RuntimeError("the worker dies here")
                return invoice

        return run

    race(*[issue(membership, fail=position % 2 == 1) for position, membership in enumerate(memberships)])

    assert sorted(Invoice.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
    assert discrepancies() == []


@pytest.mark.django_db(transaction=True)
def test_control_a_counter_beside_the_transaction_leaves_gaps_and_the_check_finds_them(secretary):
    ScheduleFactory()
    issue_joining_invoice(MembershipFactory(pending=True), actor=secretary, on=ON)
    # What a database sequence would do: the number is gone although the transaction failed.
    NumberSeries.objects.filter(series="invoice:JF").update(last=2)

    assert ("invoice.counter", "invoice:JF 2026: 2") in discrepancies()
    with pytest.raises(Exception, match="would leave a gap before 3"):
        issue_joining_invoice(MembershipFactory(pending=True), actor=secretary, on=ON)
    with without_triggers("fees_invoice"):
        issue_joining_invoice(MembershipFactory(pending=True), actor=secretary, on=ON)
    assert ("invoice.numbers", "JF2026: 2 / 3") in discrepancies()


@pytest.mark.django_db
def test_an_ended_membership_is_not_billed(secretary):
    ScheduleFactory()
    ended = MembershipFactory(status=MembershipStatus.ENDED, ended_on=dt.date(2025, 12, 31))

    with pytest.raises(NotAMember):
        issue_annual_invoice(ended, year=2026, actor=secretary, on=ON)
    with pytest.raises(NotAwaitingPayment):
        issue_joining_invoice(ended, actor=secretary, on=ON)
