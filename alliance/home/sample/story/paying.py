"""The year's dues: a run, what came in, a bank statement to be decided, a voucher, requests for fapiaos."""

import datetime as dt
from decimal import Decimal

from alliance.common.clock import now, today
from alliance.common.jobs import run_due
from fees.enums import InvoiceState
from fees.models import DunningText, FapiaoRequest, FapiaoSetting, FeeSchedule, Invoice, Payment, QuietPeriod
from fees.services.adjustments import propose_adjustment
from fees.services.billing import issue_opening_balance
from fees.services.credits import propose_credit
from fees.services.dues import draft_run, start_run
from fees.services.fapiaos import confirm_receipt, request_fapiao
from fees.services.issued_fapiaos import import_files
from fees.services.payments import record_payment
from fees.services.refunds import ask_refund
from fees.services.statements import import_statement
from fees.services.vouchers import pause_dunning, report_transfer
from members.models import Institution, User

HEAD = "交易时间,交易流水号,借方发生额,贷方发生额,账户余额,凭证号,客户附言,对方账号,对方账号名称,对方开户行\n"
PAID_BY_HAND = 18
ON_STATEMENT = 9
FAPIAOS = 4


def tell() -> None:
    """Two thirds have paid, some are on the statement and not decided yet, the rest is open or late."""
    finance = User.objects.get(email="finance@sample.edu.cn")
    day = today()
    issued = max(day - dt.timedelta(days=100), dt.date(day.year, 1, 1))
    FeeSchedule.objects.filter(due_days__gt=60).update(due_days=60)
    run = draft_run(year=day.year, issued_on=issued, actor=finance)
    start_run(run, actor=finance)
    run_due()
    # The run is long past: nobody is written to about it now.
    Invoice.objects.filter(run=run).update(announced_at=now())
    open_ones = list(Invoice.objects.filter(run=run, state=InvoiceState.OPEN).select_related("institution").order_by("institution__name"))
    for position, invoice in enumerate(open_ones[:PAID_BY_HAND]):
        received = min(day, issued + dt.timedelta(days=5 + position * 4))
        record_payment(
            institution=invoice.institution, amount=invoice.owed, received_on=received, payer_name=f"{invoice.institution_name}财务处",
            remark=invoice.remark, bank_serial=f"SAMPLE{position:04d}", actor=finance,
        )  # fmt: skip
    _statement(open_ones[PAID_BY_HAND : PAID_BY_HAND + ON_STATEMENT], day, finance)
    _voucher(day)
    for invoice in open_ones[:FAPIAOS]:
        _fapiao(invoice, finance)
    _issued(open_ones[FAPIAOS : FAPIAOS + 4], day, finance)
    _awkward(open_ones, day, finance)
    _given_back(open_ones, finance)


def _statement(invoices: list[Invoice], day: dt.date, finance: User) -> None:
    """A statement of the alliance's bank: names and remarks as people write them, one line that is not ours."""
    when = f"{max(day - dt.timedelta(days=2), dt.date(day.year, 1, 1))} 10:00:00"
    lines = []
    for position, invoice in enumerate(invoices, start=1):
        payer = [f"{invoice.institution_name}财务处", invoice.institution_name, "李老师（样例）"][position % 3]
        remark = [f"可持续联盟+{invoice.institution_name}+年费", f"联盟{invoice.institution_name}年费", "联盟年费"][position % 3]
        lines.append(f"{when},CM{position:05d},,{invoice.owed},,,{remark},6222{position:06d},{payer},中国建设银行\n")
    lines.append(f"{when},CM90001,,800.00,,,教师发展培训费,622299,某某教育科技有限公司,招商银行\n")
    import_statement("民生银行流水（样例）.csv", (HEAD + "".join(lines)).encode("gb18030"), actor=finance)


def _voucher(day: dt.date) -> None:
    """The liaison's unit says that it has paid."""
    unit = Institution.objects.get(name="南京大学")
    liaison = User.objects.get(email="liaison@sample.edu.cn")
    report_transfer(unit, upload=None, paid_on=day, amount=Decimal(2000), payer_name="南京大学", remark="可持续联盟+南京大学+年费", actor=liaison)


