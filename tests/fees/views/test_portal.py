"""The unit's dues: what it sees, what it downloads, and that it costs the same number of queries with one notice as with thirty."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pdfplumber
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.common import documents
from fees.services.payments import record_payment
from members.selectors.memberships import membership_of
from tests.factories.fees import InvoiceFactory, PaymentFactory
from tests.support import moment

needs_pango = pytest.mark.skipif(not documents.available(), reason="no Pango on this machine")


@pytest.fixture(autouse=True)
def in_march():
    """It is 20 March 2026."""
    with time_machine.travel(moment("2026-03-20 09:00")):
        yield


@pytest.fixture
def unit(liaison):
    """The liaison's institution."""
    return liaison.person.affiliations.get().institution


def text_of(response):
    """The text of a PDF, without line breaks."""
    with pdfplumber.open(BytesIO(response.content)) as pdf:
        return "".join(page.extract_text() for page in pdf.pages).replace("\n", "")


@pytest.mark.django_db
def test_the_page_says_what_to_pay_where_and_with_which_remark(liaison, unit, client_for):
    invoice = InvoiceFactory(membership=membership_of(unit), year=2026)

    page = client_for(liaison).get(reverse("fees:dues"))

    assert page.context["total"] == Decimal("2000.00")
    for text in ("西交利物浦大学", "民生银行苏州分行", "691911524", invoice.remark, "¥2,000.00", "2026年3月31日"):
        assert text in page.content.decode()


@pytest.mark.django_db
def test_after_an_overpayment_it_shows_the_credit_and_what_the_money_was_used_for(liaison, unit, finance_officer, client_for):
    InvoiceFactory(membership=membership_of(unit))
    record_payment(institution=unit, amount=Decimal(2500), received_on=dt.date(2026, 3, 12), payer_name="校财务处", actor=finance_officer)

    page = client_for(liaison).get(reverse("fees:dues"))

    assert (page.context["owed"], page.context["credit"]) == ([], Decimal("500.00"))
    assert "JF2026-0001 (¥2,000.00)" in page.content.decode()


@pytest.mark.django_db
def test_the_overview_has_a_card_while_something_is_owed(liaison, unit, client_for):
    client = client_for(liaison)
    before = client.get(reverse("portal:overview")).content.decode()
    invoice = InvoiceFactory(membership=membership_of(unit))

    after = client.get(reverse("portal:overview")).content.decode()

    assert (invoice.number in before, invoice.number in after) == (False, True)


@pytest.mark.django_db
@needs_pango
def test_the_notice_carries_number_words_bank_data_and_remark(liaison, unit, client_for):
    invoice = InvoiceFactory(membership=membership_of(unit), total=Decimal("5000.00"))

    response = client_for(liaison).get(reverse("fees:invoice_pdf", args=[invoice.pk]))

    text = text_of(response)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store, private"
    for part in ("缴费通知单", "JF2026-0001", "人民币伍仟元整", "¥5,000.00", "691911524", "民生银行苏州分行", invoice.remark, "0512-81884942", "2026年3月31日"):
        assert part in text


@pytest.mark.django_db
@needs_pango
def test_the_same_notice_is_printed_the_same_again(liaison, unit, client_for):
    address = reverse("fees:invoice_pdf", args=[InvoiceFactory(membership=membership_of(unit)).pk])
    client = client_for(liaison)

    assert client.get(address).content == client.get(address).content


@pytest.mark.django_db
@needs_pango
def test_a_receipt_exists_once_all_is_paid(liaison, unit, finance_officer, client_for):
    invoice = InvoiceFactory(membership=membership_of(unit))
    client, address = client_for(liaison), reverse("fees:receipt_pdf", args=[invoice.pk])
    assert client.get(address).status_code == 404
    record_payment(institution=unit, amount=Decimal(2000), received_on=dt.date(2026, 3, 12), payer_name="校财务处", remark="年费", actor=finance_officer)

    text = text_of(client.get(address))

    for part in ("缴费确认单", invoice.number, "2026年3月12日", "校财务处", "人民币贰仟元整", "不作为报销凭证"):
        assert part in text


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_the_page_costs_the_same_whatever_the_history(liaison, unit, finance_officer, client_for, count):
    membership = membership_of(unit)
    for position in range(count):
        InvoiceFactory(membership=membership, year=2026 + position, issued_on=dt.date(2026, 3, 1))
        PaymentFactory(institution=unit, entered_by=finance_officer)
    client = client_for(liaison)
    client.get(reverse("fees:dues"))

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("fees:dues"))

    assert len(queries) == DUES_QUERIES


DUES_QUERIES = 13
