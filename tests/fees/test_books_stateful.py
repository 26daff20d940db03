"""Whatever is done in whatever order, the stored sums and states equal what the entries say."""

import contextlib
import datetime as dt
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from alliance.common.exceptions import DomainError
from fees.models import Allocation, Invoice, Payment
from fees.selectors.books import discrepancies
from fees.services.adjustments import propose_adjustment
from fees.services.billing import issue_annual_invoice, issue_joining_invoice, issue_years
from fees.services.credits import credit_invoice
from fees.services.invoices import void_invoice
from fees.services.payments import allocate, record_payment, use_credit
from fees.services.reversals import release_allocation, reverse_payment
from members.models import Membership
from tests.factories.fees import ScheduleFactory
from tests.factories.members import MembershipFactory, StaffFactory

FEN = st.integers(min_value=1, max_value=900_000).map(lambda fen: Decimal(fen) / 100)
PICK = st.integers(min_value=0, max_value=10_000)
YEAR = st.integers(min_value=2024, max_value=2028)
ON = dt.date(2026, 3, 5)


def picked(queryset, number):
    """One of the rows, or None."""
    rows = list(queryset.order_by("pk"))
    return rows[number % len(rows)] if rows else None


class Books(RuleBasedStateMachine):
    """Two units, and a clerk who does anything at all."""

    @initialize()
    def begin(self):
        ScheduleFactory()
        self.actor = StaffFactory()
        self.memberships = [MembershipFactory(), MembershipFactory(pending=True)]

    def attempt(self, function, *args, **values):
        """What the domain refuses is refused; anything else would fail the test."""
        with contextlib.suppress(DomainError):
            function(*args, actor=self.actor, **values)

    @rule(which=PICK, year=YEAR)
    def bill(self, which, year):
        membership = Membership.objects.get(pk=self.memberships[which % 2].pk)
        self.attempt(issue_annual_invoice, membership, year=year, on=ON)

    @rule()
    def bill_joining(self):
        self.attempt(issue_joining_invoice, Membership.objects.get(pk=self.memberships[1].pk), on=ON)

    @rule(which=PICK, amount=FEN)
    def pay(self, which, amount):
        institution = self.memberships[which % 2].institution
        self.attempt(record_payment, institution=institution, amount=amount, received_on=ON, payer_name="财务处")

    @rule(invoice=PICK, amount=FEN)
    def credit(self, invoice, amount):
        if invoice := picked(Invoice.objects, invoice):
            self.attempt(credit_invoice, invoice, amount=amount, reason="冲减", on=ON)

    @rule(which=PICK, year=YEAR, amount=FEN)
    def reduce(self, which, year, amount):
        membership = Membership.objects.get(pk=self.memberships[which % 2].pk)
        self.attempt(propose_adjustment, membership, year=year, amount=amount, reason="减免")

    @rule(which=PICK, first=YEAR)
    def bill_years(self, which, first):
        membership = Membership.objects.get(pk=self.memberships[which % 2].pk)
        self.attempt(issue_years, membership, years=[first, first + 1], on=ON)

    @rule(payment=PICK, invoice=PICK, amount=FEN)
    def allocate(self, payment, invoice, amount):
        payment, invoice = picked(Payment.objects, payment), picked(Invoice.objects, invoice)
        if payment and invoice:
            self.attempt(allocate, payment, invoice, amount)

    @rule(payment=PICK)
    def use(self, payment):
        if payment := picked(Payment.objects, payment):
            self.attempt(use_credit, payment)

    @rule(allocation=PICK)
    def release(self, allocation):
        if allocation := picked(Allocation.objects, allocation):
            self.attempt(release_allocation, allocation, reason="分错了")

    @rule(payment=PICK, amount=st.none() | FEN, kind=st.sampled_from(["returned", "refund", "mistake"]))
    def reverse(self, payment, amount, kind):
        if payment := picked(Payment.objects, payment):
            self.attempt(reverse_payment, payment, reason="退汇", kind=kind, amount=amount)

    @rule(invoice=PICK)
    def void(self, invoice):
        if invoice := picked(Invoice.objects, invoice):
            self.attempt(void_invoice, invoice, reason="开错")

    @invariant()
    def books_are_good(self):
        assert discrepancies() == []


class TestBooks(Books.TestCase, TestCase):
    """All examples in one transaction that is rolled back; the units of earlier examples stay in the pool, so the books grow."""

    settings = settings(max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
