"""Who gets what answer from every address of the fees."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import get_resolver, reverse

from alliance.common import documents
from fees.models import CreditProposal, DunningText, Fapiao, FapiaoSetting, Learnt, LedgerAccount, QuietPeriod, StatementLayout
from fees.services.adjustments import propose_adjustment
from fees.services.credits import credit_invoice
from fees.services.dues import draft_run
from fees.services.fapiaos import request_fapiao
from fees.services.refunds import ask_refund
from fees.services.statements import import_statement
from fees.services.vouchers import close_period, pause_dunning, report_transfer
from fees.urls import urlpatterns
from members.enums import PersonRole
from tests.factories.fees import AllocationFactory, InvoiceFactory, PaymentFactory, ScheduleFactory
from tests.factories.members import AffiliationFactory, MembershipFactory, StaffFactory

ROLES = ("anonymous", "stranger", "liaison", "other_liaison", "secretary", "finance_officer")


@pytest.fixture
def people(db, liaison, stranger, secretary, finance_officer):
    """A user for each role; the papers below belong to the liaison's unit."""
    other = AffiliationFactory(institution=MembershipFactory().institution, role=PersonRole.LIAISON, person__with_user=True).person.user
    found = (None, stranger, liaison, other, secretary, finance_officer)
    return dict(zip(ROLES, found, strict=True))


@pytest.fixture
def papers(liaison):
    """One record of each kind."""
    institution = liaison.person.affiliations.get().institution
    ScheduleFactory()
    clerk = StaffFactory()
    noted = InvoiceFactory(membership=institution.memberships.get(), year=2028)
    facts = {"paid_on": dt.date(2026, 3, 5), "amount": Decimal(1), "payer_name": "x", "remark": ""}
    voucher = report_transfer(institution, upload=None, actor=clerk, **facts)
    content = "交易时间,交易流水号,借方发生额,贷方发生额,账户余额,客户附言,对方账号,对方账号名称\n2026-03-05,1,,5,,x,1,y\n".encode()
    statement = import_statement("a.csv", content, actor=clerk)
    settled = AllocationFactory(invoice=InvoiceFactory(membership=institution.memberships.get()))
    return {
        "settled": settled.invoice,
        "open": InvoiceFactory(membership=institution.memberships.get(), year=2027),
        "payment": PaymentFactory(institution=institution),
        "refund": ask_refund(PaymentFactory(institution=institution), amount=Decimal(1), reason="x", actor=clerk),
        "proposal": CreditProposal.objects.create(invoice=noted, amount=Decimal(900), reason="x", proposed_by=clerk),
        "allocation": settled,
        "schedule": ScheduleFactory(),
        "request": request_fapiao(institution, invoices=[noted], actor=clerk, title="x", tax_number="", kind="ordinary", email="a@example.edu.cn"),
        "fapiao": Fapiao.objects.create(number="1" * 20, total=Decimal(5), read_by="xml", imported_by=clerk),
        "setting": FapiaoSetting.objects.create(effective_from=dt.date(2020, 1, 1), item_name="x", tax_code="1", rate=Decimal("0.03")),
        "statement": statement,
        "file": statement.file,
        "layout": StatementLayout.objects.create(signature="x" * 64, header=["x"], mapping={"date": 0}, made_by=clerk),
        "learnt": Learnt.objects.create(kind="payer", key="y", institution=institution, learnt_by=clerk),
        "run": draft_run(year=2030, issued_on=dt.date(2030, 1, 2), actor=clerk),
        "adjustment": propose_adjustment(institution.memberships.get(), year=2031, amount=Decimal(900), reason="x", actor=clerk),
        "note": credit_invoice(noted, amount=Decimal(1), reason="x", actor=clerk, on=dt.date(2026, 5, 5)),
        "voucher": voucher,
        "pause": pause_dunning(institution, until=dt.date(2031, 1, 1), reason="x", actor=clerk),
        "period": close_period(until=dt.date(2019, 1, 1), actor=clerk),
        "unit": institution,
        "membership": institution.memberships.get(),
        "text": DunningText.objects.create(offset_days=15, text="x"),
        "quiet": QuietPeriod.objects.create(first=dt.date(2026, 7, 1), last=dt.date(2026, 8, 31), reason="x"),
        "ledger": LedgerAccount.objects.create(role="bank", code="1002", name="银行存款"),
    }


