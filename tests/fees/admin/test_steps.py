"""The clerk's pages: amounts as people type them, too much and too little explained before it is booked, two clicks are one payment."""

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fees.forms.fields import AmountField
from fees.models import Invoice, Payment, Reversal
from members.enums import MembershipStatus, PersonRole
from members.models import Membership
from tests.factories.fees import AllocationFactory, InvoiceFactory, PaymentFactory, ScheduleFactory
from tests.factories.members import AffiliationFactory, InstitutionFactory, MembershipFactory
from tests.support import moment


@pytest.fixture(autouse=True)
def in_march():
    """It is 20 March 2026."""
    with time_machine.travel(moment("2026-03-20 09:00")):
        yield


@pytest.fixture
def clerk(finance_officer, client_for):
    """A finance officer's browser."""
    return client_for(finance_officer)


def typed(**values):
    """The form as filled in."""
    return {
        "received_on": "2026-03-12",
        "amount": "2000",
        "payer_name": "某大学",
        "remark": "年费",
        "bank_serial": "",
        "token": uuid.uuid4(),
        "seen": "",
    } | values


def step(name, record):
    """The address of a step."""
    return reverse(f"admin:fees_{record._meta.model_name}_{name}", args=[record.pk])


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2000", "2000"),
        ("２０００．５０", "2000.50"),
        (" ¥2,000.00 元 ", "2000.00"),
        ("￥２，０００", "2000"),
        ("2 000", "2000"),
        ("0.01", "0.01"),
    ],
)
def test_amounts_as_people_type_them(text, amount):
    assert AmountField().clean(text) == Decimal(amount)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "0", "-1", "abc", "1.005", "NaN", "Infinity", "9" * 40, "1e5e5", "😀", "二千"])
def test_what_is_no_amount_is_said_at_the_field(text, clerk):
    invoice = InvoiceFactory()

    page = clerk.post(step("payment", invoice), typed(amount=text))

    assert list(page.context["form"].errors) == ["amount"]
    assert Payment.objects.count() == 0


@pytest.mark.django_db
def test_the_exact_amount_is_booked_at_once_and_makes_a_member(clerk):
    invoice = InvoiceFactory(entry=True, membership=MembershipFactory(pending=True), total=Decimal("5000.00"))

    answer = clerk.post(step("payment", invoice), typed(amount="５０００"))

    payment = Payment.objects.get()
    assert answer.url == reverse("admin:fees_payment_change", args=[payment.pk])
    assert (Invoice.objects.get().state, payment.left) == ("settled", Decimal("0.00"))
    assert Membership.objects.get().status == MembershipStatus.ACTIVE


@pytest.mark.django_db
@pytest.mark.parametrize(("amount", "rest", "still_owed"), [("2500", "500.00", "0.00"), ("500", "0.00", "1500.00")])
def test_too_much_and_too_little_are_shown_before_they_are_booked(clerk, amount, rest, still_owed):
    invoice = InvoiceFactory()
    form = typed(amount=amount)

    page = clerk.post(step("payment", invoice), form)

    assert (page.context["proposal"].rest, page.context["proposal"].still_owed) == (Decimal(rest), Decimal(still_owed))
    assert Payment.objects.count() == 0
    seen = re.search(r'name="seen" value="([^"]*)"', page.content.decode())[1]
    clerk.post(step("payment", invoice), form | {"seen": seen})
    assert Payment.objects.get().left == Decimal(rest)


@pytest.mark.django_db
def test_another_amount_than_the_one_seen_is_shown_again(clerk):
    invoice = InvoiceFactory()

    page = clerk.post(step("payment", invoice), typed(amount="2600", seen="2500"))

    assert page.context["proposal"].rest == Decimal("600.00")
    assert Payment.objects.count() == 0


@pytest.mark.django_db
def test_the_same_form_from_two_tabs_is_one_payment(clerk):
    invoice, form = InvoiceFactory(), typed()

    first, second = [clerk.post(step("payment", invoice), form) for _ in range(2)]

    assert first.url == second.url
    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_a_known_serial_number_and_a_day_to_come_are_refused_at_their_fields(clerk):
    invoice = InvoiceFactory()
    PaymentFactory(bank_serial="CMBC-1")

    serial = clerk.post(step("payment", invoice), typed(bank_serial="ＣＭＢＣ-1"))
    tomorrow = clerk.post(step("payment", invoice), typed(received_on="2026-03-21"))

    assert list(serial.context["form"].errors) == ["bank_serial"]
    assert list(tomorrow.context["form"].errors) == ["received_on"]
    assert serial.context["form"]["payer_name"].value() == "某大学"


@pytest.mark.django_db
def test_a_payment_without_a_notice_is_entered_for_a_unit(clerk):
    institution = MembershipFactory().institution
    form = typed(institution=institution.pk, amount="100")
    address = reverse("admin:fees_payment_record")

    shown = clerk.post(address, form)
    clerk.post(address, form | {"seen": "100"})

    assert shown.context["proposal"].rest == Decimal("100.00")
    assert (Payment.objects.get().institution, Payment.objects.get().left) == (institution, Decimal("100.00"))


