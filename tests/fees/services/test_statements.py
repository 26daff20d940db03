"""Statements taken in once, booked once, undone; what decisions teach."""

import datetime as dt
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliance.common.exceptions import InvalidTransition
from alliance.common.jobs import run_due
from alliance.common.models import Job
from fees.exceptions import TooMuch
from fees.models import BankStatement, Invoice, Learnt, Payment, StatementLayout, StatementLine
from fees.selectors.books import discrepancies
from fees.services.billing import issue_annual_invoice
from fees.services.payments import record_payment
from fees.services.statement_lines import Part, accept_line, accept_sure, book_line, forget, mark_recorded, set_aside, undo_line
from fees.services.statements import import_statement, rematch
from fees.services.vouchers import report_transfer
from fees.statements.reading import StatementError
from tests.factories.fees import ScheduleFactory
from tests.factories.members import InstitutionAliasFactory, InstitutionFactory, MembershipFactory
from tests.support import client_for, without_triggers

pytestmark = pytest.mark.django_db
HEAD = "交易时间,交易流水号,借方发生额,贷方发生额,账户余额,凭证号,客户附言,对方账号,对方账号名称,对方开户行\n"
ON = dt.date(2026, 3, 2)
QUERIES = 8


def line(serial, amount, payer, remark, *, day="2026-03-05", account="622"):
    return f"{day} 10:00:00,{serial},,{amount},,,{remark},{account},{payer},建行\n"


@pytest.fixture
def members(finance_officer):
    """Two members with a year's fee open."""
    ScheduleFactory()
    found = {}
    for name in ("苏州大学", "燕山大学"):
        membership = MembershipFactory(institution=InstitutionFactory(name=name), joined_on=dt.date(2020, 1, 1))
        issue_annual_invoice(membership, year=2026, actor=finance_officer, on=ON)
        found[name] = membership.institution
    return found


def test_a_statement_is_taken_in_and_matched(members, finance_officer):
    content = HEAD + line("1", "2000", "苏州大学", "可持续联盟+苏州大学+年费") + line("2", "2000", "张三", "联盟年费") + "2026-03-06,3,5.00,,,,手续费,,,\n"

    statement = import_statement("a.csv", content.encode("gb18030"), actor=finance_officer)

    assert (statement.credits, statement.debits, statement.new_lines, Payment.objects.count()) == (2, 1, 2, 0)
    assert list(statement.lines.values_list("verdict", flat=True)) == ["sure", "ask"]


def test_the_same_file_and_an_overlapping_one_add_nothing_twice(members, finance_officer):
    first = HEAD + line("1", "2000", "苏州大学", "年费") + line("2", "2000", "燕山大学", "年费")
    second = HEAD + line("2", "2000", "燕山大学", "年费") + line("3", "2000", "燕山大学", "年费")

    one = import_statement("a.csv", first.encode(), actor=finance_officer)
    again = import_statement("again.csv", first.encode(), actor=finance_officer)
    other = import_statement("b.csv", second.encode(), actor=finance_officer)

    assert (again, other.new_lines, other.known_lines, StatementLine.objects.count()) == (one, 1, 1, 3)


@pytest.mark.django_db(transaction=True)
def test_two_people_import_the_same_file_at_once(finance_officer, race):
    content = (HEAD + line("1", "2000", "苏州大学", "年费")).encode()

    race(*[lambda: import_statement("a.csv", content, actor=finance_officer)] * 4)

    assert (BankStatement.objects.count(), StatementLine.objects.count()) == (1, 1)


def test_a_broken_file_changes_nothing(finance_officer):
    content = HEAD + line("1", "2000", "苏州大学", "年费") + line("2", "zwei", "燕山大学", "年费")

    with pytest.raises(StatementError, match="第 3 行"):
        import_statement("a.csv", content.encode(), actor=finance_officer)

    assert (BankStatement.objects.count(), StatementLine.objects.count()) == (0, 0)


