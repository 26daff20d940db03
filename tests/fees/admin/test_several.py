"""One transfer for several units, as the clerk types it: what is wrong is said at its place and nothing is lost or half recorded."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from fees.forms.payments import SeveralUnitsForm
from fees.models import Payment
from tests.factories.fees import InvoiceFactory
from tests.support import client_for, timeline

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:fees_payment_several")


@pytest.fixture
def units():
    """Three units that owe 2,000 yuan each."""
    return [InvoiceFactory().institution for _number in range(3)]


def typed(amount, *rows, **values):
    """The form as filled in: `rows` of unit and part."""
    filled = {"received_on": "2026-03-12", "amount": amount, "payer_name": "省高师培训中心", "remark": "三校年费", "bank_serial": "S1", "token": uuid.uuid4()}
    for number, (unit, share) in enumerate(rows, start=1):
        filled |= {f"unit_{number}": unit.pk if unit else "", f"share_{number}": share}
    return filled | values


def test_each_unit_gets_its_part_and_owes_nothing_any_more(units, finance_officer):
    page = client_for(finance_officer).post(PAGE, typed("6,000", *[(unit, "2000") for unit in units]), follow=True)

    made = list(Payment.objects.order_by("pk"))
    assert [(payment.institution, payment.amount, payment.left, payment.bank_serial) for payment in made] == [
        (unit, Decimal("2000.00"), Decimal("0.00"), f"S1/{number}") for number, unit in enumerate(units, start=1)
    ]
    assert all(unit.name in page.content.decode() for unit in units)
    assert [action for action, _who in timeline(made[0])] == ["payment.recorded", "payment.allocated", "invoice.settled"]


def test_sent_twice_it_is_recorded_once(units, finance_officer):
    form, client = typed("4000", (units[0], "2000"), (units[1], "2000")), client_for(finance_officer)

    client.post(PAGE, form)
    client.post(PAGE, form)

    assert Payment.objects.count() == 2


@pytest.mark.parametrize(
    ("amount", "rows", "field", "words"),
    [
        ("4000", [(0, "2000"), (1, "1999.99")], "amount", "¥3,999.99"),
        ("4000", [(0, "2000"), (0, "2000")], "unit_2", "该单位已填写过。"),
        ("4000", [(0, "2000"), (1, "2000"), (None, "1")], "unit_3", "请选择这一份属于哪个单位。"),
        ("4000", [(0, "2000"), (1, "2000"), (2, "")], "share_3", "请填写该单位所占金额。"),
        ("4000", [(0, "4000")], "unit_2", "这个字段是必填项。"),
        ("4000", [(0, "5000"), (1, "-1000")], "share_2", "0.01"),
    ],
    ids=["parts that do not add up", "a unit twice", "a part of nobody", "a unit without part", "one unit only", "a part below nothing"],
)
def test_what_is_wrong_is_said_at_its_place_and_what_was_typed_stays(units, finance_officer, amount, rows, field, words):
    sent = typed(amount, *[(units[number] if number is not None else None, share) for number, share in rows])

    page = client_for(finance_officer).post(PAGE, sent)
    form = page.context["form"]

    assert isinstance(form, SeveralUnitsForm)
    assert (page.status_code, list(form.errors), words in str(form.errors[field])) == (
        200,
        [field] if field != "unit_2" or len(rows) > 1 else ["unit_2", "share_2"],
        True,
    )
    assert (Payment.objects.count(), form["share_1"].value()) == (0, rows[0][1])


def test_a_serial_number_that_is_known_records_nothing_for_anybody(units, finance_officer):
    client = client_for(finance_officer)
    client.post(PAGE, typed("4000", (units[1], "2000"), (units[2], "2000")))

    page = client.post(PAGE, typed("4000", (units[0], "2000"), (units[1], "2000")))

    assert (page.status_code, Payment.objects.count(), page.context["form"]["payer_name"].value()) == (200, 2, "省高师培训中心")
