"""From a unit's request to the fapiao in its mail: by pages and services."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from fees.fapiao_files.reading import FapiaoFile
from fees.models import Fapiao, FapiaoRequest, FapiaoSetting, InvoicingData
from fees.selectors.fapiaos import issued_over, late_requests, red_needed, unpaid_fapiaos
from fees.services.billing import issue_annual_invoice
from fees.services.credits import credit_invoice
from fees.services.fapiaos import NoDescription, NothingToInvoice, export_requests, request_fapiao
from fees.services.issued_fapiaos import Imported, WrongFapiao, attach, import_files, link_red, take_in
from members.enums import PersonRole
from tests.factories.fees import ScheduleFactory
from tests.factories.members import AffiliationFactory, InstitutionFactory, MembershipFactory, PersonFactory
from tests.fees.fapiao_files.samples import NUMBER, pdf, xml, zipped
from tests.support import client_for

pytestmark = pytest.mark.django_db
TAX_NUMBER = "12100000400000624D"
DATA = {"title": "清华大学", "tax_number": TAX_NUMBER, "kind": "ordinary", "email": "cw@example.edu.cn"}


@pytest.fixture
def invoice(finance_officer):
    """A year's notice of 清华大学, which has a liaison."""
    ScheduleFactory()
    membership = MembershipFactory(institution=InstitutionFactory(name="清华大学"), joined_on=dt.date(2020, 1, 1))
    AffiliationFactory(institution=membership.institution, role=PersonRole.LIAISON, person=PersonFactory(with_user=True))
    return issue_annual_invoice(membership, year=2026, actor=finance_officer, on=dt.date(2026, 3, 2))


@pytest.fixture
def request_(invoice, finance_officer):
    return request_fapiao(invoice.institution, invoices=[invoice], actor=finance_officer, **DATA)


def liaison(invoice):
    return invoice.institution.affiliations.get().person.user


def test_the_unit_asks_before_it_pays_and_is_prefilled_the_next_time(invoice):
    client = client_for(liaison(invoice))

    client.post(reverse("fees:request_fapiao"), DATA | {"invoices": [invoice.pk]})

    made = FapiaoRequest.objects.get()
    assert (made.amount, made.before_payment, made.question, list(made.invoices.all())) == (Decimal("2000.00"), True, "", [invoice])
    assert 'value="cw@example.edu.cn"' in client.get(reverse("fees:request_fapiao")).text


@pytest.mark.parametrize(
    ("change", "field"), [({"tax_number": "12100000400000624X"}, "tax_number"), ({"kind": "special"}, "bank_account"), ({"email": "x"}, "email")]
)
def test_what_cannot_be_right_is_said_at_the_field(invoice, change, field):
    answer = client_for(liaison(invoice)).post(reverse("fees:request_fapiao"), DATA | {"invoices": [invoice.pk]} | change)

    assert (field in answer.context["form"].errors, FapiaoRequest.objects.count()) == (True, 0)


def test_a_title_that_is_nobodys_is_a_question_for_finance(invoice, finance_officer):
    made = request_fapiao(invoice.institution, invoices=[invoice], actor=finance_officer, **(DATA | {"title": "别的公司"}))

    assert made.question == "抬头既不是本单位，也不是付款方。"


def test_one_request_for_a_notice(request_, invoice, finance_officer):
    with pytest.raises(NothingToInvoice):
        request_fapiao(invoice.institution, invoices=[invoice], actor=finance_officer, **DATA)


