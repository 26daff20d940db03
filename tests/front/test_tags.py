"""The filters and tags that every template has."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from tests.support import moment

DAY = dt.date(2026, 3, 5)


def rendered(source: str, path: str = "/", **context: object) -> str:
    """A template's text, with a request for `path`."""
    return Template(source).render(Context({"request": RequestFactory().get(path), **context}))


@pytest.mark.parametrize(
    ("language", "source", "shown"),
    [
        ("zh-hans", "{{ d|day }}", "2026年3月5日"),
        ("en", "{{ d|day }}", "5 March 2026"),
        ("zh-hans", "{{ d|short_day }}", "3月5日"),
        ("en", "{{ d|short_day }}", "5 March"),
        ("zh-hans", "{{ nothing|day }}{{ nothing|short_day }}{{ nothing|moment }}", ""),
    ],
)
def test_days_are_written_in_the_readers_language(language, source, shown):
    with translation.override(language):
        assert rendered(source, d=DAY, nothing=None) == shown


def test_a_time_is_shown_in_beijing_whatever_zone_it_comes_in():
    late = dt.datetime(2026, 3, 4, 17, 5, tzinfo=dt.UTC)

    assert rendered("{{ t|moment }} {{ t|day }} {{ t|short_day }}", t=late) == "2026年3月5日 01:05 2026年3月5日 3月5日"
    assert rendered("{{ t|moment }}", t=moment("2026-03-05 09:00")) == "2026年3月5日 09:00"


def test_a_states_pill_says_its_word_and_escapes_it():
    page = rendered("{% status_tag state label %}", state="declined", label="<未通过>")

    assert page == '<span class="tag tag--error">&lt;未通过&gt;</span>'


def test_an_unknown_state_has_a_plain_pill():
    assert rendered("{% status_tag 'new' '新' %}") == '<span class="tag">新</span>'


def test_the_querys_other_values_stay_and_empty_ones_go():
    page = rendered("{% query page=2 q='' %}", path="/members/?q=苏&province=江苏省&page=7")

    assert page == "?province=%E6%B1%9F%E8%8B%8F%E7%9C%81&amp;page=2"


@pytest.mark.parametrize(
    ("path", "url", "said"),
    [("/?kind=a&page=3", "?kind=a&amp;sort=name", ""), ("/?sort=name", "?sort=-name", "ascending"), ("/?sort=-name", "?sort=name", "descending")],
)
def test_a_columns_head_sorts_there_and_back_and_says_so(path, url, said):
    page = rendered("{% sort_header 'name' '名称' %}", path=path)

    assert (f'href="{url}"' in page, f'aria-sort="{said}"' in page) == (True, bool(said))


def test_the_way_here_ends_with_the_page_itself():
    page = rendered("{% crumbs '会议' '/meetings/' '报名' %}")

    assert '<li><a href="/meetings/">会议</a></li><li aria-current="page">报名</li>' in page
