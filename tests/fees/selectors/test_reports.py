"""The year's reports."""

import datetime as dt
from decimal import Decimal

import pytest

from fees.selectors.reports import income, reductions
from fees.services.adjustments import propose_adjustment
from fees.services.billing import issue_years
from fees.services.credits import credit_invoice
from tests.factories.fees import InvoiceFactory, ScheduleFactory
from tests.factories.members import MembershipFactory


@pytest.mark.django_db
def test_a_waiver_by_credit_note_stands_among_the_reductions_once(finance_officer):
    ScheduleFactory()
    membership = MembershipFactory()
    propose_adjustment(membership, year=2031, amount=Decimal(100), reason="首年优惠", actor=finance_officer)
    noted = InvoiceFactory(membership=membership, year=2030)
    note = credit_invoice(noted, amount=Decimal(50), reason="补差", actor=finance_officer, on=dt.date(2030, 5, 6))

    _title, header, rows = reductions(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
    _title, _header, before = reductions(dt.date(2000, 1, 1), dt.date(2030, 5, 5))

    assert len(header) == 6
    assert [(year, amount, reason) for _unit, year, amount, reason, *_who in rows] == [
        (2030, Decimal(50), f"{note.number} 补差"),
        (2031, Decimal(100), "首年优惠"),
    ]
    assert {who for *_rest, by, approved in rows for who in (by, approved)} == {finance_officer.name}
    # The note has its own day; the reduction was decided when it was entered.
    assert [reason for _unit, _year, _amount, reason, *_who in before] == ["首年优惠"]


@pytest.mark.django_db
def test_a_credit_note_lowers_the_income_of_the_years_and_tiers_it_was_given_for(finance_officer):
    ScheduleFactory(effective_from_year=2018)
    membership = MembershipFactory()
    invoice = issue_years(membership, years=[2030, 2031], actor=finance_officer, on=dt.date(2030, 3, 1))
    credit_invoice(invoice, amount=Decimal("333.33"), reason="补差", actor=finance_officer, on=dt.date(2030, 5, 6))

    _title, _header, rows = income(dt.date(2030, 1, 1), dt.date(2030, 12, 31))

    tier = membership.tiers.get().tier.name
    assert [(year, name, amount) for year, _kind, name, amount in rows if amount < 0] == [(2030, tier, Decimal("-166.67")), (2031, tier, Decimal("-166.66"))]
    assert sum(amount for *_rest, amount in rows) == invoice.total - Decimal("333.33")
