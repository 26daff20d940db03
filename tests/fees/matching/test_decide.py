"""Single dangers, one by one."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import gettext as _

from fees.matching.decide import Credit, match, match_all
from fees.matching.names import remark_habit
from fees.matching.register import OpenInvoice, Reported
from fees.matching.words import fees_in, plain, speaks_of_alliance, years_in
from tests.fees.matching.world import register


def number(world, name):
    return next(pk for pk, known in world.official.items() if known == name)


def answer(remark, payer="", amount=2000, account="", world=None):
    found = match(Credit(remark, payer, account, Decimal(amount), dt.date(2026, 3, 5)), world or register())
    return found.verdict, [unit.name for unit in found.units[:1]]


@pytest.mark.parametrize(
    ("text", "fees", "years"),
    [
        ("入会费", {"entry"}, []), ("入盟费", {"entry"}, []), ("人会费", {"entry"}, []), ("入会", {"entry"}, []), ("入會費", {"entry"}, []),
        ("年费", {"annual"}, []), ("年废", {"annual"}, []), ("年度费用", {"annual"}, []), ("年会费", {"annual"}, []), ("会员年费", {"annual"}, []),
        ("入会费及年", {"entry", "annual"}, []), ("入会费3000+年费2000", {"entry", "annual"}, []), ("2025年度会费", {"annual"}, [2025]),
        ("2025、2026年费", {"annual"}, [2025, 2026]), ("25-26年费", {"annual"}, [2025, 2026]), ("2025至2027年会费", {"annual"}, [2025, 2026, 2027]),
        ("二〇二五年年费", {"annual"}, [2025]), ("贰零贰伍年费", {"annual"}, [2025]), ("2025.1-2025.12年费", {"annual"}, [2025]), ("20250110年费", {"annual"}, []),
        ("手续费", {"other"}, []), ("教育创新年会费", {"other"}, []), ("年会注册费", {"other"}, []), ("培训费/会议费", {"other"}, []), ("往来款", set(), []),
        ("会费", set(), []), ("浙江水利水电学院", set(), []),
    ],
)  # fmt: skip
def test_fees_and_years_in_words(text, fees, years):
    folded = plain(text)

    assert (fees_in(folded)[0], years_in(folded)) == (fees, years)


@pytest.mark.parametrize("text", ["可持继联盟", "教师发展连盟", "可持續聯盟", "高校教师发展中心可持续发展联盟", "ILEAD年费", "教发联萌"])
def test_the_alliance_is_known_however_misspelt(text):
    assert speaks_of_alliance(text)


@pytest.mark.parametrize("extra", ["实验学校", "附属第二中学", "研究生院", "学报编辑部", "东吴商学院", "幼儿园", "校友会", "投资有限公司"])
def test_another_legal_person_is_never_sure_whoever_pays(extra):
    name = f"苏州大学{extra}"

    assert "sure" not in {answer(f"联盟+{name}+年费", name)[0], answer(f"联盟+{name}+年费", "苏州大学")[0], answer("联盟年费", name)[0]}


@pytest.mark.parametrize("payer", ["苏州大学财务处", "苏州大学计划财务处", "苏州大学教师发展中心", "苏州大学（基本户）", "苏州大学国有资产管理处"])
def test_an_office_of_the_unit_is_the_unit(payer):
    assert answer("联盟年费", payer) == ("sure", ["苏州大学"])


def test_a_treasury_that_paid_for_one_unit_is_never_sure_for_it():
    world = register()
    world.accounts["999"] = {number(world, "苏州大学")}
    world.payers["省国库支付中心"] = {number(world, "苏州大学")}
    world.vouchers.append(Reported(1, number(world, "苏州大学"), Decimal(2000), dt.date(2026, 3, 4), "省国库支付中心"))

    unnamed, named, other = (answer(text, "省国库支付中心", account="999", world=world) for text in ("联盟年费", "联盟+苏州大学+年费", "联盟+河南大学+年费"))

    assert (unnamed, named, other[0]) == (("likely", ["苏州大学"]), ("sure", ["苏州大学"]), "ask")


def test_the_short_name_of_a_campus_elsewhere_is_a_question():
    assert answer("联盟+西华师大珠海+年费")[0] == "ask"


def test_words_that_were_for_a_unit_before_make_it_likely():
    world = register()
    key = remark_habit("联盟 天堂里先锋队 年费", world)
    world.habits[key] = {number(world, "苏州大学")}

    assert (key, answer("年费-天堂里先锋队-联盟", "张三", world=world)) == ("天堂里先锋队", ("likely", ["苏州大学"]))


@pytest.mark.parametrize("remark", ["联盟+苏州大学+年费", "联盟年费", "年", "培训费天堂里先锋队", "联盟+西大+年费"])
def test_names_fees_and_nothing_are_no_habit(remark):
    assert remark_habit(remark, register()) == ""


def test_all_named_units_are_offered():
    found = match(Credit("西华师大、成都大学 联盟会费", "省高校师资培训中心", "", Decimal(10000)), register())

    assert (found.verdict, {unit.name for unit in found.units[:2]}) == ("ask", {"西华师范大学", "成都大学"})


def test_no_order_of_lines_makes_two_of_one_notice_sure():
    lines = [Credit("联盟+苏州大学+年费", "苏州大学", "", Decimal(2000))] * 3

    assert [found.verdict for found in match_all(lines, register())] == ["sure", "likely", "likely"]


@pytest.mark.parametrize(
    ("remark", "verdict"),
    [
        ("苏州大学+2026年费", "sure"), ("苏州大学+26年费", "sure"), ("苏州大学+年费", "sure"), ("苏州大学+年费 JF2026-0001", "sure"),
        ("苏州大学+2024年费", "likely"), ("苏州大学+2027年费", "likely"), ("苏州大学+2025-2026年费", "likely"), ("联盟 24年费", "likely"), ("苏州大学 二〇二四年年费", "likely"),
    ],
)  # fmt: skip
def test_a_year_that_is_not_the_notices_is_never_sure(remark, verdict):
    found = match(Credit(remark, "苏州大学", "", Decimal(2000)), register())

    assert (found.verdict, _("the remark names another year than the notice") in found.reasons) == (verdict, verdict == "likely")


def test_a_year_chooses_its_notice_and_without_an_amount_none_but_its_own_is_sure():
    chosen = {year: match(Credit(f"燕山大学 {year}年费", "燕山大学", "", Decimal(2000)), register()) for year in (2025, 2026)}
    without = {year: match(Credit(f"燕山大学 {year}年费", "燕山大学"), register()).verdict for year in (2024, 2025)}

    assert {year: (found.verdict, [one.number for one in found.units[0].invoices]) for year, found in chosen.items()} == {
        2025: ("sure", ["JF2026-0004"]), 2026: ("sure", ["JF2026-0005"]),
    }  # fmt: skip
    assert without == {2024: "likely", 2025: "sure"}


def test_the_year_in_a_notices_number_is_no_year_of_a_fee():
    found = match(Credit("缴费通知单JF2025-0001 苏州大学", "苏州大学", "", Decimal(2000)), register())

    assert _("the remark names another year than the notice") not in found.reasons


@pytest.mark.parametrize(
    ("remark", "payer", "verdict", "notices"),
    [
        ("燕山大学 JF2026-0005", "燕山大学", "sure", ["JF2026-0005"]),
        ("燕山大学 年费 JF2026-0004", "燕山大学", "sure", ["JF2026-0004"]),
        ("燕山大学年费JF20260005", "", "likely", ["JF2026-0005"]),
        ("燕山大学 2025年费 JF2026-0005", "燕山大学", "likely", ["JF2026-0005"]),
        ("燕山大学 年费 JF2024-0077", "燕山大学", "likely", ["JF2026-0004"]),
        ("燕山大学 年费 JF2026-0005、JF2024-0077", "燕山大学", "likely", ["JF2026-0005"]),
        ("燕山大学 年费 JF2026-0001", "燕山大学", "ask", ["JF2026-0004"]),
    ],
)
def test_the_number_of_a_notice_chooses_it(remark, payer, verdict, notices):
    found = match(Credit(remark, payer, "", Decimal(2000)), register())
    unit = next(unit for unit in found.units if unit.name == "燕山大学")

    assert (found.verdict, [one.number for one in unit.invoices]) == (verdict, notices)


def test_a_number_chooses_its_notice_among_many_and_without_an_amount():
    world = register()
    pk = number(world, "燕山大学")
    for n in range(20):
        world.add_invoice(pk, OpenInvoice(900 + n, f"JF2026-09{n:02d}", Decimal(2000), frozenset({"annual"}), frozenset({2026})))

    found = [match(Credit("燕山大学 年费 JF2026-0919", "燕山大学", "", amount), world) for amount in (Decimal(2000), None)]

    assert [(one.verdict, [invoice.number for invoice in one.units[0].invoices]) for one in found] == [("sure", ["JF2026-0919"])] * 2


def test_a_number_whose_notice_the_amount_does_not_pay_is_never_sure():
    world = register()
    pk = number(world, "苏州大学")
    world.add_invoice(pk, OpenInvoice(900, "JF2026-0900", Decimal(1500), frozenset({"annual"}), frozenset({2026})))

    found = match(Credit("苏州大学 年费 JF2026-0900", "苏州大学", "", Decimal(2000)), world)

    assert (found.verdict, found.reasons[0]) == ("likely", _("the remark has the number of another notice than the amount pays"))


@pytest.mark.parametrize("word", ["暑期学校", "访学", "奖励", "复印", "2026暑期学校", "复印费用", "暑期学校缴费", "summer school", "王芳"])
def test_without_a_word_about_our_fees_what_else_is_said_makes_it_a_question(word):
    found = [match(Credit(remark, "苏州大学", "", Decimal(2000)), register()) for remark in (f"苏州大学 {word}", f"苏州大学{word}", word)]

    assert "sure" not in [one.verdict for one in found]
    assert found[0].reasons[0] == _("the remark speaks of something else and of no fee of ours")


@pytest.mark.parametrize(
    "remark",
    [
        "苏州大学",
        "付苏州大学财务处往来款",
        "苏州大学 2026年3月5日 2000元",
        "苏州大学 JF2026-0001",
        "苏州大学 缴费",
        "苏州大学 暑期学校 年费",
        "转西浦 苏州大学 RMB2000",
    ],
)
def test_a_word_of_ours_or_nothing_else_leaves_it_sure(remark):
    assert answer(remark, "苏州大学") == ("sure", ["苏州大学"])
