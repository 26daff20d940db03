"""Who is on a list, who is not, and why."""

import datetime as dt

import pytest
from django.urls import reverse

from members.enums import MembershipStatus, PersonRole
from notices.enums import Presence
from notices.models import Audience
from notices.selectors.audiences import resolve
from notices.services.issuing import acknowledge
from tests.factories.fees import ScheduleFactory
from tests.factories.meetings import MeetingFactory, RegistrationFactory
from tests.factories.members import AffiliationFactory, InstitutionFactory, MembershipFactory, PersonFactory, TierFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


def unit(name, role=PersonRole.LIAISON, email=None, **membership):
    institution = membership.pop("institution", None) or InstitutionFactory(name=name)
    MembershipFactory(institution=institution, **membership)
    if role:
        AffiliationFactory(institution=institution, role=role, person=PersonFactory(name=f"{name}人", email=f"{name}@x.cn" if email is None else email))
    return institution


def names(conditions, **kwargs):
    return [str(one.institution or one.person) for one in resolve(conditions, **kwargs).addressees]


def test_without_conditions_the_liaisons_of_all_members_by_name():
    unit("乙"), unit("甲"), unit("丙", status=MembershipStatus.PENDING_PAYMENT, number=None, joined_on=None)

    assert sorted(names({})) == ["乙", "甲"]


def test_each_condition_narrows_and_all_must_hold():
    private = InstitutionFactory(name="民", ownership="private", province="浙江省")
    top = InstitutionFactory(name="顶", is_985=True, is_211=True)
    unit("民", institution=private, joined_on=dt.date(2020, 1, 1))
    unit("顶", institution=top, tier=TierFactory(code="chair", name="理事长单位"))
    unit("停", status=MembershipStatus.SUSPENDED)
    unit("财", role=PersonRole.FINANCE)
    chair = TierFactory(code="chair").pk

    for conditions, expected in [
        ({"kinds": ["985"]}, ["顶"]),
        ({"kinds": ["private", "211"]}, ["民", "顶"]),
        ({"kinds": ["local"]}, ["停"]),
        ({"provinces": ["浙江省"]}, ["民"]),
        ({"joined_until": "2020-12-31"}, ["民"]),
        ({"joined_from": "2021-01-01", "kinds": ["private"]}, []),
        ({"tiers": [chair]}, ["顶"]),
        ({"standing": ["suspended"]}, ["停"]),
        ({"standing": ["good"]}, ["民", "顶"]),
        ({"roles": ["finance"]}, ["财"]),
    ]:
        assert (conditions, sorted(names(conditions))) == (conditions, sorted(expected))


def test_who_owes_and_who_does_not(finance_officer):
    from fees.services.billing import issue_annual_invoice

    ScheduleFactory()
    debtor = unit("欠")
    unit("清")
    issue_annual_invoice(debtor.memberships.get(), year=2026, actor=finance_officer, on=dt.date(2026, 3, 1))

    assert (names({"owes": "yes"}), names({"owes": "no"})) == (["欠"], ["清"])


def test_a_meeting_names_its_people_and_the_units_that_send_nobody():
    comes, stays = unit("来"), unit("不来")
    meeting = MeetingFactory()
    person = RegistrationFactory(meeting=meeting, institution=comes, person=PersonFactory(email="guest@x.cn")).person

    registered = resolve({"meeting": meeting.pk, "presence": Presence.REGISTERED})
    assert [one.person for one in registered.addressees] == [person]
    assert names({"meeting": meeting.pk, "presence": Presence.NOT_REGISTERED}) == [str(stays)]
    assert names({"meeting": meeting.pk, "presence": Presence.ATTENDED}) == []


def test_who_has_not_acknowledged_a_notice(issued, secretary):
    read, silent = unit("阅"), unit("未")
    one = issued()
    acknowledge(one, read, actor=secretary)

    assert names({"not_acknowledged": one.pk}) == [str(silent)]


def test_left_out_each_with_a_reason_and_every_address_once():
    unit("空", role=None)
    unit("无", email="")
    unit("双", email="same@x.cn")
    unit("对", email="SAME@x.cn")
    taken = unit("去")

    found = resolve({"without_units": [taken.pk]})

    assert (len(found.addressees), sorted(row.reason for row in found.left_out)) == (1, sorted(["该单位没有此角色的人员", "没有邮箱", "人工移除"]))


def test_people_and_units_can_be_added_by_hand():
    guest, outside = PersonFactory(name="嘉宾"), InstitutionFactory(name="外校")
    AffiliationFactory(institution=outside, role=PersonRole.LIAISON)

    assert sorted(names({"standing": ["suspended"], "with_people": [guest.pk], "with_units": [outside.pk]})) == sorted(["嘉宾", "外校"])


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_few_queries_however_long(count, django_assert_num_queries):
    for number in range(count):
        unit(f"校{number}")

    with django_assert_num_queries(2):
        resolve({"roles": ["liaison"], "standing": ["good"]})


def test_by_pages_an_audience_is_saved_shown_and_changed(secretary):
    taken, kept = unit("去"), unit("留")
    client = client_for(secretary)
    values = {"name": "名单", "roles": ["liaison"], "taken_out": taken.name}

    wrong = client.post(reverse("admin:notices_audience_new"), values | {"added": "查无此校"})
    client.post(reverse("admin:notices_audience_new"), values)
    audience = Audience.objects.get()
    page = client.get(reverse("admin:notices_audience_change", args=[audience.pk])).text
    form = client.get(reverse("admin:notices_audience_edit", args=[audience.pk])).text

    assert ("查无此校" in wrong.text, audience.conditions) == (True, {"roles": ["liaison"], "without_units": [taken.pk]})
    assert (kept.name in page, "人工移除" in page, taken.name in form) == (True, True, True)
