"""From a unit's request to the fapiao in its mail: by pages and services."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from fees.models import Fapiao, FapiaoRequest, FapiaoSetting
from fees.services.billing import issue_annual_invoice
from fees.services.fapiaos import NoDescription, NothingToInvoice, WrongFapiao, attach, export_requests, import_files, request_fapiao
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
