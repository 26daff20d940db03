"""Names of institutions: added, renamed with the date, and never picked silently."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from alliance.common.exceptions import DomainError
from members.enums import AliasKind
from members.forms.naming import InstitutionNameForm
from members.models import Affiliation
from members.selectors.institutions import find_institution, search_institutions
from members.services.naming import NameTaken, NoName, add_institution, add_name, remove_name, rename_institution
from members.services.people import change_institution, end_role
from tests.factories.members import AffiliationFactory, InstitutionAliasFactory, InstitutionFactory, MembershipFactory
from tests.support import timeline, without_triggers

pytestmark = pytest.mark.django_db


def test_a_renamed_institution_is_found_by_both_names_and_the_old_one_has_its_date(secretary):
    institution = InstitutionFactory(name="常熟理工学院")

    rename_institution(institution, name="苏州工学院", on=dt.date(2025, 6, 1), actor=secretary)

    names = set(institution.aliases.values_list("name", "kind", "valid_until"))
    assert names == {("常熟理工学院", AliasKind.FORMER, dt.date(2025, 6, 1)), ("苏州工学院", AliasKind.OFFICIAL, None)}
    assert [search_institutions(text)[0] for text in ("常熟理工学院", "苏州工学院", "szgxy")] == [institution] * 3
    assert timeline(institution)[-1] == ("institution.renamed", secretary)


def test_nobody_takes_another_institution_s_official_name(secretary):
    InstitutionFactory(name="苏州大学")

    with pytest.raises(NameTaken):
        rename_institution(InstitutionFactory(), name="苏州大学", on=dt.date(2025, 6, 1), actor=secretary)
    with pytest.raises(NameTaken):
        add_institution(name="苏州大学", actor=secretary)
    with pytest.raises(NoName):
        add_institution(name="——", actor=secretary)


def test_a_short_name_of_two_is_marked_with_both_and_decides_nothing(secretary):
    nanjing, nanchang = InstitutionFactory(name="南京大学"), InstitutionFactory(name="南昌大学")
    add_name(nanjing, name="南大", kind=AliasKind.SHORT, ambiguous=False, actor=secretary)
    alone = find_institution("南大")[0]

    add_name(nanchang, name="南大", kind=AliasKind.SHORT, ambiguous=False, actor=secretary)

    assert alone == nanjing
    assert find_institution("南大") == (None, "“南大”可能是：南京大学、南昌大学。")
    assert set(nanjing.aliases.filter(name="南大").values_list("ambiguous", flat=True)) == {True}


def test_an_ambiguous_name_decides_nothing_even_where_only_one_of_them_is_registered():
    InstitutionAliasFactory(institution=InstitutionFactory(name="南京大学"), name="南大", ambiguous=True)

    assert find_institution("南大")[0] is None


def test_a_form_offers_all_who_go_by_a_name_and_takes_the_one_that_is_chosen():
    nanjing, nanchang = InstitutionFactory(name="南京大学"), InstitutionFactory(name="南昌大学")
    for institution in (nanjing, nanchang):
        InstitutionAliasFactory(institution=institution, name="南大", ambiguous=True)

    asked = InstitutionNameForm({"name": "南大"})
    chosen = InstitutionNameForm({"name": "南大", "candidate": str(nanchang.pk)})
    exact = InstitutionNameForm({"name": "南京大学"})

    assert (asked.is_valid(), {int(pk) for pk, _label in asked.fields["candidate"].choices}) == (False, {nanjing.pk, nanchang.pk})
    assert (chosen.is_valid(), chosen.cleaned_data["institution"]) == (True, nanchang)
    assert (exact.is_valid(), exact.cleaned_data["institution"]) == (True, nanjing)


def test_an_english_name_that_a_unit_enters_finds_it(secretary):
    institution = InstitutionFactory()

    change_institution(institution, name_en="Soochow University", actor=secretary)

    assert search_institutions("soochow") == [institution]


def test_the_official_name_is_not_removed_and_another_is(secretary):
    alias = InstitutionAliasFactory()

    remove_name(alias, actor=secretary)

    assert search_institutions("苏大") == []
    with pytest.raises(DomainError):
        remove_name(alias.institution.aliases.get(kind=AliasKind.OFFICIAL), actor=secretary)


def end_directly(pk):
    """Past all services, as a shell would."""
    Affiliation.objects.filter(pk=pk).update(until=dt.date(2026, 1, 1))


def test_the_database_keeps_a_member_unit_s_last_liaison():
    only = AffiliationFactory(institution=MembershipFactory().institution)

    with pytest.raises(IntegrityError), transaction.atomic():
        end_directly(only.pk)
    AffiliationFactory(institution=only.institution)
    end_directly(only.pk)

    only.refresh_from_db()
    assert only.until == dt.date(2026, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_liaisons_end_at_once_and_one_stays(race):
    unit = MembershipFactory().institution
    first, second = AffiliationFactory(institution=unit), AffiliationFactory(institution=unit)

    outcomes = race(lambda: end_directly(first.pk), lambda: end_directly(second.pk))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "NoneType"]
    assert unit.affiliations.filter(until=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_trigger_nobody_stays(race):
    unit = MembershipFactory().institution
    first, second = AffiliationFactory(institution=unit), AffiliationFactory(institution=unit)

    with without_triggers("members_affiliation"):
        race(lambda: end_directly(first.pk), lambda: end_directly(second.pk))

    assert unit.affiliations.filter(until=None).count() == 0


def test_the_admin_s_step_ends_a_role_and_says_why_it_cannot(secretary, client_for):
    only = AffiliationFactory(institution=MembershipFactory().institution)
    address = f"/admin/members/person/{only.person_id}/step/endrole/"

    page = client_for(secretary).post(address, {"affiliation": only.pk})
    AffiliationFactory(institution=only.institution)
    done = client_for(secretary).post(address, {"affiliation": only.pk})

    assert (page.status_code, "最后一位" in page.text, done.status_code) == (200, True, 302)
    assert Affiliation.objects.get(pk=only.pk).until is not None
    assert end_role(Affiliation.objects.get(pk=only.pk), actor=secretary).pk == only.pk
