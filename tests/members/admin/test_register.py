"""The lists of the register: filters, the one search, and as few queries for thirty rows as for one."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fees.services.billing import issue_annual_invoice
from members.models import MembershipTier
from members.services.memberships import suspend_membership
from tests.factories.council import SeatFactory
from tests.factories.fees import PaymentFactory, ScheduleFactory
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, RegistrationFactory
from tests.factories.members import AffiliationFactory, InstitutionAliasFactory, InstitutionFactory, MembershipFactory, TierFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db
LIST = "/admin/members/membership/"


def shown(client, query, path=LIST):
    """The names of the institutions that a list shows, sorted."""
    rows = client.get(f"{path}?{query}").context["cl"].result_list
    return sorted(str(getattr(row, "institution", row)) for row in rows)


@pytest.fixture
def register(secretary, time_machine):
    """Four members: one in order, one in arrears, one suspended and of another kind, one of another tier since this year."""
    time_machine.move_to("2026-09-01 09:00+08:00", tick=False)
    ScheduleFactory()
    good = MembershipFactory(institution__name="苏州大学", institution__is_211=True, institution__credit_code="12100000400000624D")
    late = MembershipFactory(institution__name="燕山大学", institution__province="河北省", joined_on=dt.date(2019, 5, 8))
    resting = MembershipFactory(institution__name="三亚学院", institution__ownership="private")
    council = MembershipFactory(institution__name="南京大学", institution__is_985=True)
    MembershipTier.objects.create(membership=council, tier=TierFactory(code="council", name="理事单位"), from_year=2026)
    MembershipTier.objects.create(membership=good, tier=TierFactory(code="council"), from_year=2027)
    AffiliationFactory(institution=good.institution, role="finance")
    issue_annual_invoice(late, year=2025, actor=secretary, on=dt.date(2025, 3, 1))
    suspend_membership(resting, actor=secretary, reason="欠费", on=dt.date(2026, 2, 1))
    return client_for(secretary)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("standing=good", ["南京大学", "苏州大学"]),
        ("standing=arrears", ["燕山大学"]),
        ("standing=suspended", ["三亚学院"]),
        ("standing=ended", []),
        ("standing=present", ["三亚学院", "南京大学", "燕山大学", "苏州大学"]),
        ("kind=211", ["苏州大学"]),
        ("kind=private", ["三亚学院"]),
        ("kind=local", ["燕山大学"]),
        ("joined=2019", ["燕山大学"]),
        ("missing=no_finance", ["三亚学院", "南京大学", "燕山大学"]),
        ("missing=no_credit_code", ["三亚学院", "南京大学", "燕山大学"]),
        ("institution__province=河北省", ["燕山大学"]),
        ("q=yanshan", ["燕山大学"]),
        ("q=蘇州大學", ["苏州大学"]),
        ("joined=x", ["三亚学院", "南京大学", "燕山大学", "苏州大学"]),
        ("tier=99999999999999999999", []),
    ],
)
def test_the_list_of_memberships_is_filtered(register, query, names):
    assert shown(register, query) == names


def test_the_tier_is_this_years_neither_a_later_nor_an_earlier_one(register):
    council = TierFactory(code="council")

    assert shown(register, f"tier={council.pk}") == ["南京大学"]


def test_the_list_of_memberships_needs_as_many_queries_for_thirty_rows_as_for_one(secretary):
    client = client_for(secretary)
    AffiliationFactory(institution=MembershipFactory().institution)
    client.get(LIST)

    counts = []
    for more in (0, 29):
        for membership in MembershipFactory.create_batch(more):
            AffiliationFactory(institution=membership.institution)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(LIST)
        counts.append(len(captured))

    assert counts[0] == counts[1]


# Each list of another app whose rows belong to an institution: its address, and what makes a row.
ELSEWHERE = {
    "/admin/council/seat/": lambda institution: SeatFactory(institution=institution),
    "/admin/fees/payment/": lambda institution: PaymentFactory(institution=institution),
    "/admin/fees/invoice/": lambda institution: issue_annual_invoice(
        MembershipFactory(institution=institution), year=2026, source="test", on=dt.date(2026, 3, 1)
    ),
    "/admin/meetings/registration/": lambda institution: RegistrationFactory(meeting=MeetingFactory(), institution=institution),
    "/admin/members/person/": lambda institution: AffiliationFactory(institution=institution).person,
}


@pytest.mark.parametrize("path", ELSEWHERE)
@pytest.mark.parametrize("text", ["苏大", "suda", "szdx", "蘇州大學", "soochow"])
def test_lists_of_all_apps_find_by_any_name(secretary, path, text):
    ScheduleFactory(), AllowanceRuleFactory()
    university = InstitutionFactory(name="苏州大学")
    for name in ("苏大", "Soochow University"):
        InstitutionAliasFactory(institution=university, name=name)
    wanted = ELSEWHERE[path](university)
    ELSEWHERE[path](InstitutionFactory(name="燕山大学"))

    rows = client_for(secretary).get(path, {"q": text}).context["cl"].result_list

    assert [row.pk for row in rows] == [wanted.pk]