# Answers in the order of ROLES. 302: to the sign-in. Another unit's liaison and a stranger do not even learn that a notice exists.
PORTAL = {
    "dues": (None, (302, 403, 200, 200, 403, 403)),
    "invoice_pdf": ("settled", (302, 404, 200, 404, 200, 200)),
    "fapiaos": (None, (302, 403, 200, 200, 403, 403)),
    "request_fapiao": (None, (302, 403, 200, 200, 403, 403)),
    "invoicing_data": (None, (302, 403, 200, 200, 403, 403)),
    "report_transfer": (None, (302, 403, 200, 200, 403, 403)),
    "receipt_pdf": ("settled", (302, 404, 200, 404, 200, 200)),
    "account": (None, (302, 403, 200, 200, 403, 403)),
    "account_pdf": ("unit", (302, 404, 200, 404, 200, 200)),
    "credit_pdf": ("note", (302, 404, 200, 404, 200, 200)),
}
ADMIN = {
    "fees_invoice_changelist": (None, "staff"),
    "fees_invoice_change": ("open", "staff"),
    "fees_invoice_payment": ("open", "staff"),
    "fees_invoice_resend": ("open", "staff"),
    "fees_invoice_void": ("open", "staff"),
    "fees_invoice_history": ("open", "staff"),
    "fees_invoice_add": (None, "none"),
    "fees_invoice_delete": ("open", "none"),
    "fees_payment_changelist": (None, "staff"),
    "fees_payment_change": ("payment", "staff"),
    "fees_payment_record": (None, "staff"),
    "fees_payment_credit": ("payment", "staff"),
    "fees_payment_reverse": ("payment", "finance"),
    "fees_payment_history": ("payment", "staff"),
    "fees_payment_add": (None, "none"),
    "fees_payment_delete": ("payment", "none"),
    "fees_allocation_release": ("allocation", "staff"),
    "fees_refund_changelist": (None, "staff"),
    "fees_refund_change": ("refund", "staff"),
    "fees_refund_history": ("refund", "staff"),
    "fees_refund_add": (None, "none"),
    "fees_refund_delete": ("refund", "none"),
    "fees_refund_approve": ("refund", "staff"),
    "fees_refund_refuse": ("refund", "staff"),
    "fees_creditproposal_changelist": (None, "staff"),
    "fees_creditproposal_change": ("proposal", "staff"),
    "fees_creditproposal_history": ("proposal", "staff"),
    "fees_creditproposal_add": (None, "none"),
    "fees_creditproposal_delete": ("proposal", "none"),
    "fees_creditproposal_approve": ("proposal", "staff"),
    "fees_creditproposal_refuse": ("proposal", "staff"),
    "fees_refund_pay": ("refund", "finance"),
    "fees_payment_refund": ("payment", "staff"),
    "fees_payment_several": (None, "staff"),
    "fees_feeschedule_changelist": (None, "staff"),
    "fees_feeschedule_change": ("schedule", "staff"),
    "fees_feeschedule_add": (None, "staff"),
    "fees_feeschedule_history": ("schedule", "staff"),
    "fees_feeschedule_delete": ("schedule", "none"),
    "fees_duesrun_changelist": (None, "staff"),
    "fees_duesrun_change": ("run", "staff"),
    "fees_duesrun_history": ("run", "staff"),
    "fees_duesrun_add": (None, "none"),
    "fees_duesrun_delete": ("run", "none"),
    "fees_duesrun_new": (None, "staff"),
    "fees_duesrun_preview": ("run", "staff"),
    "fees_duesrun_start": ("run", "staff"),
    "fees_duesrun_void": ("run", "staff"),
    "fees_adjustment_changelist": (None, "staff"),
    "fees_adjustment_change": ("adjustment", "staff"),
    "fees_adjustment_history": ("adjustment", "staff"),
    "fees_adjustment_add": (None, "none"),
    "fees_adjustment_delete": ("adjustment", "none"),
    "fees_adjustment_new": (None, "staff"),
    "fees_adjustment_approve": ("adjustment", "staff"),
    "fees_adjustment_refuse": ("adjustment", "staff"),
    "fees_creditnote_changelist": (None, "staff"),
    "fees_creditnote_change": ("note", "staff"),
    "fees_creditnote_history": ("note", "staff"),
    "fees_creditnote_add": (None, "none"),
    "fees_creditnote_delete": ("note", "none"),
    "fees_voucher_changelist": (None, "staff"),
    "fees_voucher_change": ("voucher", "staff"),
    "fees_voucher_history": ("voucher", "staff"),
    "fees_voucher_add": (None, "none"),
    "fees_voucher_delete": ("voucher", "none"),
    "fees_voucher_confirm": ("voucher", "staff"),
    "fees_voucher_dismiss": ("voucher", "staff"),
    "fees_dunningpause_changelist": (None, "staff"),
    "fees_dunningpause_change": ("pause", "staff"),
    "fees_dunningpause_history": ("pause", "staff"),
    "fees_dunningpause_add": (None, "none"),
    "fees_dunningpause_delete": ("pause", "none"),
    "fees_dunningpause_new": (None, "staff"),
    "fees_closedperiod_changelist": (None, "staff"),
    "fees_closedperiod_change": ("period", "staff"),
    "fees_closedperiod_history": ("period", "staff"),
    "fees_closedperiod_add": (None, "none"),
    "fees_closedperiod_delete": ("period", "none"),
    "fees_closedperiod_new": (None, "finance"),
    "fees_closedperiod_reopen": ("period", "finance"),
    "fees_bankstatement_changelist": (None, "staff"),
    "fees_bankstatement_change": ("statement", "staff"),
    "fees_bankstatement_history": ("statement", "staff"),
    "fees_bankstatement_add": (None, "none"),
    "fees_bankstatement_delete": ("statement", "none"),
    "fees_bankstatement_work": ("statement", "staff"),
    "fees_bankstatement_paper": ("statement", "staff"),
    "fees_bankstatement_preview": ("file", "staff"),
    "fees_statementlayout_changelist": (None, "staff"),
    "fees_statementlayout_change": ("layout", "staff"),
    "fees_statementlayout_history": ("layout", "staff"),
    "fees_statementlayout_add": (None, "none"),
    "fees_statementlayout_delete": ("layout", "none"),
    "fees_statementlayout_forget": ("layout", "staff"),
    "fees_learnt_changelist": (None, "staff"),
    "fees_learnt_change": ("learnt", "staff"),
    "fees_learnt_history": ("learnt", "staff"),
    "fees_learnt_add": (None, "none"),
    "fees_learnt_delete": ("learnt", "none"),
    "fees_learnt_forget": ("learnt", "staff"),
    "fees_bankstatement_import": (None, "staff"),
    "fees_bankstatement_columns": ("file", "staff"),
    "fees_fapiaorequest_changelist": (None, "staff"),
    "fees_fapiaorequest_change": ("request", "staff"),
    "fees_fapiaorequest_history": ("request", "staff"),
    "fees_fapiaorequest_add": (None, "none"),
    "fees_fapiaorequest_delete": ("request", "none"),
    "fees_fapiaorequest_cancel": ("request", "staff"),
    "fees_fapiao_changelist": (None, "staff"),
    "fees_fapiao_change": ("fapiao", "staff"),
    "fees_fapiao_history": ("fapiao", "staff"),
    "fees_fapiao_add": (None, "none"),
    "fees_fapiao_delete": ("fapiao", "none"),
    "fees_fapiao_assign": ("fapiao", "staff"),
    "fees_fapiao_link": ("fapiao", "staff"),
    "fees_fapiaorequest_export": (None, "staff"),
    "fees_fapiao_import": (None, "staff"),
    "fees_fapiaosetting_changelist": (None, "staff"),
    "fees_fapiaosetting_change": ("setting", "staff"),
    "fees_fapiaosetting_history": ("setting", "staff"),
    "fees_fapiaosetting_add": (None, "finance"),
    "fees_fapiaosetting_delete": ("setting", "none"),
    "fees_invoice_years": (None, "staff"),
    "fees_invoice_explain": (None, "staff"),
    "fees_invoice_reports": (None, "staff"),
    "fees_invoice_creditnote": ("open", "finance"),
    "fees_invoice_dispute": ("open", "staff"),
    "fees_invoice_finance": (None, "staff"),
    "fees_invoice_papers": (None, "staff"),
    "fees_invoice_dunning": (None, "staff"),
    "fees_invoice_suspend": ("membership", "secretariat"),
    "fees_invoice_remove": ("membership", "secretariat"),
    "fees_payment_allocate": ("payment", "staff"),
    "fees_dunningtext_changelist": (None, "staff"),
    "fees_dunningtext_change": ("text", "staff"),
    "fees_dunningtext_history": ("text", "staff"),
    "fees_dunningtext_add": (None, "staff"),
    "fees_dunningtext_delete": ("text", "staff"),
    "fees_quietperiod_changelist": (None, "staff"),
    "fees_quietperiod_change": ("quiet", "staff"),
    "fees_quietperiod_history": ("quiet", "staff"),
    "fees_quietperiod_add": (None, "staff"),
    "fees_quietperiod_delete": ("quiet", "staff"),
    "fees_ledgeraccount_changelist": (None, "staff"),
    "fees_ledgeraccount_change": ("ledger", "staff"),
    "fees_ledgeraccount_history": ("ledger", "staff"),
    "fees_ledgeraccount_add": (None, "none"),
    "fees_ledgeraccount_delete": ("ledger", "none"),
}


