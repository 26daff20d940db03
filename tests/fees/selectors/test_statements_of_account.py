"""The statement of account: every entry with the balance after it."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fees.models import Invoice
from fees.selectors.statements_of_account import account_of
from members.enums import PersonRole
from tests.factories.members import AffiliationFactory, PersonFactory
from tests.fees.accountant import Desk, day, travelling
from tests.support import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with travelling() as clock:
        yield Desk(clock)


def rows(desk, on="2099-12-31"):
    """Day, billed, paid, balance."""
    account = account_of(desk.unit.institution, day(on))
    return [(str(entry.day), entry.billed, entry.paid, str(entry.balance)) for entry in account.entries]


def test_billed_paid_credited_voided_returned_each_on_its_day(desk):
    first = desk.bill("2025-03-03", 2025)
    desk.void("2025-03-05", first)
    second = desk.bill("2026-03-02")
    desk.credit("2026-03-10", second, "100")
    payment = desk.pay("2026-04-01", "2500")
    desk.back("2026-05-01", payment, "refund", "600")

    assert rows(desk) == [
        ("2025-03-03", Decimal("2000.00"), None, "2000.00"),
        ("2025-03-05", Decimal("-2000.00"), None, "0.00"),
        ("2026-03-02", Decimal("2000.00"), None, "2000.00"),
        ("2026-03-10", Decimal("-100.00"), None, "1900.00"),
        ("2026-04-01", None, Decimal("2500.00"), "-600.00"),
        ("2026-05-01", None, Decimal("-600.00"), "0.00"),
    ]


def test_the_balance_is_what_is_owed_less_what_is_in_advance(desk):
    desk.bill("2025-03-03", 2025)
    desk.bill("2026-03-02")
    desk.pay("2026-04-01", "1234.56")

    account = account_of(desk.unit.institution, day("2026-12-31"))

    assert (account.balance, account.billed, account.paid, sum(account.ages)) == (
        Decimal("2765.44"),
        Decimal("4000.00"),
        Decimal("1234.56"),
        Decimal("2765.44"),
    )


def test_a_transfer_for_two_units_stands_in_both_accounts(desk):
    second = desk.member()
    desk.run("2026-03-02")
    payment = desk.pay("2026-03-10", "4000")
    desk.allocate("2026-03-10", payment, Invoice.objects.get(membership=second), "2000")

    assert [account_of(unit.institution, day("2026-12-31")).balance for unit in (desk.unit, second)] == [0, 0]
    assert second.institution.name in account_of(desk.unit.institution, day("2026-12-31")).entries[-1].text


def test_as_of_a_day_only_what_had_happened(desk):
    desk.bill("2026-03-02")
    desk.pay("2026-04-01", "2000")

    assert [len(rows(desk, text)) for text in ("2026-03-01", "2026-03-31", "2026-04-01")] == [0, 1, 2]


@pytest.mark.parametrize("years", [1, 8])
def test_the_page_asks_the_same_few_questions_however_long_the_history(desk, years):
    AffiliationFactory(institution=desk.unit.institution, role=PersonRole.LIAISON, person=PersonFactory(email="l@x.edu.cn", with_user=True))
    for year in range(2026 - years, 2026):
        desk.bill(f"{year}-03-04", year)
        desk.pay(f"{year}-04-01", "2000")
    client = client_for(desk.unit.institution.affiliations.get().person.user)
    client.get(reverse("fees:account"))

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse("fees:account"))

    assert (len(answer.context["account"].entries), len(queries)) == (2 * years, 9)


@pytest.mark.parametrize("text", ["nonsense", "2026-02-31", ""])
def test_a_day_that_is_none_is_today(desk, text):
    AffiliationFactory(institution=desk.unit.institution, role=PersonRole.LIAISON, person=PersonFactory(email="l@x.edu.cn", with_user=True))

    answer = client_for(desk.unit.institution.affiliations.get().person.user).get(reverse("fees:account"), {"on": text})

    assert answer.context["on"] == day("2026-01-05")