def test_sure_lines_are_booked_in_one_step_and_pay_what_they_say(members, finance_officer):
    statement = import_statement(
        "a.csv", (HEAD + line("1", "2000", "苏州大学", "联盟+苏州大学+年费") + line("2", "2000", "", "会费")).encode(), actor=finance_officer
    )

    counts = accept_sure(statement.lines, actor=finance_officer)

    assert (dict(counts), Invoice.objects.get(institution=members["苏州大学"]).state, Payment.objects.get().bank_serial) == ({"booked": 1}, "settled", "1")
    assert discrepancies() == []


def test_two_lines_for_one_notice_are_not_both_sure(members, finance_officer):
    content = HEAD + line("1", "2000", "苏州大学", "联盟+苏州大学+年费") + line("2", "2000", "苏州大学", "联盟+苏州大学+年费", day="2026-03-06")

    statement = import_statement("a.csv", content.encode(), actor=finance_officer)

    assert list(statement.lines.values_list("verdict", flat=True)) == ["sure", "likely"]


def test_one_payment_for_two_units_is_split_and_must_add_up(members, finance_officer):
    statement = import_statement("a.csv", (HEAD + line("1", "4000", "省培训中心", "苏州大学、燕山大学 联盟年费")).encode(), actor=finance_officer)
    row = statement.lines.get()
    parts = [Part(members["苏州大学"], Decimal(2000)), Part(members["燕山大学"], Decimal(2000))]

    with pytest.raises(TooMuch):
        book_line(row, parts[:1], actor=finance_officer)
    book_line(row, parts, actor=finance_officer)

    assert sorted(Payment.objects.values_list("bank_serial", flat=True)) == ["1/1", "1/2"]
    assert (Invoice.objects.open().count(), Learnt.objects.count(), discrepancies()) == (0, 0, [])


def test_pressed_twice_it_books_once(members, finance_officer):
    row = import_statement("a.csv", (HEAD + line("1", "2000", "苏州大学", "联盟+苏州大学+年费")).encode(), actor=finance_officer).lines.get()

    first, second = accept_line(row, actor=finance_officer), accept_line(StatementLine.objects.get(), actor=finance_officer)

    assert (first, Payment.objects.count()) == (second, 1)


@pytest.mark.django_db(transaction=True)
def test_four_people_book_a_line_at_once(finance_officer, race):
    ScheduleFactory()
    institution = MembershipFactory(institution=InstitutionFactory(name="苏州大学")).institution
    row = import_statement("a.csv", (HEAD + line("1", "2000", "苏州大学", "联盟+苏州大学+年费")).encode(), actor=finance_officer).lines.get()

    race(*[lambda: book_line(StatementLine.objects.get(pk=row.pk), [Part(institution, Decimal(2000))], actor=finance_officer)] * 4)

    assert Payment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_database_books_no_more_than_the_line(members, finance_officer):
    row = import_statement("a.csv", (HEAD + line("1", "2000", "苏州大学", "联盟+苏州大学+年费")).encode(), actor=finance_officer).lines.get()
    accept_line(row, actor=finance_officer)
    values = {"institution": members["苏州大学"], "received_on": ON, "amount": 1, "payer_name": "x", "entered_by": finance_officer, "line": row}

    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(**values)
    with without_triggers("fees_payment"), transaction.atomic():
        assert Payment.objects.create(**values).pk  # control: without the trigger it would be booked
        transaction.set_rollback(True)


def test_undone_it_is_as_before_and_can_be_booked_again(members, finance_officer):
    row = import_statement("a.csv", (HEAD + line("1", "2000", "苏州大学", "联盟+苏州大学+年费")).encode(), actor=finance_officer).lines.get()
    accept_line(row, actor=finance_officer)

    undo_line(row, actor=finance_officer, reason="看错")
    undone = (StatementLine.objects.get().state, Invoice.objects.open().count(), Learnt.objects.filter(removed_at=None).count())
    accept_line(StatementLine.objects.get(), actor=finance_officer)

    assert undone == ("open", 2, 0)
    assert (Invoice.objects.open().count(), discrepancies()) == (1, [])


