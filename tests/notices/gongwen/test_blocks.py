"""Text in, blocks out, and back."""

import pytest

from notices.gongwen.blocks import Run, numeral_of, plain, read_blocks, value_of, with_bare_links, write_blocks

WHOLE = (
    "一、时间\n2026年**3月**20日，见[通知](https://a.edu.cn/x)。\n- 甲\n- 乙\n| 名称 | 数量 |\n| --- | --- |\n| a\\|b | **2** |\n（一）子"
    "\n\\- 不是列表\n**[粗](mailto:a@b.cn)体**\n1\\*\\*2 是乘方\n\\[甲](乙)"
)


def test_a_text_that_uses_every_sign_comes_back_as_it_was():
    again = write_blocks(read_blocks(WHOLE))

    assert read_blocks(again) == read_blocks(WHOLE)


@pytest.mark.parametrize(
    "text", ["一、甲", "**粗**", "a ** b", "**未闭合", "\\", "|", "| |", "[无链接]", "[x](javascript:alert(1))", "- ", "\\\\", "a|b", "[a]b](https://x.cn)"]
)
def test_reading_what_was_written_changes_nothing(text):
    blocks = read_blocks(text)

    assert read_blocks(write_blocks(blocks)) == blocks


def test_a_table_has_its_head_and_equal_rows():
    (table,) = read_blocks("| 姓名 | 职务 |\n|---|---|\n| 李 |\n")

    assert (table.has_head, [[plain(cell) for cell in row] for row in table.rows]) == (True, [["姓名", "职务"], ["李", ""]])


def test_only_web_and_mail_addresses_become_links():
    (block,) = read_blocks("[坏](javascript:alert(1)) [好](https://a.edu.cn)")

    assert [run.link for run in block.runs if run.link] == ["https://a.edu.cn"]


def test_bare_addresses_are_links_on_pages():
    runs = with_bare_links([Run("发至innovation@xjtlu.edu.cn，见https://a.edu.cn/b。")])

    assert [(run.text, run.link) for run in runs if run.link] == [
        ("innovation@xjtlu.edu.cn", "mailto:innovation@xjtlu.edu.cn"), ("https://a.edu.cn/b", "https://a.edu.cn/b"),
    ]  # fmt: skip


@pytest.mark.parametrize("value", [1, 9, 10, 11, 20, 35, 99, 100, 103, 110, 123, 200, 999, 1000])
def test_numerals_both_ways(value):
    assert value_of(numeral_of(value)) == value