@pytest.mark.django_db
def test_credit_is_used_for_a_later_notice(clerk):
    payment = PaymentFactory(amount=Decimal("3000.00"))
    invoice = InvoiceFactory(membership=MembershipFactory(institution=payment.institution))

    clerk.post(step("credit", payment))

    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.state, payment.left) == ("settled", Decimal("1000.00"))


@pytest.mark.django_db
def test_voiding_wants_a_reason_and_no_money(clerk):
    invoice = InvoiceFactory()
    paid = AllocationFactory(amount=Decimal("1.00")).invoice

    without = clerk.post(step("void", invoice), {"reason": " "})
    with_money = clerk.post(step("void", paid), {"reason": "开错"})
    clerk.post(step("void", invoice), {"reason": "开错"})
    again = clerk.post(step("void", invoice), {"reason": "开错"})

    assert list(without.context["form"].errors) == ["reason"]
    assert with_money.context["form"].non_field_errors()
    assert again.context["form"].non_field_errors()
    assert [i.state for i in Invoice.objects.order_by("pk")] == ["void", "part_paid"]


@pytest.mark.django_db
def test_money_goes_back_in_part(clerk):
    payment = AllocationFactory().payment

    clerk.post(step("reverse", payment), {"kind": "refund", "on": "2026-03-18", "amount": "５００", "reason": "多付"})

    entry = Reversal.objects.get()
    assert (entry.amount, entry.reversed_on, entry.kind) == (Decimal("500.00"), dt.date(2026, 3, 18), "refund")
    assert Invoice.objects.get().paid == Decimal("1500.00")


@pytest.mark.django_db
def test_an_allocation_is_undone_from_the_payments_page(clerk):
    allocation = AllocationFactory()
    address = reverse("admin:fees_allocation_release", args=[allocation.pk])
    assert address in clerk.get(reverse("admin:fees_payment_change", args=[allocation.payment_id])).content.decode()

    clerk.post(address, {"reason": "分错了"})

    assert Invoice.objects.get().state == "open"


@pytest.mark.django_db
def test_a_notice_is_sent_again_from_its_page(clerk, outbox_for):
    invoice = InvoiceFactory()
    nobody = clerk.post(step("resend", invoice))
    AffiliationFactory(institution=invoice.institution, role=PersonRole.FINANCE)

    clerk.post(step("resend", invoice))

    assert nobody.context["form"].non_field_errors()
    assert len(outbox_for(invoice)) == 1


@pytest.mark.django_db
def test_an_amount_outside_the_charter_is_saved_with_a_warning(clerk):
    schedule = ScheduleFactory()
    row = schedule.amounts.get()
    form = {
        "entry_fee": "3000", "due_days": "30", "grace_days": "30", "membership_year": "calendar", "late_joining": "full", "second_approval_above": "500", "credit_approval_above": "500", "annual_minimum": "2000", "annual_maximum": "5000", "clause": "", "note": "",
        "active_from": "settled", "suspend_after_days": "60", "remove_after_days": "180", "stale_statement_days": "14",
        "amounts-TOTAL_FORMS": "1", "amounts-INITIAL_FORMS": "1", "amounts-0-id": row.pk, "amounts-0-schedule": schedule.pk,
        "amounts-0-tier": row.tier_id, "amounts-0-amount": "1999.99",
    }  # fmt: skip

    page = clerk.post(reverse("admin:fees_feeschedule_change", args=[schedule.pk]), form, follow=True)

    row.refresh_from_db()
    assert row.amount == Decimal("1999.99")
    assert "¥1,999.99" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("query", "numbers"), [("", 4), ("?state=open", 2), ("?state=overdue", 1), ("?state=settled", 1), ("?state=void", 1)])
def test_the_list_filters_by_state(clerk, finance_officer, query, numbers):
    InvoiceFactory()
    InvoiceFactory(issued_on=dt.date(2026, 1, 1))
    AllocationFactory()
    from fees.services.invoices import void_invoice

    void_invoice(InvoiceFactory(), actor=finance_officer, reason="x")

    page = clerk.get(reverse("admin:fees_invoice_changelist") + query)

    assert page.context["cl"].result_count == numbers


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(("name", "queries"), [("fees_invoice_changelist", 10), ("fees_payment_changelist", 6)])
def test_lists_cost_the_same_whatever_their_length(clerk, finance_officer, count, name, queries):
    for _ in range(count):
        AllocationFactory(payment=PaymentFactory(institution=InstitutionFactory(), amount=Decimal("2000.00"), entered_by=finance_officer))
    clerk.get(reverse(f"admin:{name}"))

    with CaptureQueriesContext(connection) as captured:
        clerk.get(reverse(f"admin:{name}"))

    assert len(captured) == queries
