"""The lists ask the same few questions whatever their length, and their files hold numbers that add up."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from fees.models import Adjustment, CreditProposal, DunningPause, Fapiao, FapiaoRequest, Learnt, Refund, Voucher
from fees.services.credits import credit_invoice
from tests.factories.fees import InvoiceFactory, PaymentFactory, ScheduleFactory
from tests.factories.members import StaffFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 20)


def refund(actor):
    Refund.objects.create(payment=PaymentFactory(), amount=10, reason="多付", payee_name="x", asked_by=actor)


def proposal(actor):
    CreditProposal.objects.create(invoice=InvoiceFactory(), amount=900, reason="冲减", proposed_by=actor)


def note(actor):
    credit_invoice(InvoiceFactory(), amount=Decimal(10), reason="冲减", actor=actor, on=ON)


def adjustment(actor):
    Adjustment.objects.create(membership=InvoiceFactory().membership, year=2027, amount=500, reason="x", proposed_by=actor)


def voucher(actor):
    Voucher.objects.create(institution=InvoiceFactory().institution, paid_on=ON, amount=10, payer_name="x", uploaded_by=actor)


def request(actor):
    unit = InvoiceFactory().institution
    FapiaoRequest.objects.create(institution=unit, title=unit.name, tax_number="x", amount=10, email="a@b.cn", requested_by=actor)


def fapiao(actor):
    Fapiao.objects.create(number=f"{Fapiao.objects.count():020d}", total=10, read_by="xml", imported_by=actor)


def pause(actor):
    DunningPause.objects.create(institution=InvoiceFactory().institution, until=ON, reason="x", made_by=actor)


def learnt(actor):
    Learnt.objects.create(kind="payer", key=str(Learnt.objects.count()), institution=InvoiceFactory().institution, learnt_by=actor)


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(
    ("name", "make", "queries"),
    [
        ("refund", refund, 6),
        ("creditproposal", proposal, 6),
        ("creditnote", note, 6),
        ("adjustment", adjustment, 7),
        ("voucher", voucher, 6),
        ("fapiaorequest", request, 6),
        ("fapiao", fapiao, 6),
        ("dunningpause", pause, 6),
        ("learnt", learnt, 6),
        ("payment", lambda actor: PaymentFactory(), 6),
        ("invoice", lambda actor: InvoiceFactory(), 10),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_list_asks_the_same_few_questions_however_long(name, make, queries, rows, finance_officer, django_assert_num_queries):
    ScheduleFactory()
    for _number in range(rows):
        make(StaffFactory())
    client, page = client_for(finance_officer), reverse(f"admin:fees_{name}_changelist")
    client.get(page)

    with django_assert_num_queries(queries):
        shown = client.get(page)
    assert shown.context["cl"].result_count == rows


def test_a_file_holds_amounts_as_numbers_where_the_page_shows_money(finance_officer):
    PaymentFactory(amount=Decimal("1234.50"))
    client, page = client_for(finance_officer), reverse("admin:fees_payment_changelist")

    shown = client.get(page).content.decode()
    book = load_workbook(io.BytesIO(client.get(page, {"export": "xlsx"}).content)).active
    text = list(csv.reader(io.StringIO(client.get(page, {"export": "csv"}).content.decode("utf-8-sig"))))

    assert "¥1,234.50" in shown
    assert ([cell.value for cell in book[2]][3:5], text[1][3:5]) == ([1234.5, 1234.5], ["1234.50", "1234.50"])
