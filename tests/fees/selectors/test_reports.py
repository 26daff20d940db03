"""The year's reports."""

import datetime as dt
from decimal import Decimal

import pytest

from fees.selectors.reports import reductions
from fees.services.adjustments import propose_adjustment
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
