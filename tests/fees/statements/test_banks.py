"""Every bank of the list, in every container; and the samples."""

import datetime as dt
import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from fees.statements.headers import folded
from fees.statements.reading import read_statement
from tests.fees.statements.files import CONTAINERS

DATA = Path(os.environ.get("ALLIANCE_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "data"
LIST = DATA / "bank_headers.json"
BANKS = json.loads(LIST.read_text(encoding="utf-8")) if LIST.exists() else {}
needs_the_list = pytest.mark.skipif(not BANKS, reason="the list of banks (shared/data/bank_headers.json) is not there")
# Column by column, what three lines say: 5,000 in, 300 out, 2,000 in.
PAYERS = ("苏州大学", "", "燕山大学财务处")
REMARKS = ("可持续联盟+苏州大学+入会费", "手续费", "联盟 燕大 年费")
MOVES = (("in", "5,000.00"), ("out", "300.00"), ("in", "2000"))
BALANCES = ("105,000.00", "104,700.00", "106,700.00")
OWN = "西交利物浦大学"


def layouts():
    """(bank, header) for every header of the list; brackets full-width and half-width."""
    for bank, layout in BANKS.items():
        for name in ("header", "header_v1"):
            if not bank.startswith("_") and name in layout:
                yield bank, tuple(layout[name])
                if any("（" in cell for cell in layout[name]):
                    yield bank, tuple(cell.replace("（", "(").replace("）", ")") for cell in layout[name])


def cell_for(column: str, n: int, header: tuple[str, ...], synonyms: dict[str, set[str]]) -> str:
    """What stands in this column of line `n`, as the list says banks write it."""
    name, (way, amount) = folded(column), MOVES[n]
    has_day = any(folded(cell) == "交易日期" for cell in header)
    answers = (
        ({"交易时间"}, "10:05:43" if has_day else f"2025-01-0{n + 1} 10:05:43"),
        ({"交易日期"}, f"2025010{n + 1}"),
        ({"日期"}, f"2025/1/{n + 1}"),
        (synonyms["direction"], "贷" if way == "in" else "借"),
        (synonyms["credit"], amount if way == "in" else ""),
        (synonyms["debit"], amount if way == "out" else "-"),
        ({"交易金额"}, amount if way == "in" or any(folded(cell) in synonyms["direction"] for cell in header) else f"-{amount}"),
        ({"余额", "账户余额", "交易后余额"}, BALANCES[n]),
        (synonyms["cp_name"] | {"付款人名称"}, PAYERS[n]),
        (synonyms["cp_account"] | {"付款人账号"}, f"6222000{n}" if PAYERS[n] else ""),
        ({"收款人名称", "账户名称", "户名"}, OWN),
        ({"账号", "本方账号", "收款人账号"}, "691911524"),
        (synonyms["serial"] - {"凭证号"}, f"S000{n}"),
        ({next(word for word in REMARK_ORDER if word in {folded(cell) for cell in header})}, REMARKS[n]),
    )
    return next((value for names, value in answers if name in names), "")


REMARK_ORDER = ("客户附言", "交易附言", "附言", "用途", "交易用途", "备注", "摘要")


def table(header: tuple[str, ...]) -> list[list[str]]:
    """A statement under this header, with rows above and a total below."""
    synonyms = {name: {folded(word) for word in words} for name, words in BANKS["_synonyms"].items()}
    rows = [[cell_for(column, n, header, synonyms) for column in header] for n in range(len(MOVES))]
    return [["账户名称：", OWN], ["账号：", "691911524"], ["查询时间", "2025-02-03 09:12:44"], [], list(header), *rows, ["合计", "", "", "7,300.00"]]


@needs_the_list
@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(("bank", "header"), list(layouts()), ids=lambda value: value if isinstance(value, str) else f"{len(value)} columns")
def test_every_bank_in_every_container(bank, header, container):
    statement = read_statement("a.xls", CONTAINERS[container](table(header)))

    lines = [(row.booked_on, row.direction, row.amount, row.payer_name, row.remark) for row in statement.rows]
    assert (statement.bank.split()[0], statement.account) == (bank.split("_")[0], "691911524")
    assert lines == [
        (dt.date(2025, 1, 1), "in", Decimal("5000.00"), PAYERS[0], REMARKS[0]),
        (dt.date(2025, 1, 2), "out", Decimal("300.00"), PAYERS[1], REMARKS[1]),
        (dt.date(2025, 1, 3), "in", Decimal("2000.00"), PAYERS[2], REMARKS[2]),
    ]
    assert (statement.balance_check, statement.opening, statement.closing) == ("proved", Decimal(100_000), Decimal(106_700))
    assert [note.reason for note in statement.skipped] == ["合计或页脚"]


@needs_the_list
def test_the_list_has_what_the_code_knows():
    assert len({bank for bank, _header in layouts()}) == 14


@needs_the_list
@pytest.mark.parametrize(
    ("name", "bank", "lines", "check"),
    [
        (
            "cmbc_gb18030.csv",
            "CMBC",
            [("in", 5000), ("in", 2000), ("in", 5000), ("in", 2000), ("in", 5000), ("in", 10000), ("out", 300), ("in", 2000)],
            "proved",
        ),
        ("icbc_gbk.csv", "ICBC", [("in", 2000)], "none"),
        ("ccb_utf8bom.csv", "CCB", [("in", 5000)], "none"),
        ("boc_gbk.csv", "BOC", [("in", 2000)], "none"),
    ],
)
def test_the_samples(name, bank, lines, check):
    statement = read_statement(name, (DATA / "samples" / name).read_bytes())

    assert (statement.bank.split()[0], [(row.direction, int(row.amount)) for row in statement.rows]) == (bank, lines)
    # Counts and sums that the files state above their header agree with the rows.
    assert (statement.balance_check, statement.warnings) == (check, ())
