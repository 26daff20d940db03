"""The accountant's desk for test_accountant.py: a world with one or more units, and the moves an accountant makes, each on its day."""

import datetime as dt
from decimal import Decimal

import time_machine

from alliance.common.jobs import run_due
from fees.models import Invoice, Payment
from fees.selectors.books import discrepancies
from fees.selectors.reports import advances, cash, income, journal, receivables
from fees.services.adjustments import approve_adjustment, propose_adjustment
from fees.services.billing import issue_annual_invoice, issue_joining_invoice, issue_years
from fees.services.credits import credit_invoice
from fees.services.dues import announce_runs, draft_run, start_run
from fees.services.invoices import void_invoice
from fees.services.payments import allocate, record_payment, use_credit
from fees.services.reversals import release_allocation, reverse_payment
from fees.services.vouchers import close_period, reopen_period
from members.models import MembershipTier
from tests.factories.fees import ScheduleFactory, TierAmountFactory
from tests.factories.members import MembershipFactory, StaffFactory, TierFactory
from tests.support import moment

BEGIN, END = dt.date(2018, 1, 1), dt.date(2099, 12, 31)


def day(text):
    """A date from `2026-03-05`."""
    return dt.date.fromisoformat(text)


class Desk:
    """Moves take the day as text and travel there first; amounts are text in yuan."""

    def __init__(self, clock):
        self.clock = clock
        self.me, self.other = StaffFactory(role="finance"), StaffFactory(role="secretariat")
        self.schedule = ScheduleFactory()
        self.unit = self.member()

    def at(self, when):
        """It is nine o'clock on that day."""
        self.clock.move_to(moment(f"{when} 09:00"))
        return day(when)

    def rules(self, **changes):
        """The schedule says otherwise."""
        for name, value in changes.items():
            setattr(self.schedule, name, value)
        self.schedule.save()

    def tier(self, code, amount):
        """A tier with its amount."""
        tier = TierFactory(code=code)
        TierAmountFactory(schedule=self.schedule, tier=tier, amount=Decimal(amount))
        return tier

    def member(self, joined="2020-05-20", tier="ordinary", **kwargs):
        """A member since that day; `tier=None` for one that has none."""
        membership = MembershipFactory(joined_on=day(joined), **kwargs)
        MembershipTier.objects.filter(membership=membership).delete()
        if tier:
            MembershipTier.objects.create(membership=membership, tier=TierFactory(code=tier), from_year=2018)
        return membership

    def joining(self, when, **kwargs):
        """A university that was approved on that day, with its joining notice."""
        membership = MembershipFactory(pending=True, **kwargs)
        MembershipTier.objects.get_or_create(membership=membership, from_year=2018, defaults={"tier": TierFactory()})
        return issue_joining_invoice(membership, actor=self.me, on=self.at(when))

    def bill(self, when, year=2026, unit=None):
        """A year's notice for one unit."""
        return issue_annual_invoice(unit or self.unit, year=year, actor=self.me, on=self.at(when))

    def bill_years(self, when, *years):
        """One notice over several years."""
        return issue_years(self.unit, years=list(years), actor=self.me, on=self.at(when))

    def run(self, when, year=2026, **kwargs):
        """A whole dues run: drafted, issued, credit used, mails queued."""
        dues = draft_run(year=year, issued_on=self.at(when), actor=self.me, **kwargs)
        start_run(dues, actor=self.me)
        run_due()
        announce_runs()
        dues.refresh_from_db()
        return dues

    def pay(self, when, amount, unit=None, **kwargs):
        """Money that arrived."""
        kwargs.setdefault("payer_name", "某大学")
        institution = (unit or self.unit).institution
        return record_payment(institution=institution, amount=Decimal(amount), received_on=self.at(when), actor=self.me, **kwargs)

    def use(self, when, payment):
        """Its rest pays what is owed."""
        self.at(when)
        return use_credit(Payment.objects.get(pk=payment.pk), actor=self.me)

    def allocate(self, when, payment, invoice, amount):
        """A part of it for this notice."""
        self.at(when)
        return allocate(Payment.objects.get(pk=payment.pk), Invoice.objects.get(pk=invoice.pk), Decimal(amount), actor=self.me)

    def release(self, when, payment):
        """Undo what it pays."""
        self.at(when)
        for allocation in payment.allocations.filter(released_at=None):
            release_allocation(allocation, actor=self.me, reason="调整")

    def back(self, when, payment, kind="returned", amount=None, **kwargs):
        """Money that went back."""
        value = Decimal(amount) if amount else None
        fresh = Payment.objects.get(pk=payment.pk)
        return reverse_payment(fresh, actor=self.me, reason="退回", kind=kind, amount=value, on=self.at(when), **kwargs)

    def void(self, when, invoice):
        """A notice is void."""
        self.at(when)
        return void_invoice(Invoice.objects.get(pk=invoice.pk), actor=self.me, reason="开错")

    def credit(self, when, invoice, amount):
        """A credit note."""
        return credit_invoice(Invoice.objects.get(pk=invoice.pk), amount=Decimal(amount), reason="冲减", actor=self.me, on=self.at(when))

    def reduce(self, when, amount, year=2026, unit=None):
        """A reduction, approved by a second person where it must be."""
        self.at(when)
        adjustment = propose_adjustment(unit or self.unit, year=year, amount=Decimal(amount), reason="困难减免", actor=self.me)
        return approve_adjustment(adjustment, actor=self.other) if adjustment.state == "proposed" else adjustment

    def close(self, until, when):
        """Close the books."""
        self.at(when)
        return close_period(until=day(until), actor=self.me)

    def reopen(self, period):
        """Open them again."""
        return reopen_period(period, actor=self.me, reason="补录")

    # What the books say.

    def owed(self, on=END):
        """Receivables at the end of a day."""
        return sum((row[3] for row in receivables(on)[2]), Decimal("0.00"))

    def advance(self, on=END):
        """Received in advance at the end of a day."""
        return sum((row[3] for row in advances(on)[2]), Decimal("0.00"))

    def income(self, first=BEGIN, last=END):
        """Income booked in a time."""
        return sum((row[3] for row in income(first, last)[2]), Decimal("0.00"))

    def cash(self, first=BEGIN, last=END):
        """Money that came and stayed."""
        return sum((row[4] for row in cash(first, last)[2]), Decimal("0.00"))

    def books(self):
        """Owed, in advance, income, cash; the books are proved first: stored sums, double entry, assets against liabilities and income."""
        assert discrepancies() == []
        lines = journal(BEGIN, END)[2]
        assert sum(row[4] or 0 for row in lines) == sum(row[5] or 0 for row in lines)
        answer = tuple(str(value) for value in (self.owed(), self.advance(), self.income(), self.cash()))
        assert self.cash() + self.owed() == self.advance() + self.income()
        return answer


def travelling():
    """The clock that a desk moves."""
    return time_machine.travel(moment("2026-01-05 09:00"), tick=False)