def test_a_decision_teaches_and_the_teaching_can_be_removed(members, finance_officer):
    first = import_statement("a.csv", (HEAD + line("1", "2000", "省培训中心", "会费", account="999")).encode(), actor=finance_officer).lines.get()
    book_line(first, [Part(members["苏州大学"], Decimal(2000))], actor=finance_officer)
    second = import_statement("b.csv", (HEAD + line("2", "2000", "省培训中心", "会费", account="999")).encode(), actor=finance_officer).lines.get()
    taught = (second.verdict, second.proposal["units"][0]["name"])

    for learnt in Learnt.objects.all():
        forget(learnt, actor=finance_officer)
    rematch(StatementLine.objects.filter(pk=second.pk))

    second.refresh_from_db()
    assert (taught, second.verdict) == (("likely", "苏州大学"), "ask")


def test_what_is_not_ours_is_set_aside_and_comes_back(finance_officer):
    row = import_statement("a.csv", (HEAD + line("1", "2000", "某公司", "培训费")).encode(), actor=finance_officer).lines.get()

    set_aside(row, actor=finance_officer, note="培训项目")
    with pytest.raises(InvalidTransition):
        set_aside(row, actor=finance_officer, note="x")
    undo_line(row, actor=finance_officer, reason="有误")

    assert StatementLine.objects.get().state == "open"


def test_by_pages_upload_accept_split_undo_and_the_paper(members, finance_officer):
    client = client_for(finance_officer)
    content = (HEAD + line("1", "2000", "苏州大学", "联盟+苏州大学+年费") + line("2", "2000", "张三", "联盟年费")).encode()
    preview = client.post(reverse("admin:fees_bankstatement_import"), {"file": SimpleUploadedFile("a.csv", content)}).url
    looked_at = (client.get(preview).context["reading"].incoming, BankStatement.objects.count())
    client.post(preview)
    statement = BankStatement.objects.get()
    page = reverse("admin:fees_bankstatement_work", args=[statement.pk])

    shown = client.get(page).text
    client.post(page, {"accept_sure": "1"})
    unclear = statement.lines.get(serial="2")
    client.post(page, {"line": unclear.pk, "unit_1": "燕山大学"})
    paper = client.get(reverse("admin:fees_bankstatement_paper", args=[statement.pk]))

    assert looked_at == (2, 0)
    assert ("付款方户名 = 苏州大学" in shown, Payment.objects.count(), Invoice.objects.open().count(), paper.content[:5]) == (True, 2, 0, b"%PDF-")


def test_an_unknown_layout_is_named_once_and_remembered(members, finance_officer):
    client = client_for(finance_officer)
    content = "Tag,Betrag,Wer,Was\n2026-03-05,2000,苏州大学,联盟 苏州大学 年费\n".encode()
    answer = client.post(reverse("admin:fees_bankstatement_import"), {"file": SimpleUploadedFile("a.csv", content)})

    wrong = client.post(answer.url, {"date": "0"})
    preview = client.post(answer.url, {"date": "0", "amount": "1", "payer_name": "2", "remark": "3"})
    client.post(preview.url)
    again = client.post(reverse("admin:fees_bankstatement_import"), {"file": SimpleUploadedFile("b.csv", content.replace(b"03-05", b"03-06"))})
    client.post(again.url)

    assert "请至少指定日期" in wrong.text
    assert (StatementLayout.objects.count(), BankStatement.objects.count(), StatementLine.objects.count()) == (1, 2, 2)

    client.post(reverse("admin:fees_statementlayout_forget", args=[StatementLayout.objects.get().pk]))
    asked = client.post(reverse("admin:fees_bankstatement_import"), {"file": SimpleUploadedFile("c.csv", content.replace(b"03-05", b"03-07"))})
    assert "/columns/" in asked.url


