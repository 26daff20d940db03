"""The start page, what joining costs, the way to one's own pages, and what operators ask."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import override_settings

from alliance.common.models import Organisation
from alliance.home.provinces import TILES, shade, tiles
from members.enums import MembershipStatus
from tests.factories.fees import ScheduleFactory
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory
from tests.factories.members import InstitutionFactory, MembershipFactory
from tests.support import client_for, moment


def stats(client) -> list[tuple[str, str]]:
    """The figures of the start page as label and value."""
    page = client.get("/").content.decode()
    found = re.findall(r'<div class="stat"><dt>([^<]+)</dt><dd>(?:<a[^>]*>)?([^<]+)', page)
    return [(label, value) for label, value in found]


@pytest.mark.django_db
def test_an_empty_system_has_a_start_page(client):
    assert stats(client) == [("成员高校", "0"), ("省级行政区", "0"), ("免费季度会议 × 名额", "3 × 3")]


@pytest.mark.django_db
def test_the_figures_are_counted_from_the_register(client):
    for province in ("江苏省", "江苏省", "浙江省", ""):
        MembershipFactory(institution=InstitutionFactory(province=province))
    MembershipFactory(pending=True)
    MembershipFactory(status=MembershipStatus.SUSPENDED, institution=InstitutionFactory(province="北京市"))
    AllowanceRuleFactory(from_year=2018, free_meetings=4, delegates_per_meeting=2)
    Organisation.objects.update_or_create(pk=1, defaults={"founded_on": dt.date(2018, 10, 20)})

    assert stats(client) == [("成员高校", "5"), ("省级行政区", "3"), ("免费季度会议 × 名额", "4 × 2"), ("成立年份", "2018")]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 30])
def test_the_start_page_costs_the_same_however_many_members(client, rows, django_assert_num_queries):
    MembershipFactory.create_batch(rows)
    Organisation.load()

    with django_assert_num_queries(5):
        client.get("/")


@pytest.mark.django_db
def test_the_map_leads_to_the_provinces_members(client):
    MembershipFactory(institution=InstitutionFactory(province="江苏省"))

    page = client.get("/").content.decode()
    link = re.search(r'href="([^"]+)">江苏 <strong>1</strong>', page)[1]

    assert client.get(link).context["total"] == 1


def test_the_map_has_every_province_once_and_no_two_on_one_place():
    assert (len({tile[0] for tile in TILES}), len({tile[2:] for tile in TILES})) == (34, 34)


@pytest.mark.parametrize(("members", "most", "dark"), [(0, 0, 0), (0, 9, 0), (1, 100, 1), (25, 100, 1), (26, 100, 2), (100, 100, 4), (1, 1, 4)])
def test_a_tile_is_the_darker_the_more_members(members, most, dark):
    assert shade(members, most) == dark


def test_a_name_that_is_no_province_has_no_tile():
    assert sum(tile.members for tile in tiles({"江苏省": 2, "某地": 5})) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("now", "word"), [("2100-03-01 09:00", "可报名"), ("2100-03-18 09:00", "报名已截止")])
def test_a_meeting_says_whether_one_can_still_register(client, now, word):
    MeetingFactory(public_from=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))

    with time_machine.travel(moment(now), tick=False):
        page = client.get("/").content.decode()

    assert [found for found in ("可报名", "报名已截止") if found in page] == [word]


@pytest.mark.django_db
def test_the_public_does_not_hear_of_meetings_before_their_time(client):
    MeetingFactory(title="成员先知的会议", public_from=None)

    assert "成员先知的会议" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_fees_and_benefits_come_from_data(client):
    schedule = ScheduleFactory()
    schedule.entry_fee = Decimal(1234)
    schedule.save()
    AllowanceRuleFactory(from_year=2018, free_meetings=5, delegates_per_meeting=7)

    page = client.get("/benefits/").content.decode()

    annual = schedule.amounts.get(tier__code="ordinary").amount
    assert [
        text in page
        for text in ("¥1,234.00", f"¥{annual:,.2f}", f"¥{annual + 1234:,.2f}", "5 次项目季度会议", "至多 7 位", "可持续联盟+学校名称+费用名称", "691911524")
    ] == [True] * 7


@pytest.mark.django_db
def test_without_a_schedule_no_amount_is_invented(client):
    assert "¥" not in client.get("/benefits/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "door"),
    [("secretary", "/admin/"), ("finance_officer", "/admin/"), ("councillor", "/council/"), ("liaison", "/portal/"), ("applicant", "/apply/")],
)
def test_after_sign_in_everybody_comes_to_their_own_pages(role, door, request, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False

    assert client_for(request.getfixturevalue(role)).get("/go/").url == door


@pytest.mark.django_db
def test_the_menu_shows_only_what_opens(liaison, client):
    def menu(response) -> list[str]:
        return [item["url"] for item in response.context["alliance"]["menu"]]

    assert ("/portal/" in menu(client_for(liaison).get("/")), "/portal/" in menu(client.get("/"))) == (True, False)


@pytest.mark.django_db
def test_staff_who_type_the_portals_address_are_led_to_the_admin(secretary, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False

    answer = client_for(secretary).get("/portal/", follow=True)

    assert (answer.redirect_chain, "您以工作人员身份登录" in answer.text) == ([("/admin/", 302)], True)


@pytest.mark.django_db
def test_who_may_not_enter_the_portal_gets_a_page_whose_links_open(councillor):
    client = client_for(councillor)

    page = client.get("/portal/")

    links = {link for link in re.findall(r'href="(/[^"#?]*)"', page.text) if not link.startswith("/static/")}
    assert (page.status_code, "/go/" in links, "/portal/people/" in links) == (403, True, False)
    assert {link: client.get(link).status_code for link in links if client.get(link).status_code not in {200, 302}} == {}


@pytest.mark.django_db
def test_nobody_takes_an_address_that_is_not_theirs(stranger):
    before = stranger.email

    added = client_for(stranger).post("/accounts/email/", {"action_add": "", "email": "liaison@suda.edu.cn"})
    client_for(stranger).post("/accounts/email/", {"action_primary": "", "email": "liaison@suda.edu.cn"})

    stranger.refresh_from_db()
    assert (added.status_code, stranger.email) == (405, before)


@pytest.mark.django_db
def test_the_choice_of_language_is_kept_at_the_account(stranger):
    response = client_for(stranger).post("/language/", {"language": "en", "next": "/benefits/"})

    stranger.refresh_from_db()
    assert (stranger.language, response.url, response.cookies["django_language"].value) == ("en", "/benefits/", "en")


@pytest.mark.django_db
def test_an_unknown_language_changes_nothing(stranger):
    response = client_for(stranger).post("/language/", {"language": "xx", "next": "/"})

    stranger.refresh_from_db()
    assert (stranger.language, "django_language" in response.cookies) == ("", False)


@pytest.mark.django_db
def test_readiness_needs_the_database(client):
    def gone(*args: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(gone):
        ready, alive = client.get("/readyz"), client.get("/healthz")

    assert (ready.status_code, alive.status_code) == (503, 200)


@pytest.mark.django_db
def test_readiness_says_that_redis_is_missing_and_goes_on(client, tmp_path):
    nowhere = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"unix://{tmp_path}/none.sock"}}

    with override_settings(CACHES=nowhere):
        response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"status": "ok", "redis": "down"})


@pytest.mark.django_db
def test_search_engines_are_kept_out_of_what_is_private(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert [f"Disallow: {path}" in lines for path in ("/admin/", "/portal/", "/council/", "/files/", "/apply/")] == [True] * 5
