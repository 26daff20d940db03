"""The includes that pages are put together from."""

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

from alliance.common.audit import timeline
from members.enums import Role
from members.services.accounts import grant_role
from tests.factories.members import UserFactory


def component(name: str, path: str = "/", **context: object) -> str:
    """One component's text."""
    return render_to_string(f"components/{name}.html", context, request=RequestFactory().get(path))


def test_a_task_that_cannot_start_is_no_link():
    tasks = [
        {"label": "单位信息", "url": "/a/", "state": "done", "state_label": "已完成"},
        {"label": "盖章", "state": "", "state_label": "尚不能开始", "hint": "填写完成后"},
    ]
    page = component("task_list", tasks=tasks)

    assert ('<a href="/a/">单位信息</a>' in page, page.count("<a "), "填写完成后" in page) == (True, 1, True)


def test_an_answer_is_shown_with_its_way_to_change_it():
    page = component("summary_list", rows=[{"label": "电话", "value": "", "url": "/b/", "change": "联系人电话"}, {"label": "学校", "value": "苏州大学"}])

    assert ("<dd>—</dd>" in page, "联系人电话" in page, page.count("<a ")) == (True, True, 1)


def test_a_bar_chart_is_a_table_with_its_numbers():
    page = component("bars", bars=[{"label": "江苏", "value": 3, "url": "/x/"}, {"label": "浙江", "value": 0}], most=3, caption="按省份")

    assert ('<progress max="3" value="3"' in page, '<th scope="row"><a href="/x/">江苏</a></th>' in page, '<td class="number">0</td>' in page) == (True,) * 3


def test_progress_can_be_read_without_seeing_it():
    assert 'aria-label="已完成部分">3 / 6</progress>' in component("progress", done=3, total=6, label="已完成部分")


def test_a_confirmation_names_the_reference():
    page = component("confirmation", title="已提交", reference="RM2026-0001", text="5 个工作日内审核")

    assert ("RM2026-0001" in page, "5 个工作日内审核" in page) == (True, True)


def test_nothing_here_says_what_to_do():
    assert '<a class="button button--secondary" href="/go/">新建</a>' in component("empty", text="还没有", url="/go/", action="新建")


@pytest.mark.parametrize(("number", "links"), [(1, ["next"]), (2, ["prev", "next"]), (3, ["prev"])])
def test_pages_lead_back_and_on_and_keep_the_filter(number, links):
    page = component("pagination", path="/?q=a", page_obj=Paginator(range(30), 10).page(number))

    assert [name for name in ("prev", "next") if f'rel="{name}"' in page] == links
    assert page.count("?q=a&amp;page=") == len(links)


def test_one_page_needs_no_pages():
    assert component("pagination", page_obj=Paginator(range(3), 10).page(1)).strip() == ""


@pytest.mark.django_db
def test_a_timeline_says_who_and_when(secretary):
    user = UserFactory()
    grant_role(user, Role.FINANCE, actor=secretary)

    page = component("timeline", entries=timeline(user))

    assert (str(secretary) in page, page.count("<li>")) == (True, 1)
