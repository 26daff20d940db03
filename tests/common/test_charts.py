"""The geometry of charts, and who sees which on the start page."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from alliance.common import dashboards
from alliance.common.charts import Chart, Series, nice_ceiling
from alliance.common.dashboards import charts_for, register_chart


def two_series(**options):
    return Chart("会费", ["1月", "2月"], [Series("已收", [2000, 0]), Series("未收", [3000, 5000])], **options)


@pytest.mark.parametrize(("value", "top"), [(0, 1), (1, 1), (3, 4), (5, 5), (6, 10), (41, 50), (118, 200), (236_000, 400_000)])
def test_the_scale_ends_at_a_round_figure(value, top):
    assert nice_ceiling(value) == top


def test_columns_stand_on_one_another_and_on_the_ground():
    first, second, alone = two_series().bars

    ground = 240 - 28
    assert (first.y + first.height, second.y + second.height, alone.y + alone.height) == (ground, first.y, ground)
    assert second.y == alone.y == two_series().ticks[-1].y


def test_the_table_says_what_the_columns_show():
    chart = two_series(money=True)

    assert chart.rows == [("1月", ["¥2,000.00", "¥3,000.00"]), ("2月", ["¥0.00", "¥5,000.00"])]
    assert chart.bars[0].text == "1月 · 已收: ¥2,000.00"


def test_amounts_keep_their_fen():
    assert Chart("", ["1"], [Series("", [Decimal("0.10")])], money=True).rows == [("1", ["¥0.10"])]


def test_thirty_columns_name_only_what_has_room():
    chart = Chart("", [str(n) for n in range(30)], [Series("", [1] * 30)])

    assert [name.text for name in chart.names] == [str(n) for n in range(0, 30, 3)]


def test_a_label_that_is_wider_than_its_column_is_shortened_and_whole_in_the_table():
    chart = Chart("", ["985", "中外合作或内地与港澳合作", *"甲乙丙丁"], [Series("", [1] * 6)])

    assert [name.text for name in chart.names] == ["985", "中外合作或内…", *"甲乙丙丁"]
    assert chart.rows[1][0] == "中外合作或内地与港澳合作"


def test_a_chart_of_nothing_says_so():
    with translation.override("en"):
        page = Template("{% chart figure %}").render(Context({"figure": Chart("Empty", ["a"], [Series("b", [0])])}))

    assert "Nothing to show yet." in page
    assert "<svg" not in page


def test_charts_are_for_those_who_may_see_the_figures(finance_officer, stranger, monkeypatch):
    monkeypatch.setattr(dashboards, "_panels", {})
    register_chart("late", two_series, permission="common.enter_admin", order=2)
    register_chart("early", lambda: Chart("first", [], []), permission="common.enter_admin", order=1)

    assert [chart.title for chart in charts_for(finance_officer)] == ["first", "会费"]
    assert charts_for(stranger) == []
