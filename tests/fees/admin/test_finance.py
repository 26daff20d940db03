"""The finance start page, the reminders' page, allocation by hand, the explanation by address, the journal as CSV."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from fees.models import Allocation, FapiaoRequest, LedgerAccount
from fees.selectors.finance import collected_by_month, collected_by_tier, fapiaos_ahead
from fees.services.schedules import ensure_accounts
from tests.factories.common import OutboxMessageFactory
from tests.factories.fees import AllocationFactory, InvoiceFactory, PaymentFactory, ScheduleFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["finance", "dunning"])
def test_the_page_asks_as_much_for_thirty_units_as_for_one(page, finance_officer):
    client, address = client_for(finance_officer), reverse(f"admin:fees_invoice_{page}")
    ScheduleFactory()
    counts = []
    for rows in (1, 29):
        for _n in range(rows):
            invoice = InvoiceFactory()
            PaymentFactory(institution=invoice.institution)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_reminders_that_the_page_has_no_room_for_are_a_link_away(finance_officer):
    OutboxMessageFactory.create_batch(31, template="notices/mail/invoice_due")
    client = client_for(finance_officer)

    page = html.fromstring(client.get(reverse("admin:fees_invoice_dunning")).text)
    (link,) = page.xpath("//a[text()='全部已发出的会费提醒']/@href")

    assert len(page.xpath("//table[.//a[contains(@href, '/outboxmessage/')]]/tbody/tr")) == 30
    assert client.get(link).context["cl"].result_count == 31


def test_the_charts_add_up_to_what_was_billed():
    for due in ("2026-04-01", "2026-04-15", "2026-06-01"):
        InvoiceFactory(issued_on=dt.date(2026, 3, 1), due_on=dt.date.fromisoformat(due))
    AllocationFactory(invoice=InvoiceFactory(issued_on=dt.date(2026, 3, 1), due_on=dt.date(2026, 6, 30)), amount=500)

    months = {label: (paid, owed) for label, paid, owed in collected_by_month(2026) if paid or owed}

    assert months == {"4": (0, 4000), "6": (500, 3500)}
    assert [sum(row[column] for row in collected_by_tier(2026)) for column in (1, 2)] == [500, 7500]


def test_a_fapiao_that_is_out_before_the_money_is_followed_up(finance_officer):
    invoice = InvoiceFactory()
    request = FapiaoRequest.objects.create(
        institution=invoice.institution, title="x", tax_number="x", amount=2000, email="x@x.cn", requested_by=finance_officer
    )
    request.invoices.add(invoice)
    FapiaoRequest.objects.filter(pk=request.pk).update(state="issued")
    before = [(row.request, row.owed) for row in fapiaos_ahead(dt.date(2026, 5, 1))]

    AllocationFactory(invoice=invoice)

    assert (before, fapiaos_ahead(dt.date(2026, 5, 1))) == ([(request, Decimal("2000.00"))], [])


def test_a_part_of_a_payment_is_allocated_by_hand_also_to_another_unit(finance_officer):
    payment, other = PaymentFactory(amount=3000), InvoiceFactory()
    client = client_for(finance_officer)
    address = reverse("admin:fees_payment_allocate", args=[payment.pk])

    too_much = client.post(address, {"invoice": other.pk, "amount": "2000.01"})
    client.post(address, {"invoice": other.pk, "amount": "１,５００"})

    assert (too_much.status_code, Allocation.objects.get().amount, Allocation.objects.get().invoice) == (200, Decimal("1500.00"), other)


def test_what_a_unit_owes_2025_to_2028_and_why_is_an_address(finance_officer):
    ScheduleFactory()
    invoice = InvoiceFactory(year=2026)

    answer = client_for(finance_officer).get(reverse("admin:fees_invoice_explain"), {"institution": invoice.institution_id, "first": 2025, "last": 2028})

    assert ([year.year for year in answer.context["years"]], answer.context["totals"]["owed"]) == ([2025, 2026, 2027, 2028], Decimal("2000.00"))


def test_the_journal_goes_out_on_the_accounts_that_finance_has_set(finance_officer):
    ensure_accounts()
    LedgerAccount.objects.filter(role="receivable").update(code="112201", name="应收账款-联盟")
    InvoiceFactory()

    answer = client_for(finance_officer).post(reverse("admin:fees_invoice_reports"), {"first": "2026-01-01", "last": "2026-12-31", "csv": "1"})

    text = answer.content.decode("utf-8-sig")
    assert ("112201,应收账款-联盟,2000.00" in text, answer.headers["Content-Type"]) == (True, "text/csv; charset=utf-8")


def test_the_accounts_are_made_once(db):
    assert (ensure_accounts(), ensure_accounts()) == (7, 0)