def _awkward(invoices: list[Invoice], day: dt.date, finance: User) -> None:
    """What makes work: an overpayment, a debt of last year, a reduction, one that waits for a second person, a pause; quiet periods and a text."""
    record_payment(institution=invoices[0].institution, amount=Decimal(500), received_on=day, payer_name="多付款（样例）", actor=finance)
    late, reduced, waiting, paused = [invoice.membership for invoice in invoices if invoice.membership is not None][-4:]
    issue_opening_balance(late, year=day.year - 1, owed=Decimal(1500), actor=finance, on=dt.date(day.year - 1, 3, 2))
    propose_adjustment(reduced, year=day.year, amount=Decimal(300), reason="协办会议，减免部分年费（样例）", actor=finance)
    propose_adjustment(waiting, year=day.year, amount=Decimal(2000), reason="校区合并，申请免缴（样例）", actor=finance)
    pause_dunning(paused.institution, until=day + dt.timedelta(days=60), reason="校内审批中（样例）", actor=finance)
    QuietPeriod.objects.create(first=dt.date(2026, 7, 13), last=dt.date(2026, 8, 30), yearly=True, reason="暑假（样例）", is_sample=True)
    QuietPeriod.objects.create(first=dt.date(2026, 12, 15), last=dt.date(2027, 1, 10), yearly=True, reason="高校财务年终关账（样例）", is_sample=True)
    DunningText.objects.create(offset_days=60, text="{name}：您好！\n\n{unit}的会费 {total} 已逾期 {days} 天以上，请于本周内缴纳或与财务联系。（样例文字）")


def _fapiao(invoice: Invoice, finance: User) -> FapiaoRequest:
    return request_fapiao(
        invoice.institution, invoices=[invoice], actor=finance, title=invoice.institution_name, tax_number="12100000400000624D",
        kind="ordinary", address_phone="", bank_account="", email="fapiao@sample.edu.cn", remark="",
    )  # fmt: skip


def _issued(invoices: list[Invoice], day: dt.date, finance: User) -> None:
    """Fapiaos that came back from the tax bureau: one received, one not yet, one reversed by half, one reversed as a whole."""
    FapiaoSetting.objects.create(
        effective_from=dt.date(day.year, 1, 1), item_name="*现代服务*会员费（样例）", tax_code="3049900000000000000", rate=Decimal("0.03")
    )
    received, waiting, halved, whole = (_fapiao(invoice, finance) for invoice in invoices)
    for position, request in enumerate((received, waiting, halved, whole), start=1):
        import_files([_file(position, request.title, request.amount, day)], actor=finance)
    received.refresh_from_db()
    confirm_receipt(received, actor=finance)
    import_files([_file(5, halved.title, -halved.amount / 2, day, red_of=3), _file(6, whole.title, -whole.amount, day, red_of=4)], actor=finance)


def _file(number: int, title: str, amount: Decimal, day: dt.date, red_of: int = 0) -> tuple[str, bytes]:
    """An invented fapiao in the bureau's XML."""
    code = f"2532200000009{number:07d}"
    original = f"<OriginalInvoiceNumber>2532200000009{red_of:07d}</OriginalInvoiceNumber>" if red_of else ""
    net = (amount / Decimal("1.03")).quantize(Decimal("0.01"))
    fields = {
        "InvoiceNumber": code, "IssueTime": f"{day} 09:00:00", "BuyerName": title, "BuyerIdNum": "12100000400000624D",
        "TotalAmWithoutTax": net, "TotalTaxAm": amount - net, "TotalTax-includedAmount": amount, "Remark": "样例发票，不作报销凭证",
    }  # fmt: skip
    body = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"dzfp_{code}_样例.xml", f'<?xml version="1.0" encoding="UTF-8"?><EInvoice>{body}{original}</EInvoice>'.encode()


def _given_back(invoices: list[Invoice], finance: User) -> None:
    """An overpayment that is to go back and waits for another person, and a credit note that is large enough to need one."""
    payment = Payment.objects.filter(institution=invoices[0].institution, left__gt=0).first()
    if payment is not None:
        ask_refund(payment, amount=payment.left, reason="重复汇款，申请退回（样例）", actor=finance)
    large = next(invoice for invoice in reversed(invoices) if Invoice.objects.get(pk=invoice.pk).owed >= 1000)
    propose_credit(large, amount=Decimal(1000), reason="学院合并，协商减半（样例）", actor=finance)