def command(name, *args):
    out = StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


def test_the_command_says_the_same_and_a_dry_run_changes_nothing(members, tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes((HEAD + line("1", "2000", "苏州大学", "联盟+苏州大学+年费")).encode("gb18030"))

    dry = json.loads(command("import_statement", str(file), "--dry-run", "--json"))
    before = StatementLine.objects.count()
    done = json.loads(command("import_statement", str(file), "--json"))

    assert (dry["lines"], before, done["new"], dry["dry_run"], done["dry_run"]) == (done["lines"], 0, 1, True, False)
    assert dry["lines"][0]["institutions"] == ["苏州大学"]


def test_the_command_names_the_row_of_a_broken_file(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes((HEAD + line("1", "zwei", "x", "y")).encode())

    with pytest.raises(CommandError, match="a.csv: 第 2 行"):
        command("import_statement", str(file))


def test_one_remark_is_explained(members):
    InstitutionAliasFactory(institution=members["苏州大学"], name="苏大", kind="short")

    answer = json.loads(command("explain_remark", "--remark", "可持续联盟+苏大+年费", "--payer", "苏州大学财务处", "--amount", "2,000.00", "--json"))

    assert {name: answer[name] for name in ("class", "institutions", "fees", "years")} == {
        "class": "sure", "institutions": ["苏州大学"], "fees": ["annual"], "years": [2026],
    }  # fmt: skip
    assert StatementLine.objects.count() == 0


def imported(*lines, actor, name="a.csv"):
    return import_statement(name, (HEAD + "".join(lines)).encode(), actor=actor)


def test_booking_confirms_the_units_own_report_and_undoing_gives_it_back(members, finance_officer):
    facts = {"amount": Decimal(2000), "payer_name": "苏州大学", "remark": ""}
    voucher = report_transfer(members["苏州大学"], upload=None, paid_on=dt.date(2026, 3, 4), actor=finance_officer, **facts)
    row = imported(line("1", "2000", "苏州大学", "联盟+苏州大学+年费"), actor=finance_officer).lines.get()

    (payment,) = accept_line(row, actor=finance_officer)
    voucher.refresh_from_db()
    booked = (voucher.state, voucher.payment)
    undo_line(row, actor=finance_officer, reason="看错")

    voucher.refresh_from_db()
    assert (booked, voucher.state, voucher.payment) == (("confirmed", payment), "new", None)


def test_what_was_entered_by_hand_is_not_booked_twice(members, finance_officer):
    payment = record_payment(
        institution=members["苏州大学"], amount=Decimal(2000), received_on=dt.date(2026, 3, 5), payer_name="苏州大学", actor=finance_officer
    )
    row = imported(line("1", "2000", "苏州大学", "联盟+苏州大学+年费"), actor=finance_officer).lines.get()
    page = reverse("admin:fees_bankstatement_work", args=[row.statement_id])
    client = client_for(finance_officer)
    shown = client.get(page).context["recorded"]

    client.post(page, {"line": row.pk, "recorded": payment.pk})
    row.refresh_from_db()
    again = imported(line("2", "2000", "苏州大学", "联盟+苏州大学+年费"), actor=finance_officer, name="b.csv").lines.get()

    assert (row.verdict, shown, row.state, Payment.objects.count()) == ("likely", [payment], "recorded", 1)
    with pytest.raises(TooMuch):
        mark_recorded(again, payment, actor=finance_officer)


def test_words_of_a_remark_are_learnt_and_used(members, finance_officer):
    first = imported(line("1", "1999", "张三", "联盟 紫藤花教学组 年费", account="1"), actor=finance_officer).lines.get()
    book_line(first, [Part(members["苏州大学"], Decimal(1999))], actor=finance_officer)

    second = imported(line("2", "2000", "李四", "紫藤花教学组-联盟年费", account="2"), actor=finance_officer, name="b.csv").lines.get()

    assert Learnt.objects.get(kind="remark").key == "紫藤花教学组"
    assert (second.verdict, second.proposal["units"][0]["name"]) == ("likely", "苏州大学")


def test_a_gap_between_two_statements_is_said(members, finance_officer):
    def with_balance(serial, day, balance):
        return f"{day} 10:00:00,{serial},,100,{balance},,x,1,y,建行\n"

    imported(with_balance("1", "2026-03-01", "1100"), with_balance("2", "2026-03-02", "1200"), actor=finance_officer)
    whole = imported(with_balance("3", "2026-03-03", "1300"), with_balance("4", "2026-03-04", "1400"), actor=finance_officer, name="b.csv")
    gap = imported(with_balance("6", "2026-03-06", "1600"), with_balance("7", "2026-03-07", "1700"), actor=finance_officer, name="c.csv")

    assert (whole.warnings, [row for row, _text in gap.warnings], whole.closing) == ([], [0], Decimal("1400.00"))


def test_a_file_without_its_account_overlaps_with_one_that_has_it(members, finance_officer):
    account = "账号:,691911524\n"
    imported(line("1", "2000", "苏州大学", "年费"), actor=finance_officer)

    other = import_statement("b.csv", (account + HEAD + line("1", "2000", "苏州大学", "年费")).encode(), actor=finance_officer)
    foreign = import_statement("c.csv", ("账号:,62220001\n" + HEAD + line("1", "2000", "苏州大学", "年费")).encode(), actor=finance_officer)

    assert (other.new_lines, foreign.new_lines, [row for row, _text in foreign.warnings]) == (0, 1, [0])


def test_the_units_that_a_remark_names_are_filled_in_for_the_split(members, finance_officer):
    statement = imported(line("1", "4000", "省培训中心", "苏州大学、燕山大学 联盟年费"), actor=finance_officer)

    parts = client_for(finance_officer).get(reverse("admin:fees_bankstatement_work", args=[statement.pk])).context["parts"]

    assert parts[:3] == [(1, "苏州大学", "2000.00"), (2, "燕山大学", "2000.00"), (3, "", "")]


def test_a_decision_that_is_refused_keeps_what_was_typed(members, finance_officer):
    statement = imported(line("1", "4000", "省培训中心", "联盟年费"), actor=finance_officer)
    values = {"line": statement.lines.get().pk, "unit_1": "苏州大学", "amount_1": "3000"}

    page = client_for(finance_officer).post(reverse("admin:fees_bankstatement_work", args=[statement.pk]), values)

    assert (page.context["parts"][0], Payment.objects.count()) == ((1, "苏州大学", "3000"), 0)


@pytest.mark.parametrize("count", [1, 30])
def test_the_work_page_asks_a_fixed_number_of_times(members, finance_officer, django_assert_num_queries, count):
    statement = imported(*[line(str(n), "2000", "", f"不明 {n}") for n in range(count)], actor=finance_officer)
    client = client_for(finance_officer)
    page = reverse("admin:fees_bankstatement_work", args=[statement.pk])
    client.get(page)

    with django_assert_num_queries(QUERIES):
        client.get(page)


def test_a_long_statement_runs_in_the_background_with_progress(members, finance_officer, monkeypatch):
    monkeypatch.setattr("fees.admin.statements.MOST_AT_ONCE", 1)
    client = client_for(finance_officer)
    content = (HEAD + line("1", "2000", "苏州大学", "年费") + line("2", "2000", "燕山大学", "年费")).encode()
    preview = client.post(reverse("admin:fees_bankstatement_import"), {"file": SimpleUploadedFile("a.csv", content)}).url

    client.post(preview)
    waiting = BankStatement.objects.count()
    run_due()

    job = Job.objects.get(kind="fees.import_statement")
    assert (waiting, job.state, job.percent, StatementLine.objects.count()) == (0, "done", 100, 2)
