"""A closed period keeps its figures, also against bookings at the same moment."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from alliance.common.exceptions import DomainError
from fees.models import Allocation, ClosedPeriod, Invoice, Payment
from fees.selectors.reports import advances, ageing, cash, income, journal, receivables
from fees.services.payments import record_payment
from fees.services.vouchers import AlreadyClosed, close_period, reopen_period
from tests.factories.fees import AllocationFactory, InvoiceFactory, PaymentFactory
from tests.factories.members import MembershipFactory, StaffFactory
from tests.fees.accountant import Desk, day, travelling
from tests.support import without_triggers

FIRST, LAST = day("2026-01-01"), day("2026-12-31")
# What people may try after the closing, each with a number that chooses the record.
MOVES = st.lists(st.tuples(st.sampled_from(["pay", "use", "release", "back", "mistake", "void", "credit", "bill"]), st.integers(0, 9)), max_size=12)


def figures():
    """The reports of the closed year."""
    return [report[2] for report in (receivables(LAST), ageing(LAST), advances(LAST), income(FIRST, LAST), cash(FIRST, LAST), journal(FIRST, LAST))]


class TestClosedYear(TestCase):
    """Whatever is done afterwards, the year that is closed stays what it was."""

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(moves=MOVES)
    def test_whatever_comes_after_the_closing_the_year_stays_what_it_was(self, moves):
        with travelling() as clock:
            desk = Desk(clock)
            second = desk.member()
            for unit, paid in ((desk.unit, "2500"), (second, "1200")):
                desk.bill("2026-03-02", unit=unit)
                desk.pay("2026-04-01", paid, unit=unit)
            desk.pay("2026-12-30", "700", use=False)
            desk.close("2026-12-31", "2027-01-15")
            before = figures()
            for number, (move, pick) in enumerate(moves):
                self.try_one(desk, move, pick, str(dt.date(2027, 2, 1) + dt.timedelta(days=number)))
            after = figures()
            desk.books()

        assert after == before

    def try_one(self, desk, move, pick, when):
        """A refusal is an answer too."""
        payments, invoices = list(Payment.objects.order_by("pk")), list(Invoice.objects.order_by("pk"))
        payment, invoice = payments[pick % len(payments)], invoices[pick % len(invoices)]
        steps = {
            "pay": lambda: desk.pay(when, "333.33"),
            "use": lambda: desk.use(when, payment),
            "release": lambda: desk.release(when, payment),
            "back": lambda: desk.back(when, payment, "refund", "50"),
            "mistake": lambda: desk.back(when, payment, "mistake"),
            "void": lambda: desk.void(when, invoice),
            "credit": lambda: desk.credit(when, invoice, "10.01"),
            "bill": lambda: desk.bill(when, 2027 + pick),
        }
        try:
            with transaction.atomic():
                steps[move]()
        except DomainError:
            pass


@pytest.mark.django_db
def test_the_database_refuses_each_kind_of_booking_dated_into_a_closed_period():
    open_one, allocation = InvoiceFactory(), AllocationFactory(booked_on=day("2026-03-10"))
    payment, actor = PaymentFactory(institution=open_one.institution), StaffFactory()
    close_period(until=day("2026-06-30"), actor=actor)
    attempts = [
        lambda: PaymentFactory(received_on=day("2026-06-30")),
        lambda: InvoiceFactory(issued_on=day("2026-06-30")),
        lambda: Allocation.objects.create(payment=payment, invoice=open_one, amount=1, made_by=actor, booked_on=day("2026-06-30")),
        lambda: Allocation.objects.filter(pk=allocation.pk).update(released_at="2026-06-30T00:00+08:00", released_on=day("2026-06-30"), release_reason="x"),
        lambda: Invoice.objects.filter(pk=open_one.pk).update(voided_at="2026-06-30T12:00+08:00", void_reason="x"),
    ]
    refused = []
    for attempt in attempts:
        with pytest.raises(IntegrityError, match="the books are closed"), transaction.atomic():
            attempt()
        refused.append(True)

    assert refused == [True] * len(attempts)


@pytest.mark.django_db
def test_the_same_day_is_closed_once_and_again_only_after_it_was_opened(finance_officer):
    period = close_period(until=day("2026-06-30"), actor=finance_officer)
    with pytest.raises(AlreadyClosed):
        close_period(until=day("2026-06-30"), actor=finance_officer)

    reopen_period(period, actor=finance_officer, reason="补录")

    assert close_period(until=day("2026-06-30"), actor=finance_officer).reopened_at is None


def booking_while_closing(finance_officer, race):
    """A payment into June whose transaction is slow, and a closing of June at the same moment; what the books then hold."""
    institution = MembershipFactory().institution

    def slow():
        with transaction.atomic():
            record_payment(institution=institution, amount=Decimal(1), received_on=day("2026-06-15"), payer_name="x", actor=finance_officer)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.8)")

    def closing():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        return close_period(until=day("2026-06-30"), actor=finance_officer), Payment.objects.count()

    return race(slow, closing)[1]


@pytest.mark.django_db(transaction=True)
def test_a_closing_waits_for_the_booking_that_has_begun(finance_officer, race):
    _period, seen = booking_while_closing(finance_officer, race)

    assert seen == 1  # when the books were closed, the payment was in them


@pytest.mark.django_db(transaction=True)
def test_control_without_its_trigger_the_closing_does_not_see_it(finance_officer, race):
    with without_triggers("fees_closedperiod"):
        _period, seen = booking_while_closing(finance_officer, race)

    assert (seen, Payment.objects.count(), ClosedPeriod.objects.count()) == (0, 1, 1)