def template():
    book = Workbook()
    book.active.append(["发票流水号", "购买方名称", "购买方纳税人识别号", "项目名称", "金额", "税率", "商品和服务税收编码"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_open_requests_are_exported_once_finance_has_described_the_fee(request_, finance_officer):
    with pytest.raises(NoDescription):
        export_requests(template(), actor=finance_officer, on=dt.date(2026, 3, 2))
    FapiaoSetting.objects.create(effective_from=dt.date(2026, 1, 1), item_name="*现代服务*会员费", tax_code="3049900000000000000", rate=Decimal("0.03"))

    content, count = export_requests(template(), actor=finance_officer, on=dt.date(2026, 3, 2))

    request_.refresh_from_db()
    row = [cell.value for cell in load_workbook(io.BytesIO(content)).active[2]]
    assert (count, request_.state, row) == (
        1, "exported", [f"FP{request_.pk:08d}", "清华大学", TAX_NUMBER, "*现代服务*会员费", 2000, 0.03, "3049900000000000000"],
    )  # fmt: skip


def test_what_was_issued_finds_its_request_and_the_unit_gets_it(request_, finance_officer, outbox_for):
    files = {"清华大学.xml": xml(total="2000.00"), "清华大学.pdf": pdf({"InvoiceNumber": NUMBER, "TotalTax-includedAmount": "2000.00"})}

    result = import_files([("发票.zip", zipped(files, gbk=True))], actor=finance_officer)

    request_.refresh_from_db()
    fapiao = Fapiao.objects.get()
    assert ([one.number for one in result.attached], request_.state, fapiao.request) == ([NUMBER], "issued", request_)
    assert sorted(stored.mimetype for stored in fapiao.files) == ["application/pdf", "application/xml"]
    assert [(mail.template, mail.recipient) for mail in outbox_for(fapiao)] == [("fees/mail/fapiao_issued", "cw@example.edu.cn")]


def test_the_same_zip_again_adds_nothing(request_, finance_officer):
    upload = [("a.zip", zipped({"a.xml": xml(total="2000.00")}))]
    import_files(upload, actor=finance_officer)

    again = import_files(upload, actor=finance_officer)

    assert (again.known, Fapiao.objects.count(), len(Fapiao.objects.get().files)) == (["a.xml"], 1, 1)


@pytest.mark.parametrize("change", [{"total": "2000.01"}, {"buyer": "清华大学附属中学", "tax_number": ""}, {"tax_number": "913000000000000000"}])
def test_another_amount_or_buyer_is_listed_to_be_assigned(request_, finance_officer, change):
    result = import_files([("a.xml", xml(**({"total": "2000.00"} | change)))], actor=finance_officer)

    request_.refresh_from_db()
    assert (len(result.to_assign), request_.state) == (1, "open")


def test_by_hand_only_with_the_same_amount(request_, finance_officer):
    import_files([("a.xml", xml(total="2000.00", buyer="清华大学（财务处）", tax_number=""))], actor=finance_officer)
    import_files([("b.xml", xml(number="3" * 20, total="1999.00"))], actor=finance_officer)

    with pytest.raises(WrongFapiao):
        attach(Fapiao.objects.get(number="3" * 20), request_, actor=finance_officer)
    client_for(finance_officer).post(reverse("admin:fees_fapiao_assign", args=[Fapiao.objects.get(number=NUMBER).pk]), {"request": request_.pk})

    request_.refresh_from_db()
    assert request_.state == "issued"


def test_a_red_one_closes_the_first_and_opens_the_request_again(request_, finance_officer):
    import_files([("a.xml", xml(total="2000.00"))], actor=finance_officer)
    red = xml(number="9" * 20, total="-2000.00", extra=f"<Remark>被红冲发票号码{NUMBER}</Remark>")

    import_files([("red.xml", red)], actor=finance_officer)
    import_files([("new.xml", xml(number="8" * 20, total="2000.00"))], actor=finance_officer)

    request_.refresh_from_db()
    assert (Fapiao.objects.get(number="9" * 20).red_of.number, request_.state, request_.fapiaos.count()) == (NUMBER, "issued", 3)


def test_the_files_are_the_units_and_staffs_and_the_unit_ticks_that_it_has_them(request_, invoice, finance_officer, stranger):
    import_files([("a.xml", xml(total="2000.00"))], actor=finance_officer)
    address = Fapiao.objects.get().files[0].get_absolute_url()

    client_for(liaison(invoice)).post(reverse("fees:fapiaos"), {"request": request_.pk})

    request_.refresh_from_db()
    assert request_.received_at is not None
    assert [client_for(user).get(address).status_code for user in (liaison(invoice), finance_officer, stranger)] == [200, 200, 404]


def test_another_unit_cannot_touch_the_request(request_, stranger):
    other = AffiliationFactory(institution=MembershipFactory().institution, role=PersonRole.LIAISON, person=PersonFactory(with_user=True)).person.user

    assert client_for(other).post(reverse("fees:fapiaos"), {"request": request_.pk, "cancel": "1"}).status_code == 404


def test_by_pages_the_upload_says_what_became_of_each_file(request_, finance_officer):
    files = [SimpleUploadedFile("a.xml", xml(total="2000.00")), SimpleUploadedFile("b.xml", b"<a/>")]

    page = client_for(finance_officer).post(reverse("admin:fees_fapiao_import"), {"files": files}).text

    assert (NUMBER in page, "b.xml" in page, Fapiao.objects.count()) == (True, True, 1)


def test_the_mail_has_the_pdf_whichever_file_is_read_first(request_, finance_officer, outbox_for):
    import_files(
        [("a.zip", zipped({"a.xml": xml(total="2000.00"), "b.pdf": pdf({"InvoiceNumber": NUMBER, "TotalTax-includedAmount": "2000.00"})}))],
        actor=finance_officer,
    )

    assert [file.filename for mail in outbox_for(Fapiao.objects.get()) for file in mail.attachments.all()] == [f"{NUMBER}.pdf"]


def test_a_pdf_that_comes_later_goes_to_the_unit_once(request_, finance_officer, outbox_for):
    later = [("b.pdf", pdf({"InvoiceNumber": NUMBER, "TotalTax-includedAmount": "2000.00"}))]
    import_files([("a.xml", xml(total="2000.00"))], actor=finance_officer)

    import_files(later, actor=finance_officer)
    import_files(later, actor=finance_officer)

    assert [[file.filename for file in mail.attachments.all()] for mail in outbox_for(Fapiao.objects.get())] == [[f"{NUMBER}.xml"], [f"{NUMBER}.pdf"]]


def test_of_two_equal_requests_the_remark_tells(request_, invoice, finance_officer):
    second = issue_annual_invoice(invoice.membership, year=2027, actor=finance_officer, on=dt.date(2027, 3, 2))
    other = request_fapiao(invoice.institution, invoices=[second], actor=finance_officer, **DATA)

    unclear = import_files([("a.xml", xml(total="2000.00"))], actor=finance_officer)
    clear = import_files([("b.xml", xml(number="8" * 20, total="2000.00", extra=f"<Remark>年费 {second.number}</Remark>"))], actor=finance_officer)

    assert ([one.number for one in unclear.to_assign], [one.request for one in clear.attached]) == ([NUMBER], [other])


def test_a_fapiao_of_another_seller_is_nobodys(request_, finance_officer):
    result = import_files([("a.xml", xml(total="2000.00", seller="某某酒店"))], actor=finance_officer)

    assert (len(result.to_assign), FapiaoRequest.objects.get().state) == (1, "open")


def test_the_summary_knows_the_first_one_as_reversed_before_the_red_one_comes(request_, finance_officer, outbox_for):
    import_files([("a.xml", xml(total="2000.00"))], actor=finance_officer)
    closed = FapiaoFile(name=NUMBER, kind="summary", number=NUMBER, total=Decimal(2000), is_closed=True, read_by="summary")

    take_in([closed], Imported(), actor=finance_officer)
    import_files([("red.xml", xml(number="9" * 20, total="-2000.00", extra=f"<Remark>被红冲发票号码{NUMBER}</Remark>"))], actor=finance_officer)

    first, red = Fapiao.objects.get(number=NUMBER), Fapiao.objects.get(number="9" * 20)
    request_.refresh_from_db()
    assert (first.is_closed, red.red_of, request_.state) == (True, first, "open")
    assert [mail.template for mail in outbox_for(request_)] == ["fees/mail/fapiao_issued", "fees/mail/fapiao_reversed"]


def test_a_red_one_over_a_part_leaves_both(request_, finance_officer):
    import_files(
        [("a.xml", xml(total="2000.00")), ("red.xml", xml(number="9" * 20, total="-500.00", extra=f"<Remark>被红冲发票号码{NUMBER}</Remark>"))],
        actor=finance_officer,
    )

    request_.refresh_from_db()
    assert (Fapiao.objects.get(number="9" * 20).red_of.number, Fapiao.objects.get(number=NUMBER).is_closed, request_.state) == (NUMBER, False, "issued")


def test_a_red_one_without_its_first_is_linked_by_hand(request_, finance_officer):
    import_files([("a.xml", xml(total="2000.00")), ("red.xml", xml(number="9" * 20, total="-2000.00", buyer="清华"))], actor=finance_officer)
    red = Fapiao.objects.get(number="9" * 20)
    page = reverse("admin:fees_fapiao_link", args=[red.pk])
    values = {"first": Fapiao.objects.get(number=NUMBER).pk}

    shown = client_for(finance_officer).post(page, values).text
    client_for(finance_officer).post(page, values | {"previewed": "1"})

    red.refresh_from_db()
    request_.refresh_from_db()
    assert ("不再有效" in shown, red.red_of.number, request_.state) == (True, NUMBER, "open")


def test_the_xml_completes_what_was_read_from_less_and_then_finds_the_request(request_, finance_officer):
    import_files([("a.pdf", pdf({"InvoiceNumber": NUMBER, "TotalTax-includedAmount": "2000.00"}))], actor=finance_officer)
    before = (Fapiao.objects.get().buyer_name, FapiaoRequest.objects.get().state)

    wrong = import_files([("b.xml", xml(total="1999.00"))], actor=finance_officer)
    import_files([("c.xml", xml(total="2000.00"))], actor=finance_officer)

    assert before == ("", "open")
    assert ([name for name, _why in wrong.problems], Fapiao.objects.get().buyer_name, FapiaoRequest.objects.get().state) == (["b.xml"], "清华大学", "issued")


def test_an_unusual_title_is_asked_for_once(invoice):
    client, values = client_for(liaison(invoice)), DATA | {"invoices": [invoice.pk], "title": "清华大学教育基金会"}

    asked = client.post(reverse("fees:request_fapiao"), values).context["form"].errors
    client.post(reverse("fees:request_fapiao"), values | {"title_is_right": "on"})

    assert (list(asked), FapiaoRequest.objects.get().question) == (["title_is_right"], "抬头既不是本单位，也不是付款方。")


def test_late_requests_and_late_payers_stand_in_finances_queue(request_, finance_officer):
    made = request_.created_at.date()
    late = [late_requests(made + dt.timedelta(days=n)).count() for n in (10, 12)]
    import_files([("a.xml", xml(total="2000.00"))], actor=finance_officer)
    issued = Fapiao.objects.get().issued_on

    unpaid = [unpaid_fapiaos(issued + dt.timedelta(days=n)).count() for n in (60, 61)]

    assert (late, late_requests(made + dt.timedelta(days=12)).count(), unpaid) == ([0, 1], 0, [0, 1])


@pytest.mark.django_db(transaction=True)
def test_two_requests_for_one_notice_are_refused_by_the_database(request_, invoice, finance_officer, race):
    values = DATA | {"institution": invoice.institution, "amount": 1, "requested_by": finance_officer}
    others = [FapiaoRequest.objects.create(**values) for _n in range(2)]
    FapiaoRequest.objects.filter(pk=request_.pk).update(state="cancelled")

    outcomes = race(*[lambda one=one: one.invoices.add(invoice) for one in others])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "NoneType"]


def issue_first(finance_officer):
    import_files([("a.xml", xml(total="2000.00"))], actor=finance_officer)


def test_red_letters_over_parts_add_up_and_the_last_closes_the_first(request_, finance_officer):
    issue_first(finance_officer)
    first, answers = Fapiao.objects.get(), []
    for number, total in (("7", "-500.00"), ("8", "-1500.00")):
        part = Fapiao.objects.create(number=number * 20, total=Decimal(total), is_red=True, read_by="xml", imported_by=finance_officer)
        link_red(part, Fapiao.objects.get(pk=first.pk), actor=finance_officer)
        first.refresh_from_db()
        request_.refresh_from_db()
        answers.append((first.is_closed, request_.state))

    assert answers == [(False, "issued"), (True, "open")]


def test_never_more_is_reversed_than_was_issued(request_, finance_officer):
    issue_first(finance_officer)
    first = Fapiao.objects.get()
    parts = [Fapiao.objects.create(number=n * 20, total=Decimal(-1500), is_red=True, read_by="xml", imported_by=finance_officer) for n in "78"]
    link_red(parts[0], first, actor=finance_officer)

    with pytest.raises(WrongFapiao):
        link_red(parts[1], first, actor=finance_officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fapiao.objects.filter(pk=parts[1].pk).update(red_of=first)


def test_a_credit_note_after_the_fapiao_asks_for_a_red_letter(request_, invoice, finance_officer):
    issue_first(finance_officer)
    before = list(red_needed())
    credit_invoice(invoice, amount=Decimal(300), reason="优惠", actor=finance_officer, on=dt.date(2026, 3, 20))
    after = [(one.pk, one.excess) for one in red_needed()]
    part = Fapiao.objects.create(number="7" * 20, total=Decimal(-300), is_red=True, read_by="xml", imported_by=finance_officer)
    link_red(part, Fapiao.objects.get(number=NUMBER), actor=finance_officer)

    assert (before, after, list(red_needed())) == ([], [(request_.pk, Decimal("300.00"))], [])
    assert [fapiao.number for fapiao in issued_over(invoice)] == [NUMBER]


def test_a_reopened_request_is_over_what_the_notice_comes_to_now(request_, invoice, finance_officer):
    issue_first(finance_officer)
    credit_invoice(invoice, amount=Decimal(300), reason="优惠", actor=finance_officer, on=dt.date(2026, 3, 20))
    whole = Fapiao.objects.create(number="7" * 20, total=Decimal(-2000), is_red=True, read_by="xml", imported_by=finance_officer)
    link_red(whole, Fapiao.objects.get(number=NUMBER), actor=finance_officer)

    request_.refresh_from_db()
    assert (request_.state, request_.amount) == ("open", Decimal("1700.00"))


def test_the_units_invoicing_data_are_kept_and_prefilled(invoice):
    client, data = client_for(liaison(invoice)), DATA | {"title": "清华大学", "email": "neu@example.edu.cn"}

    client.post(reverse("fees:invoicing_data"), data)
    form = client.get(reverse("fees:request_fapiao")).context["form"]

    assert (InvoicingData.objects.get().tax_number, form.initial["email"]) == (TAX_NUMBER, "neu@example.edu.cn")


def test_invoicing_data_with_a_wrong_tax_number_are_said_at_the_field(invoice):
    answer = client_for(liaison(invoice)).post(reverse("fees:invoicing_data"), DATA | {"tax_number": "12100000400000624X"})

    assert (list(answer.context["form"].errors), InvoicingData.objects.count()) == (["tax_number"], 0)
