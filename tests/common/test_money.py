"""Money and its words."""

from decimal import Decimal

import pytest

from alliance.common.money import format_money, money, rmb_upper

AWKWARD = [
    ("0", "人民币零元整"),
    ("0.01", "人民币壹分"),
    ("0.10", "人民币壹角整"),
    ("0.55", "人民币伍角伍分"),
    ("1", "人民币壹元整"),
    ("1.01", "人民币壹元零壹分"),
    ("1.10", "人民币壹元壹角整"),
    ("10", "人民币壹拾元整"),
    ("12.34", "人民币壹拾贰元叁角肆分"),
    ("100", "人民币壹佰元整"),
    ("101", "人民币壹佰零壹元整"),
    ("110", "人民币壹佰壹拾元整"),
    ("1001", "人民币壹仟零壹元整"),
    ("1010.05", "人民币壹仟零壹拾元零伍分"),
    ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
    ("2000", "人民币贰仟元整"),
    ("5000", "人民币伍仟元整"),
    ("6007.14", "人民币陆仟零柒元壹角肆分"),
    ("10000", "人民币壹万元整"),
    ("10001", "人民币壹万零壹元整"),
    ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
    ("100500", "人民币壹拾万零伍佰元整"),
    ("105000", "人民币壹拾万伍仟元整"),
    ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
    ("1000000", "人民币壹佰万元整"),
    ("10000001", "人民币壹仟万零壹元整"),
    ("10010000", "人民币壹仟零壹万元整"),
    ("100000000", "人民币壹亿元整"),
    ("100000001", "人民币壹亿零壹元整"),
    ("100010000", "人民币壹亿零壹万元整"),
    ("1000100010", "人民币壹拾亿零壹拾万零壹拾元整"),
    ("325004.78", "人民币叁拾贰万伍仟零肆元柒角捌分"),
    ("1000000000000", "人民币壹万亿元整"),
    ("1000100000000", "人民币壹万零壹亿元整"),
    ("-2000", "人民币负贰仟元整"),
    ("0.005", "人民币壹分"),
]


@pytest.mark.parametrize(("amount", "words"), AWKWARD)
def test_capital_characters_follow_the_rules_for_bills(amount, words):
    assert rmb_upper(amount) == words


def test_half_a_fen_is_rounded_up():
    assert [money("0.005"), money("1.004"), money(3), money(Decimal("2.675"))] == [
        Decimal("0.01"),
        Decimal("1.00"),
        Decimal("3.00"),
        Decimal("2.68"),
    ]


def test_money_on_pages_has_a_sign_and_thousands():
    assert [format_money("5000"), format_money("1234567.5"), format_money("-20")] == ["¥5,000.00", "¥1,234,567.50", "-¥20.00"]


def test_a_float_is_refused_because_its_fen_cannot_be_trusted():
    with pytest.raises(TypeError):
        money(0.1)


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        money(text)
