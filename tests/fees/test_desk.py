"""The clerk's pages around dues: runs, reported transfers, reports, reminders."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from alliance.common.jobs import run_due
from fees.models import DuesRun, Invoice, Payment, Voucher
from fees.selectors.reports import cash, income, journal, numbers, receivables
from fees.services.billing import issue_annual_invoice
from fees.services.credits import credit_invoice
from fees.services.invoices import dispute_invoice
from fees.services.payments import record_payment
from fees.services.vouchers import dismiss_voucher, pause_dunning
from members.enums import PersonRole
from notices.sources.dues import invoices_due
from tests.factories.common import pdf
from tests.factories.fees import ScheduleFactory
from tests.factories.members import AffiliationFactory, MembershipFactory, PersonFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 2)


@pytest.fixture
def unit():
    """A member with a liaison who can be written to."""
    ScheduleFactory()
    membership = MembershipFactory(joined_on=dt.date(2020, 5, 20))
    AffiliationFactory(institution=membership.institution, role=PersonRole.LIAISON, person=PersonFactory(email="liaison@example.edu.cn", with_user=True))
    return membership


def liaison_of(membership):
    return membership.institution.affiliations.get().person.user


def test_a_run_is_made_looked_at_and_issued_by_pages(unit, finance_officer):
    client = client_for(finance_officer)

    client.post(reverse("admin:fees_duesrun_new"), {"year": 2026, "issued_on": "2026-03-02"})
    run = DuesRun.objects.get()
    preview = client.get(reverse("admin:fees_duesrun_change", args=[run.pk])).text
    client.post(reverse("admin:fees_duesrun_start", args=[run.pk]))
    run_due()

    assert (unit.institution.name in preview, "¥2,000.00" in preview, Invoice.objects.get().run) == (True, True, run)


def test_the_unit_reports_a_transfer_and_finance_confirms_it(unit, finance_officer):
    issue_annual_invoice(unit, year=2026, actor=finance_officer, on=ON)
    values = {"paid_on": "2026-03-05", "amount": "２,０００", "payer_name": "苏州大学", "remark": "年费", "file": SimpleUploadedFile("凭证.pdf", pdf())}

    client_for(liaison_of(unit)).post(reverse("fees:report_transfer"), values)
    voucher = Voucher.objects.get()
    confirm = {"received_on": "2026-03-06", "amount": "2000", "payer_name": "苏州大学", "bank_serial": "S1"}
    client = client_for(finance_officer)
    for _press in range(2):
        client.post(reverse("admin:fees_voucher_confirm", args=[voucher.pk]), confirm)

    voucher.refresh_from_db()
    assert (voucher.state, voucher.amount, Payment.objects.get().bank_serial, Invoice.objects.get().state) == ("confirmed", Decimal("2000.00"), "S1", "settled")


def test_the_same_photo_is_one_transfer_and_finance_sees_when_another_unit_sends_it(unit, finance_officer):
    def report(membership, **values):
        sent = {"paid_on": "2026-03-05", "amount": "2000", "payer_name": "x", "file": SimpleUploadedFile("凭证.pdf", pdf())} | values
        return client_for(liaison_of(membership)).post(reverse("fees:report_transfer"), sent)

    second_unit = MembershipFactory()
    AffiliationFactory(institution=second_unit.institution, role=PersonRole.LIAISON, person=PersonFactory(email="other@example.edu.cn", with_user=True))
    report(unit)
    again = report(unit, amount="2001")
    report(second_unit)
    first, second = Voucher.objects.order_by("pk")
    page = client_for(finance_officer).get(reverse("admin:fees_voucher_confirm", args=[second.pk])).text

    assert ("¥2,000.00" in str(again.context["form"].errors["file"]), again.context["form"]["amount"].value()) == (True, "2001")
    assert (second.institution, "同一份文件" in page, first.institution.name in page) == (second_unit.institution, True, True)


def test_a_dismissed_photo_can_be_sent_again(unit, finance_officer):
    values = {"paid_on": "2026-03-05", "amount": "2000", "payer_name": "x"}
    client = client_for(liaison_of(unit))
    client.post(reverse("fees:report_transfer"), values | {"file": SimpleUploadedFile("凭证.pdf", pdf())})
    dismiss_voucher(Voucher.objects.get(), actor=finance_officer, reason="金额有误")

    client.post(reverse("fees:report_transfer"), values | {"file": SimpleUploadedFile("凭证.pdf", pdf())})

    assert [voucher.state for voucher in Voucher.objects.order_by("pk")] == ["dismissed", "new"]


def test_the_voucher_is_read_by_the_unit_and_staff_only(unit, finance_officer, stranger):
    values = {"paid_on": "2026-03-05", "amount": "2000", "payer_name": "x", "file": SimpleUploadedFile("凭证.pdf", pdf())}
    client_for(liaison_of(unit)).post(reverse("fees:report_transfer"), values)
    address = Voucher.objects.get().file.get_absolute_url()

    assert [client_for(user).get(address).status_code for user in (liaison_of(unit), finance_officer, stranger)] == [200, 200, 404]


def test_a_dismissed_voucher_shows_the_unit_why(unit, finance_officer):
    client_for(liaison_of(unit)).post(reverse("fees:report_transfer"), {"paid_on": "2026-03-05", "amount": "2000", "payer_name": "x"})

    client_for(finance_officer).post(reverse("admin:fees_voucher_dismiss", args=[Voucher.objects.get().pk]), {"reason": "未见到账"})

    assert "未见到账" in client_for(liaison_of(unit)).get(reverse("fees:dues")).text


def test_one_mail_to_a_unit_with_all_that_is_late(unit, finance_officer):
    old = issue_annual_invoice(unit, year=2025, actor=finance_officer, on=dt.date(2025, 3, 2))
    new = issue_annual_invoice(unit, year=2026, actor=finance_officer, on=ON)

    (due,) = invoices_due(new.due_on + dt.timedelta(days=15), 15, {})

    assert (due.context["invoices"], due.context["total"], len(due.attachments())) == ([old, new], Decimal("4000.00"), 2)


@pytest.mark.parametrize("reason", ["paused", "disputed", "paid"])
def test_nothing_goes_to_who_pauses_disputes_or_has_paid(unit, finance_officer, reason):
    invoice = issue_annual_invoice(unit, year=2026, actor=finance_officer, on=ON)
    if reason == "paused":
        pause_dunning(unit.institution, until=dt.date(2027, 1, 1), reason="校内审批", actor=finance_officer)
    elif reason == "disputed":
        dispute_invoice(invoice, actor=finance_officer, text="金额", on=ON)
    else:
        record_payment(institution=unit.institution, amount=Decimal(2000), received_on=ON, payer_name="x", actor=finance_officer)

    assert list(invoices_due(invoice.due_on + dt.timedelta(days=15), 15, {})) == []


def test_the_reports_agree_with_each_other_to_the_fen(unit, finance_officer):
    invoice = issue_annual_invoice(unit, year=2026, actor=finance_officer, on=ON)
    record_payment(institution=unit.institution, amount=Decimal("1234.56"), received_on=dt.date(2026, 4, 1), payer_name="x", actor=finance_officer)
    credit_invoice(invoice, amount=Decimal(100), reason="优惠", actor=finance_officer, on=dt.date(2026, 5, 1))
    first, last = dt.date(2026, 1, 1), dt.date(2026, 12, 31)

    owed = sum(row[3] for row in receivables(last)[2])
    billed = sum(row[3] for row in income(first, last)[2])
    came = sum(row[4] for row in cash(first, last)[2])
    lines = journal(first, last)[2]

    assert (owed, billed, came) == (Decimal("665.44"), Decimal("1900.00"), Decimal("1234.56"))
    assert sum(row[4] or 0 for row in lines) == sum(row[5] or 0 for row in lines)
    assert sum((row[4] or 0) - (row[5] or 0) for row in lines if row[2] == "1121") == owed
    assert [row[0] for row in numbers(2026)[2]] == ["HC2026-0001", "JF2026-0001"]


def test_receivables_are_those_of_the_day_asked_for(unit, finance_officer):
    issue_annual_invoice(unit, year=2026, actor=finance_officer, on=ON)
    record_payment(institution=unit.institution, amount=Decimal(2000), received_on=dt.date(2026, 4, 1), payer_name="x", actor=finance_officer)

    assert [sum(row[3] for row in receivables(day)[2]) for day in (dt.date(2026, 3, 1), dt.date(2026, 3, 31), dt.date(2026, 4, 1))] == [0, 2000, 0]


def test_the_workbook_has_a_sheet_for_each_report(unit, finance_officer):
    issue_annual_invoice(unit, year=2026, actor=finance_officer, on=ON)

    answer = client_for(finance_officer).post(reverse("admin:fees_invoice_reports"), {"first": "2026-01-01", "last": "2026-12-31", "xlsx": "1"})

    assert load_workbook(io.BytesIO(answer.content)).sheetnames == [
        "应收账款",
        "账龄",
        "会费收入",
        "按月收款",
        "预收款",
        "减免",
        "编号连续性",
        "已开编号",
        "会计分录",
    ]


def test_the_explanation_stands_on_a_page(unit, finance_officer):
    answer = client_for(finance_officer).post(reverse("admin:fees_invoice_explain"), {"institution": unit.institution_id, "first": 2025, "last": 2027})

    assert [str(year.year) for year in answer.context["years"]] == ["2025", "2026", "2027"]
