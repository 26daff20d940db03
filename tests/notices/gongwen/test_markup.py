"""Pasted HTML: the structure stays, nothing else does."""

import pytest

from notices.gongwen.markup import clean, text_from_html

WORD = """<html xmlns:o="urn:x"><head><style>p{}</style></head><body><!--StartFragment-->
<h1>总体安排</h1><h2>时间</h2><h2>地点</h2><h1>报名</h1>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US style='font-family:Wingdings;mso-list:Ignore'>Ø<span
style='font:7.0pt "Times New Roman"'>&nbsp; </span></span><![endif]>第一项，<b>加粗</b><o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span lang=EN-US style='mso-list:Ignore'>（一）<span>&nbsp;</span></span>
<![endif]>第二项</p>
<table><tr><td><p><b>名称</b></p></td><td><p><b>备注</b></p></td></tr><tr><td><p>一</p><p>二</p></td><td></td></tr></table></body></html>"""

DANGERS = [
    "<script>alert(1)</script>好", "<img src=x onerror=alert(1)>好", "<a href='javascript:alert(1)'>好</a>", "<svg onload=alert(1)></svg>好",
    "<p onclick=alert(1)>好</p>", "<iframe src=//evil></iframe>好", "<style>*{}</style>好", "<a href='data:text/html,x'>好</a>",
    "<math><mtext></mtext><script>alert(1)</script></math>好", "<!--><script>alert(1)</script>-->好", "<template><script>x</script></template>好",
]  # fmt: skip


def test_words_headings_lists_and_tables_keep_their_structure():
    assert text_from_html(WORD).split("\n") == [
        "一、总体安排", "（一）时间", "（二）地点", "二、报名", "- 第一项，**加粗**", "（一）第二项", "| 名称 | 备注 |", "| --- | --- |", "| 一；二 |  |",
    ]  # fmt: skip


def test_numbered_lists_become_the_levels_of_the_standard():
    html = "<ol><li>甲<ol><li>子</li></ol></li><li>乙</li></ol><ol start=3 style='list-style-type:cjk-ideographic'><li>丙</li></ol><ul><li>点</li></ul>"

    assert text_from_html(html).split("\n") == ["1.甲", "（1）子", "2.乙", "三、丙", "- 点"]


@pytest.mark.parametrize("html", DANGERS)
def test_nothing_dangerous_comes_through(html):
    left = clean(html).lower()

    assert [word for word in ("script", "onerror", "onclick", "onload", "javascript:", "data:", "<img", "<iframe", "<svg", "<style") if word in left] == []


@pytest.mark.parametrize("html", [*DANGERS, "<p>好</p>", "好", "<div><div><p>好</div>", "<td>好", "<li>好</li>", "<ul><li>好"])
def test_the_words_survive_broken_html(html):
    assert "好" in text_from_html(html)


@pytest.mark.parametrize("html", ["", "   ", "<p></p>", "<!-- -->", "<table></table>", "<table><tr></tr></table>", "\0", "<" * 500, "<p>" * 3000])
def test_nothing_comes_of_nothing_and_nothing_breaks(html):
    assert text_from_html(html).strip("<") == ""


def test_what_the_editor_sends_back_is_what_it_was_given():
    from notices.forms.body import editor_html

    text = "一、时间\n2026年**3月**20日，见[通知](https://a.edu.cn/x)。\n- 甲\n- 乙\n| 名称 | 数量 |\n| --- | --- |\n| a\\|b | **2** |\n（一）子"

    assert text_from_html(editor_html(text)) == text


def test_empty_rows_of_a_form_stay_to_be_filled_in():
    html = "<table><thead><tr><th>姓名</th><th>手机</th></tr></thead><tbody><tr><td><br></td><td></td></tr></tbody></table>"

    assert text_from_html(html).split("\n") == ["| 姓名 | 手机 |", "| --- | --- |", "|  |  |"]
