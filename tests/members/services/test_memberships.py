"""States of a membership, the register of any day, tiers by year."""

import datetime as dt

import pytest
from django.urls import reverse

from alliance.common.exceptions import InvalidTransition
from members.enums import EndedHow, MembershipStatus
from members.models import Suspension, in_force
from members.selectors.register import completeness, gaps, register_on, roll_of, with_gaps
from members.services.memberships import TierUnchanged, change_tier, end_membership, reinstate_membership, suspend_membership
from tests.factories.members import AffiliationFactory, InstitutionFactory, MembershipFactory, TierFactory
from tests.support import client_for, timeline

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 5)


def test_suspending_and_reinstating_leaves_the_time_of_rest_with_its_reason(secretary):
    membership = MembershipFactory()

    suspend_membership(membership, actor=secretary, reason="欠费", on=DAY)
    reinstate_membership(membership, actor=secretary, reason="已缴清", on=dt.date(2026, 5, 1))

    rest = Suspension.objects.get()
    assert (rest.since, rest.until, rest.reason) == (DAY, dt.date(2026, 5, 1), "欠费")
    assert membership.status == MembershipStatus.ACTIVE
    assert [action for action, _actor in timeline(membership)] == ["membership.suspended", "membership.reinstated"]


def test_what_has_ended_cannot_be_suspended(secretary):
    membership = MembershipFactory()
    end_membership(membership, actor=secretary, how=EndedHow.LAPSED, reason="长期未缴费", on=DAY)

    with pytest.raises(InvalidTransition):
        suspend_membership(membership, actor=secretary, reason="x", on=DAY)


@pytest.mark.django_db(transaction=True)
def test_suspending_and_ending_at_once_one_wins(race, secretary):
    membership = MembershipFactory()
    copies = [type(membership).objects.get(pk=membership.pk) for _n in range(2)]

    outcomes = race(
        lambda: suspend_membership(copies[0], actor=secretary, reason="x", on=DAY),
        lambda: suspend_membership(copies[1], actor=secretary, reason="y", on=DAY),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["InvalidTransition", "Suspension"]


def test_the_register_of_a_past_day_has_who_was_a_member_then(secretary):
    early = MembershipFactory(number="2019-001", joined_on=dt.date(2019, 5, 1))
    gone = MembershipFactory(number="2019-002", joined_on=dt.date(2019, 5, 1))
    MembershipFactory(number="2024-001", joined_on=dt.date(2024, 5, 1))
    end_membership(gone, actor=secretary, how=EndedHow.WITHDRAWN, reason="x", on=dt.date(2022, 6, 30))

    assert [m.number for m in register_on(dt.date(2022, 6, 29))] == ["2019-001", "2019-002"]
    assert [m.number for m in register_on(dt.date(2022, 6, 30))] == [early.number]
    assert [m.number for m in roll_of(2022)] == ["2019-001", "2019-002"]
    assert [m.number for m in roll_of(2023)] == ["2019-001"]


def test_the_register_says_who_rested_on_that_day(secretary):
    membership = MembershipFactory(joined_on=dt.date(2020, 1, 1))
    suspend_membership(membership, actor=secretary, reason="x", on=DAY)
    reinstate_membership(membership, actor=secretary, reason="y", on=dt.date(2026, 4, 1))

    assert [register_on(day).get().suspended for day in (dt.date(2026, 3, 4), DAY, dt.date(2026, 4, 1))] == [False, True, False]


def test_a_tier_counts_from_its_year(secretary):
    membership, council = MembershipFactory(), TierFactory(code="council", name="理事单位")

    change_tier(membership, tier=council, from_year=2026, actor=secretary, reason="增选")

    membership = type(membership).objects.get(pk=membership.pk)
    assert (membership.tier_in(2025).code, membership.tier_in(2026).code) == ("ordinary", "council")
    with pytest.raises(TierUnchanged):
        change_tier(membership, tier=council, from_year=2027, actor=secretary, reason="增选")


def test_completeness_counts_contacts_and_codes():
    institution = InstitutionFactory(credit_code="12100000400000624D", name_en="Sample University")
    AffiliationFactory(institution=institution, role="liaison")
    AffiliationFactory(institution=institution, role="finance", until=dt.date(2024, 5, 1))

    row = with_gaps(type(institution).objects.filter(pk=institution.pk)).get()

    assert (completeness(row), gaps(row)) == (60, ["no_finance", "no_head"])


def test_a_head_without_an_address_is_no_missing_head():
    institution = InstitutionFactory(credit_code="12100000400000624D", name_en="Sample University")
    AffiliationFactory(institution=institution, role="liaison")
    AffiliationFactory(institution=institution, role="head", person__email="", person__mobile="0512-65880000")
    AffiliationFactory(institution=institution, role="finance", person__email="")

    row = with_gaps(type(institution).objects.filter(pk=institution.pk)).get()

    assert (completeness(row), gaps(row)) == (75, ["finance_no_email", "head_no_email"])


def test_the_list_of_institutions_filters_by_who_has_no_address(secretary):
    membership = MembershipFactory(institution__name="苏州大学")
    AffiliationFactory(institution=membership.institution, role="head", person__email="")
    MembershipFactory(institution__name="南京大学")
    page = reverse("admin:members_institution_changelist")

    listed = {code: client_for(secretary).get(page, {"missing": code}).context["cl"].result_list for code in ("head_no_email", "no_head")}

    assert {code: [row.name for row in rows] for code, rows in listed.items()} == {"head_no_email": ["苏州大学"], "no_head": ["南京大学"]}


def test_a_role_is_in_force_from_its_first_day_to_the_day_before_its_last():
    affiliation = AffiliationFactory(since=dt.date(2026, 3, 5), until=dt.date(2026, 4, 5))
    days = (dt.date(2026, 3, 4), dt.date(2026, 3, 5), dt.date(2026, 4, 4), dt.date(2026, 4, 5))

    assert [type(affiliation).objects.filter(in_force(day)).exists() for day in days] == [False, True, True, False]
    assert [type(affiliation.person).objects.filter(in_force(day, "affiliations__")).exists() for day in days] == [False, True, True, False]