@pytest.mark.django_db
@pytest.mark.skipif(not documents.available(), reason="no Pango on this machine")
@pytest.mark.parametrize("name", PORTAL)
def test_the_units_pages(name, people, papers, client_for):
    paper, answers = PORTAL[name]
    address = reverse(f"fees:{name}", args=[papers[paper].pk] if paper else [])

    got = {role: client_for(user).get(address).status_code for role, user in people.items()}

    assert got == dict(zip(ROLES, answers, strict=True))


def test_every_address_of_the_portal_is_in_the_table():
    assert {pattern.name for pattern in urlpatterns} == set(PORTAL)


@pytest.mark.django_db
def test_the_admins_pages(people, papers, client_for):
    allowed = {"staff": {"secretary", "finance_officer"}, "finance": {"finance_officer"}, "secretariat": {"secretary"}, "none": set()}
    clients, wrong = {role: client_for(user) for role, user in people.items()}, {}
    for name, (paper, who) in ADMIN.items():
        address = reverse(f"admin:{name}", args=[papers[paper].pk] if paper else [])
        got = {role: client.get(address).status_code for role, client in clients.items()}
        refused = {role for role in {"secretary", "finance_officer"} - allowed[who] if got[role] not in {403, 404}}
        if {role for role, status in got.items() if status == 200} != allowed[who] or refused:
            wrong[name] = got

    assert wrong == {}


@pytest.mark.django_db
def test_every_address_of_the_admin_is_in_the_table():
    names = {key for key in get_resolver("alliance.urls").namespace_dict["admin"][1].reverse_dict if isinstance(key, str) and key.startswith("fees_")}

    assert names == set(ADMIN)


@pytest.mark.django_db
def test_nobody_without_a_role_can_post(people, papers, client_for):
    clients, wrong = [client_for(people[role]) for role in ("anonymous", "stranger", "liaison")], {}
    for name, (paper, who) in ADMIN.items():
        address = reverse(f"admin:{name}", args=[papers[paper].pk] if paper else [])
        statuses = {client.post(address, {"reason": "x"}).status_code for client in clients if who != "none"}
        if not statuses <= {302, 403, 404}:
            wrong[name] = statuses

    assert wrong == {}
    papers["open"].refresh_from_db()
    assert papers["open"].voided_at is None
