"""Statements as banks write them, and files that only look like one."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from fees.statements.headers import _BANKS, bank_of
from fees.statements.identity import line_keys
from fees.statements.reading import StatementError, UnknownLayout, amount_of, day_of, header_guess, read_statement

CMBC = """账户名称:,西交利物浦大学
账号:,691911524
贷方金额:,"7,000.00"

交易时间,交易流水号,借方发生额,贷方发生额,账户余额,凭证号,客户附言,对方账号,对方账号名称,对方开户行
2025-01-08 10:05:43,A1,,"5,000.00","105,000.00",,可持续联盟+苏州大学+入会费,3225019,苏州大学,建行
2025-01-09 08:30:00,A2,300.00,,"104,700.00",,网银手续费,,,
2025-01-09 14:20:11,A3,-,２０００.００,"106,700.00",,联盟 燕大 年费,0404003,燕山大学财务处,工行
合计,,300.00,"7,000.00",,,,,,
"""


def table(*rows):
    return "\n".join(",".join(row) for row in rows).encode()


def workbook(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_html(text):
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split(",")) + "</tr>" for line in text.replace('"', "").split("\n") if line)
    return f"<html><body><table>{rows}</table></body></html>".encode("gb18030")


@pytest.mark.parametrize(
    "content",
    [CMBC.encode("gb18030"), CMBC.encode(), CMBC.encode("utf-8-sig"), CMBC.encode("utf-16"), CMBC.replace("\n", "\r\n").encode("gb18030")],
    ids=["gb18030", "utf-8", "bom", "utf-16", "crlf"],
)
def test_the_same_statement_in_every_encoding(content):
    statement = read_statement("a.csv", content)

    rows = [(row.number, row.direction, row.amount, row.payer_name, row.remark) for row in statement.rows]
    assert (statement.bank, statement.account, statement.balance_check) == ("CMBC 民生银行", "691911524", "proved")
    assert rows == [
        (6, "in", Decimal("5000.00"), "苏州大学", "可持续联盟+苏州大学+入会费"),
        (7, "out", Decimal("300.00"), "", "网银手续费"),
        (8, "in", Decimal("2000.00"), "燕山大学财务处", "联盟 燕大 年费"),
    ]
    assert [(note.row, note.reason) for note in statement.skipped] == [(9, "合计或页脚")]


def test_a_missing_row_shows_in_the_balances():
    lines = CMBC.split("\n")

    statement = read_statement("a.csv", "\n".join(line for line in lines if "A2" not in line).encode())

    assert (statement.balance_check, statement.balance_breaks) == ("broken", (7,))


def test_the_newest_first_is_proved_as_well():
    head, rows = CMBC.split("\n")[:5], CMBC.split("\n")[5:8]

    assert read_statement("a.csv", "\n".join([*head, *reversed(rows)]).encode()).balance_check == "proved"


@pytest.mark.parametrize("name", _BANKS)
def test_every_bank_is_known_by_its_header(name):
    assert bank_of(tuple(_BANKS[name].split())) == name


def test_a_workbook_and_html_named_xls():
    rows = [
        ["交易时间", "收入金额", "支出金额", "账户余额", "对方账号", "对方户名", "交易用途"],
        [dt.datetime(2026, 1, 5, 9, 1), 2000, None, 9000.5, "622", "河北大学", "年费"],
    ]
    text = "交易时间,收入金额,支出金额,账户余额,对方账号,对方户名,交易用途\n2026-01-05,2000,,9000,622,河北大学,年费"

    answers = [read_statement("a.xlsx", workbook(rows)), read_statement("a.xls", as_html(text))]

    assert [(answer.bank, answer.rows[0].amount, answer.rows[0].payer_name) for answer in answers] == [("ABC 农业银行", Decimal("2000.00"), "河北大学")] * 2


def test_direction_and_one_amount_column():
    header = ["交易日期", "交易时间", "交易流水号", "收支标识", "交易金额", "账户余额", "对方账号", "对方户名", "摘要", "备注"]
    content = table(
        header, ["20260105", "090100", "1", "收入", "2000", "2000", "1", "a", "年费", ""], ["20260106", "090100", "2", "支出", "5", "1995", "1", "b", "", ""]
    )

    rows = read_statement("a.csv", content).rows

    assert [(row.direction, row.amount, row.booked_at) for row in rows] == [("in", Decimal(2000), dt.time(9, 1)), ("out", Decimal(5), dt.time(9, 1))]


def test_an_account_that_a_spreadsheet_shortened_is_reported_and_not_used():
    content = CMBC.replace("3225019", "3.22502E+19").encode()

    statement = read_statement("a.csv", content)

    assert (statement.rows[0].payer_account, [note.row for note in statement.warnings]) == ("", [6])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-05", (2025, 3, 5)), ("2025/3/5", (2025, 3, 5)), ("2025.03.05", (2025, 3, 5)), ("20250305", (2025, 3, 5)), ("2025年3月5日", (2025, 3, 5)),
        ("20260410 17:07:09", (2026, 4, 10)), ("45721", (2025, 3, 5)), ("２０２５－０３－０５", (2025, 3, 5)),
        ("2025-02-30", None), ("05/03/2025", None), ("合计", None), ("", None), ("99999999", None),
    ],
)  # fmt: skip
def test_days(text, day):
    found = day_of(text)

    assert (found[0] if found else None) == (dt.date(*day) if day else None)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2,000.00", "2000.00"),
        ("￥２０００", "2000.00"),
        ("-300", "-300.00"),
        ("-", None),
        ("", None),
        ("1e5", None),
        ("12345678901234", None),
        ("2000元", "2000.00"),
    ],
)
def test_amounts(text, amount):
    assert amount_of(text) == (Decimal(amount) if amount else None)


@pytest.mark.parametrize(
    ("change", "row"),
    [(("5,000.00", "fünf"), 6), (("2025-01-08 10:05:43", "gestern"), 6), (("300.00,,", "300.00,1.00,"), 7)],
    ids=["no amount", "no date", "both ways"],
)
def test_a_broken_row_is_named(change, row):
    with pytest.raises(StatementError) as refused:
        read_statement("a.csv", CMBC.replace(*change, 1).encode())

    assert refused.value.row == row


def test_an_unknown_layout_is_read_by_what_a_person_says():
    content = table(["Wann", "Wieviel", "Wer", "Wofür"], ["2026-01-05", "2000", "河北大学", "年费"], ["2026-01-06", "-5", "x", "y"])
    with pytest.raises(UnknownLayout) as unknown:
        read_statement("a.csv", content)

    statement = read_statement("a.csv", content, {"date": 0, "amount": 1, "payer_name": 2, "remark": 3})

    assert unknown.value.table[0] == ["Wann", "Wieviel", "Wer", "Wofür"]
    assert [(row.direction, row.amount, row.remark) for row in statement.rows] == [("in", Decimal(2000), "年费"), ("out", Decimal(5), "y")]


def test_equal_transfers_of_a_day_are_two_and_the_same_two_in_an_overlapping_file():
    header = ["日期", "对方户名", "对方账号", "摘要", "借方发生额", "贷方发生额", "余额"]
    line = ["2026-01-05", "河北大学", "1", "年费", "", "2000", ""]
    other = ["2026-01-06", "河南大学", "2", "年费", "", "2000", ""]
    whole, part = (read_statement("a.csv", table(header, *rows)).rows for rows in ([line, line, other], [line, line]))

    keys, again = line_keys(whole), line_keys(part)

    assert (len(set(keys)), again) == (3, keys[:2])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=3000))
def test_random_bytes_are_refused_and_nothing_else(content):
    with pytest.raises(StatementError):
        read_statement("a.xls", content)


@settings(max_examples=250, deadline=None)
@given(st.integers(0, len(CMBC.encode("gb18030")) - 1), st.binary(min_size=1, max_size=12), st.booleans())
def test_a_damaged_statement_is_read_or_refused(position, noise, cut):
    content = CMBC.encode("gb18030")
    damaged = content[:position] if cut else content[:position] + noise + content[position + len(noise) :]

    try:
        statement = read_statement("a.csv", damaged)
    except StatementError:
        return
    assert all(row.amount > 0 for row in statement.rows)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=40))
def test_a_damaged_workbook_is_read_or_refused(position, noise):
    content = workbook(
        [["交易时间", "收入金额", "支出金额", "账户余额", "对方账号", "对方户名", "交易用途"], ["2026-01-05", 2000, None, 9000, "622", "河北大学", "年费"]]
    )
    damaged = content[:position] + noise + content[position + len(noise) :]

    try:
        read_statement("a.xlsx", damaged)
    except StatementError:
        return


@pytest.mark.parametrize(("change", "words"), [(('"7,000.00"\n', '"9,000.00"\n'), "9000"), (("账号:", "贷方笔数:,3\n账号:"), "3")], ids=["sum", "count"])
def test_what_the_file_states_of_itself_is_compared_with_its_rows(change, words):
    whole = read_statement("a.csv", CMBC.encode())
    stated = read_statement("a.csv", CMBC.replace(*change, 1).encode())

    assert (whole.warnings, [(note.row, words in note.reason) for note in stated.warnings]) == ((), [(0, True)])


def test_the_header_of_a_second_page_is_left_out_and_said():
    head = CMBC.split("\n")[4]

    statement = read_statement("a.csv", CMBC.replace("2025-01-09 14", f"{head}\n2025-01-09 14").encode())

    assert (len(statement.rows), [note.row for note in statement.skipped]) == (3, [8, 10])


def test_money_from_somebody_without_a_day_stops_the_file():
    with pytest.raises(StatementError) as refused:
        read_statement("a.csv", CMBC.replace("2025-01-08 10:05:43", "").encode())

    assert refused.value.row == 6


def test_a_payer_named_total_is_no_total():
    statement = read_statement("a.csv", CMBC.replace("交易流水号", "x").replace(",A1,", ",合计公司,").encode())

    assert len(statement.rows) == 3


def test_a_serial_number_that_a_spreadsheet_shortened_is_not_used():
    statement = read_statement("a.csv", CMBC.replace("A1", "2.02501E+15").encode())

    assert (statement.rows[0].serial, [note.row for note in statement.warnings]) == ("", [6])


def test_one_serial_number_for_a_whole_batch_drops_nothing():
    header = ["日期", "对方户名", "交易流水号", "摘要", "借方发生额", "贷方发生额"]
    rows = [["2026-01-05", payer, "B1", "年费", "", "2000"] for payer in ("河北大学", "河南大学", "河南大学")]

    keys = line_keys(read_statement("a.csv", table(header, *rows)).rows)

    assert len(set(keys)) == 3


def test_a_line_without_a_balance_is_added_up_to_the_next():
    lines = CMBC.replace('"104,700.00"', "")

    assert [read_statement("a.csv", text.encode()).balance_check for text in (lines, lines.replace("300.00,,", "200.00,,"))] == ["proved", "broken"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-05T09:01:02", (9, 1, 2)),
        ("20250305090102", (9, 1, 2)),
        ("2025年3月5日 9时01分", (9, 1, 0)),
        ("45721.5", (12, 0, 0)),
        ("2025/3/5 9:01", (9, 1, 0)),
    ],
)
def test_the_time_beside_the_day(text, moment):
    assert day_of(text) == (dt.date(2025, 3, 5), dt.time(*moment))


def test_the_header_of_an_unknown_layout_is_found_below_rows_with_dates():
    rows = [["查询时间", "2025-02-03 09:12:44"], ["户主", "x", "y", "z"], ["Wann", "Wieviel", "Wer", "Was"], ["2026-01-05", "2000", "河北大学", "年费"]]

    assert header_guess(rows) == 2
