"""The dues run: who is billed what, once, in any number of workers; reductions, credit notes, closed periods."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from alliance.common.exceptions import InvalidTransition
from alliance.common.jobs import claim, run, run_due
from alliance.common.models import Job
from fees.enums import LateJoining
from fees.exceptions import HasMoney, NeedsSecondPerson, PeriodClosed, TooMuch
from fees.models import CreditNote, Invoice, InvoiceLine, Payment
from fees.selectors.books import discrepancies
from fees.selectors.dues import candidates, explain
from fees.services.adjustments import AlreadyReduced, approve_adjustment, propose_adjustment
from fees.services.billing import issue_annual_invoice, issue_years
from fees.services.credits import credit_invoice
from fees.services.dues import announce_runs, draft_run, issue_run, run_failed, start_run, void_run
from fees.services.invoices import void_invoice
from fees.services.payments import record_payment
from fees.services.reversals import reverse_payment
from fees.services.vouchers import close_period, reopen_period
from members.models import Membership, MembershipTier
from tests.factories.fees import ScheduleFactory, TierAmountFactory
from tests.factories.members import AffiliationFactory, InstitutionFactory, MembershipFactory, PersonFactory, StaffFactory, TierFactory
from tests.support import without_triggers

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 2)
YEAR = 2026


@pytest.fixture
def schedule():
    return ScheduleFactory()


def member(joined="2020-05-20", tier="ordinary", **kwargs):
    """An active member of a tier since it joined."""
    joined_on = dt.date.fromisoformat(joined)
    membership = MembershipFactory(joined_on=joined_on, **kwargs)
    MembershipTier.objects.filter(membership=membership).delete()
    if tier:
        MembershipTier.objects.create(membership=membership, tier=TierFactory(code=tier), from_year=joined_on.year)
    return membership


def issued(actor, **kwargs):
    """A run over the year, issued by the worker."""
    dues = draft_run(year=YEAR, issued_on=ON, actor=actor, **kwargs)
    start_run(dues, actor=actor)
    run_due()
    dues.refresh_from_db()
    return dues


def test_a_run_bills_every_member_by_its_tier(schedule, finance_officer):
    TierAmountFactory(schedule=schedule, tier=TierFactory(code="council"), amount=3000)
    member()
    member(tier="council")

    dues = issued(finance_officer)

    assert sorted(Invoice.objects.values_list("total", flat=True)) == [Decimal("2000.00"), Decimal("3000.00")]
    assert (dues.state, dues.count, dues.total, discrepancies()) == ("issued", 2, Decimal("5000.00"), [])


def test_the_preview_says_who_is_left_out_and_why(schedule, finance_officer):
    billed, waiting, without, later = member(), member(status="pending_payment", number=None), member(tier=None), member("2027-02-01")
    issue_annual_invoice(billed, year=YEAR, actor=finance_officer, on=ON)
    due = member()

    verdicts = {c.membership_id: c.verdict for c in candidates(YEAR)}

    assert verdicts == {billed.pk: "billed", waiting.pk: "joining", without.pk: "no_tier", later.pk: "later", due.pk: "due"}


@pytest.mark.parametrize(
    ("rule", "joined", "expected"),
    [
        (LateJoining.FULL, "2026-11-01", "2000.00"),
        (LateJoining.NEXT_YEAR, "2026-01-01", None),
        (LateJoining.QUARTERS, "2026-03-31", "2000.00"),
        (LateJoining.QUARTERS, "2026-04-01", "1500.00"),
        (LateJoining.QUARTERS, "2026-12-31", "500.00"),
        (LateJoining.QUARTERS, "2025-12-31", "2000.00"),
    ],
)
def test_who_joins_late_pays_as_the_schedule_says(finance_officer, rule, joined, expected):
    ScheduleFactory(late_joining=rule)
    member(joined)
    member()

    issued(finance_officer)

    late = Membership.objects.order_by("pk").first()
    assert [invoice.total for invoice in late.invoices.all()] == ([Decimal(expected)] if expected else [])


def test_the_run_and_the_single_notice_come_to_the_same(finance_officer):
    ScheduleFactory(late_joining=LateJoining.QUARTERS, membership_year="anniversary")
    pairs = [(member(day), member(day)) for day in ("2020-02-29", "2026-08-09", "2019-12-31")]
    for first, second in pairs:
        for membership in (first, second):
            propose_adjustment(membership, year=YEAR, amount=Decimal("123.45"), reason="困难减免", actor=finance_officer)
    for _first, second in pairs:
        issue_annual_invoice(second, year=YEAR, actor=finance_officer, on=ON)

    issued(finance_officer)

    def facts(membership):
        invoice = membership.invoices.get()
        terms = (invoice.total, invoice.due_on, invoice.grace_until, invoice.terms, invoice.remark.replace(invoice.institution_name, ""))
        return terms, list(invoice.lines.values_list("kind", "year", "description", "amount"))

    assert [facts(first) for first, _second in pairs] == [facts(second) for _first, second in pairs]


@pytest.mark.parametrize(
    ("scope", "billed"),
    [
        ({}, ["A", "B", "C"]),
        ({"province": "江苏省"}, ["A", "B"]),
        ({"kind": "985"}, ["A"]),
        ({"kind": "local"}, ["B"]),
        ({"kind": "private"}, ["C"]),
        ({"joined_from": 2021}, ["B", "C"]),
        ({"joined_to": 2021}, ["A", "B"]),
        ({"joined_from": 2021, "joined_to": 2021}, ["B"]),
        ({"province": "江苏省", "joined_from": 2021}, ["B"]),
    ],
)
def test_a_run_over_a_part_bills_whom_all_conditions_hold_for(schedule, finance_officer, scope, billed):
    member("2020-05-20", institution=InstitutionFactory(name="A", province="江苏省", is_985=True))
    member("2021-05-20", institution=InstitutionFactory(name="B", province="江苏省"))
    member("2022-05-20", institution=InstitutionFactory(name="C", province="河北省", ownership="private"))

    dues = draft_run(year=YEAR, issued_on=ON, actor=finance_officer, **scope)
    previewed = [c.name for c in candidates(YEAR, **dues.scope)]
    start_run(dues, actor=finance_officer)
    run_due()

    assert previewed == billed
    assert list(Invoice.objects.order_by("sequence").values_list("institution_name", flat=True)) == billed


@pytest.mark.parametrize("size", [1, 3, 23])
def test_notices_are_written_in_ten_parts_and_the_progress_ends_at_all_of_them(schedule, finance_officer, size):
    for _n in range(size):
        member()
    with CaptureQueriesContext(connection) as queries:
        dues = issued(finance_officer)

    parts = [query for query in queries if "INSERT INTO fees_invoice " in query["sql"]]
    job = Job.objects.get()
    assert (len(parts), job.done, job.total, dues.count) == (10, size, size, size)
    assert list(Invoice.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, size + 1))


def test_a_run_over_chosen_units_leaves_the_others_for_the_next(schedule, finance_officer):
    first, second, third = [member() for _n in range(3)]

    issued(finance_officer, chosen=[first.institution, third.institution])
    rest = issued(finance_officer)

    assert set(Invoice.objects.exclude(run=rest).values_list("membership", flat=True)) == {first.pk, third.pk}
    assert list(rest.invoices.values_list("membership", flat=True)) == [second.pk]


def test_what_limits_a_run_is_fixed_once_it_was_started(schedule, finance_officer):
    chosen = member().institution
    dues = issued(finance_officer, chosen=[chosen], province=chosen.province)

    for change in ({"chosen": []}, {"province": "x"}, {"kind": "985"}, {"joined_from": 2020}, {"joined_to": 2030}):
        with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
            type(dues).objects.filter(pk=dues.pk).update(**change)


def test_the_number_of_statements_does_not_grow(schedule, finance_officer):
    def statements(count):
        for _n in range(count):
            member()
        dues = draft_run(year=YEAR, issued_on=ON, actor=finance_officer)
        start_run(dues, actor=finance_officer)
        job = claim()
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            issue_run(job)
        return len(queries)

    statements(1)  # content types are looked up once

    assert statements(1) == statements(12)


def test_mails_follow_the_run_one_for_each_notice_and_once(schedule, finance_officer, outbox_for):
    membership = member()
    AffiliationFactory(institution=membership.institution, role="liaison", person=PersonFactory(email="liaison@example.edu.cn"))
    issued(finance_officer)

    counts = (announce_runs(), announce_runs())

    assert counts == (1, 0)
    assert [mail.template for mail in outbox_for(Invoice.objects.get())] == ["fees/mail/invoice_issued"]


def test_a_run_is_voided_as_a_whole_before_anything_is_paid_and_its_year_is_free_again(schedule, finance_officer):
    member()
    member()
    first = issued(finance_officer)

    void_run(first, actor=finance_officer, reason="标准有误")
    second = issued(finance_officer)

    assert (second.count, Invoice.objects.filter(voided_at=None).count(), discrepancies()) == (2, 2, [])


def test_a_run_with_money_on_it_is_not_voided(schedule, finance_officer):
    membership = member()
    dues = issued(finance_officer)
    record_payment(institution=membership.institution, amount=Decimal(1), received_on=ON, payer_name="x", actor=finance_officer)

    with pytest.raises(HasMoney):
        void_run(dues, actor=finance_officer, reason="x")

    assert Invoice.objects.filter(voided_at=None).count() == 1


def test_a_run_that_bills_nobody_says_so_and_can_be_started_again(schedule, finance_officer):
    dues = issued(finance_officer)

    assert (Job.objects.get().state, run_failed(dues).state) == ("failed", "draft")


@pytest.mark.django_db(transaction=True)
def test_eight_workers_and_two_runs_bill_everybody_once(finance_officer, race):
    ScheduleFactory()
    for _n in range(10):
        member()
    runs = [draft_run(year=YEAR, issued_on=ON, actor=finance_officer) for _n in range(2)]
    race(*[lambda dues=dues: start_run(type(dues).objects.get(pk=dues.pk), actor=finance_officer) for dues in runs for _n in range(4)])

    race(*[run_due] * 8)

    sequences = sorted(Invoice.objects.values_list("sequence", flat=True))
    assert (Job.objects.count(), sequences, InvoiceLine.objects.count()) == (2, list(range(1, 11)), 10)


@pytest.mark.django_db(transaction=True)
def test_control_without_its_lock_and_constraint_a_year_is_billed_twice(finance_officer):
    ScheduleFactory()
    membership = member()
    issued(finance_officer)

    with without_triggers("fees_invoiceline", "fees_invoice"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE fees_invoiceline DROP CONSTRAINT IF EXISTS one_annual_fee_per_membership_and_year")
        cursor.execute("DROP INDEX one_annual_fee_per_membership_and_year")
        try:
            line = InvoiceLine.objects.get()
            InvoiceLine.objects.create(invoice=line.invoice, membership=membership, kind="annual", year=YEAR, description="x", amount=1)
            doubled = InvoiceLine.objects.filter(membership=membership, kind="annual", year=YEAR, live=True).count()
            InvoiceLine.objects.exclude(pk=line.pk).delete()
        finally:
            cursor.execute(
                "CREATE UNIQUE INDEX one_annual_fee_per_membership_and_year ON fees_invoiceline (membership_id, year) WHERE kind = 'annual' AND live"
            )

    assert doubled == 2


def test_a_worker_that_dies_in_the_middle_leaves_nothing_and_the_next_finishes(finance_officer):
    ScheduleFactory()
    for _n in range(3):
        member()
    dues = draft_run(year=YEAR, issued_on=ON, actor=finance_officer)
    start_run(dues, actor=finance_officer)
    job = claim()

    class Killed(BaseException):
        """As kill -9: no handler runs."""

    with pytest.raises(Killed), transaction.atomic():
        issue_run(job)
        raise Killed
    left = Invoice.objects.count()
    run(job)

    assert (left, sorted(Invoice.objects.values_list("sequence", flat=True))) == (0, [1, 2, 3])


def test_a_small_reduction_is_a_line_of_the_notice(schedule, finance_officer):
    membership = member()
    propose_adjustment(membership, year=YEAR, amount=Decimal(300), reason="优惠", actor=finance_officer)

    issued(finance_officer)

    assert list(InvoiceLine.objects.order_by("pk").values_list("kind", "amount")) == [("annual", Decimal("2000.00")), ("discount", Decimal("-300.00"))]
    assert (Invoice.objects.get().total, discrepancies()) == (Decimal("1700.00"), [])


def test_a_large_one_waits_for_somebody_else(schedule, finance_officer, secretary):
    adjustment = propose_adjustment(member(), year=YEAR, amount=Decimal(2000), reason="减免", actor=finance_officer)

    with pytest.raises(NeedsSecondPerson):
        approve_adjustment(adjustment, actor=finance_officer)
    approve_adjustment(adjustment, actor=secretary)

    assert [c.verdict for c in candidates(YEAR)] == ["waived"]


def test_the_database_wants_the_second_person_too(schedule, finance_officer):
    adjustment = propose_adjustment(member(), year=YEAR, amount=Decimal(2000), reason="减免", actor=finance_officer)

    with pytest.raises(IntegrityError), transaction.atomic():
        type(adjustment).objects.filter(pk=adjustment.pk).update(state="approved", decided_by=finance_officer)


def test_after_billing_a_reduction_becomes_a_credit_note(schedule, finance_officer):
    membership = member()
    invoice = issue_annual_invoice(membership, year=YEAR, actor=finance_officer, on=ON)

    propose_adjustment(membership, year=YEAR, amount=Decimal(500), reason="优惠", actor=finance_officer)

    invoice.refresh_from_db()
    assert (CreditNote.objects.get().number[:2], invoice.total, invoice.owed, discrepancies()) == ("HC", Decimal("2000.00"), Decimal("1500.00"), [])


def test_one_reduction_for_a_year(schedule, finance_officer):
    membership = member()
    propose_adjustment(membership, year=YEAR, amount=Decimal(100), reason="a", actor=finance_officer)

    with pytest.raises(AlreadyReduced):
        propose_adjustment(membership, year=YEAR, amount=Decimal(100), reason="b", actor=finance_officer)


def test_more_than_is_owed_is_not_credited(schedule, finance_officer):
    membership = member()
    invoice = issue_annual_invoice(membership, year=YEAR, actor=finance_officer, on=ON)
    record_payment(institution=membership.institution, amount=Decimal(1800), received_on=ON, payer_name="x", actor=finance_officer)

    with pytest.raises(TooMuch):
        credit_invoice(invoice, amount=Decimal("200.01"), reason="x", actor=finance_officer, on=ON)
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditNote.objects.create(
            number="HC2026-0001", year=2026, sequence=1, invoice=invoice, amount=Decimal(201), reason="x", credited_on=ON, made_by=finance_officer
        )


@pytest.mark.django_db(transaction=True)
def test_a_payment_and_a_credit_note_at_once_never_take_more_than_is_owed(finance_officer, race):
    ScheduleFactory()
    membership = member()
    invoice = issue_annual_invoice(membership, year=YEAR, actor=finance_officer, on=ON)

    race(
        lambda: record_payment(institution=membership.institution, amount=Decimal(2000), received_on=ON, payer_name="x", actor=finance_officer),
        lambda: credit_invoice(Invoice.objects.get(pk=invoice.pk), amount=Decimal(2000), reason="x", actor=finance_officer, on=ON),
    )

    invoice.refresh_from_db()
    assert (invoice.owed, invoice.paid + invoice.credited, discrepancies()) == (Decimal(0), Decimal("2000.00"), [])


def test_two_years_on_one_notice_leave_out_what_is_billed(schedule, finance_officer):
    membership = member()
    issue_annual_invoice(membership, year=2026, actor=finance_officer, on=ON)

    invoice = issue_years(membership, years=[2026, 2027, 2028], actor=finance_officer, on=ON)

    assert (list(invoice.lines.values_list("year", flat=True)), invoice.total) == ([2027, 2028], Decimal("4000.00"))


def test_nothing_is_booked_into_a_closed_period_and_opening_it_again_names_a_reason(schedule, finance_officer):
    membership = member()
    period = close_period(until=dt.date(2026, 3, 31), actor=finance_officer)

    with pytest.raises(PeriodClosed):
        record_payment(institution=membership.institution, amount=Decimal(1), received_on=ON, payer_name="x", actor=finance_officer)
    with pytest.raises(PeriodClosed):
        issue_annual_invoice(membership, year=YEAR, actor=finance_officer, on=ON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(institution=membership.institution, amount=1, received_on=ON, payer_name="x", entered_by=finance_officer)

    reopen_period(period, actor=finance_officer, reason="补录")
    assert record_payment(institution=membership.institution, amount=Decimal(1), received_on=ON, payer_name="x", actor=finance_officer).pk


def test_a_run_into_a_closed_period_fails_with_the_reason(schedule, finance_officer):
    member()
    close_period(until=dt.date(2026, 3, 31), actor=finance_officer)

    issued(finance_officer)

    assert (Job.objects.get().message[:8], Invoice.objects.count()) == ("该日期的账目已关", 0)


def test_what_a_unit_owes_is_explained_line_by_line(finance_officer):
    ScheduleFactory(late_joining=LateJoining.QUARTERS)
    membership = member("2026-08-09")
    propose_adjustment(membership, year=2027, amount=Decimal(200), reason="优惠", actor=finance_officer)
    issue_annual_invoice(membership, year=2026, actor=finance_officer, on=ON)
    record_payment(institution=membership.institution, amount=Decimal(400), received_on=ON, payer_name="苏州大学", actor=finance_officer)

    years = explain(membership.institution, 2025, 2027)

    amounts = [[amount for _text, amount in year.steps] for year in years]
    assert amounts == [
        [None],
        [Decimal("1000.00"), Decimal("-400.00")],
        [Decimal("2000.00"), Decimal("-200.00"), None],
    ]
    assert (years[1].billed, years[1].paid, years[1].owed) == (Decimal("1000.00"), Decimal("400.00"), Decimal("600.00"))


def test_awkward_sequence_void_after_credit_after_returned_transfer(schedule, finance_officer):
    membership = member()
    invoice = issue_annual_invoice(membership, year=YEAR, actor=finance_officer, on=ON)
    payment = record_payment(institution=membership.institution, amount=Decimal(1500), received_on=ON, payer_name="x", actor=finance_officer)
    credit_invoice(invoice, amount=Decimal(500), reason="优惠", actor=finance_officer, on=ON)
    states = [Invoice.objects.get().state]
    reverse_payment(payment, actor=finance_officer, reason="退汇")
    states.append(Invoice.objects.get().state)
    void_invoice(Invoice.objects.get(), actor=finance_officer, reason="作废")
    again = issue_annual_invoice(membership, year=YEAR, actor=finance_officer, on=ON)

    assert (states, again.owed, discrepancies()) == (["settled", "open"], Decimal("2000.00"), [])


def test_an_issued_run_cannot_be_started_or_voided_twice(schedule, finance_officer):
    member()
    dues = issued(finance_officer)
    job = start_run(dues, actor=finance_officer)
    void_run(dues, actor=StaffFactory(), reason="x")

    with pytest.raises(InvalidTransition):
        void_run(dues, actor=finance_officer, reason="x")
    assert (Job.objects.count(), job.pk) == (1, Job.objects.get().pk)


def test_who_was_left_out_and_why_is_kept_with_the_run(schedule, finance_officer):
    member()
    late = member("2031-01-02", institution__name="后来大学")
    waived = member(institution__name="免缴大学")
    propose_adjustment(waived, year=YEAR, amount=Decimal(2000), reason="协办年会", actor=StaffFactory())
    approve_adjustment(waived.adjustments.get(), actor=finance_officer)

    run = issued(finance_officer)
    Membership.objects.filter(pk=late.pk).update(joined_on=dt.date(2020, 1, 1))

    assert [(skip.institution_name, skip.verdict, skip.note) for skip in run.skips.order_by("verdict")] == [
        ("后来大学", "later", ""),
        ("免缴大学", "waived", "协办年会"),
    ]
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        run.skips.all().delete()
