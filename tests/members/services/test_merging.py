"""Two records become one."""

import pytest

from members.models import Affiliation, Person
from members.selectors.institutions import search_institutions
from members.services.merging import CannotMerge, merge_institutions, merge_people, preview_merge
from members.services.people import LastLiaison, move_person
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, RegistrationFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory, InstitutionAliasFactory, InstitutionFactory, MembershipFactory, PersonFactory
from tests.support import timeline

pytestmark = pytest.mark.django_db


def test_an_institution_that_goes_gives_everything_to_the_one_that_stays(secretary):
    keep, gone = InstitutionFactory(name="苏州大学"), InstitutionFactory(name="苏洲大学", moe_code=None)
    InstitutionAliasFactory(institution=gone, name="苏大")
    application = ApplicationFactory(institution=gone)
    affiliation = AffiliationFactory(institution=gone)

    merge_institutions(keep, gone, actor=secretary)

    application.refresh_from_db(), affiliation.refresh_from_db(), gone.refresh_from_db()
    assert (application.institution, affiliation.institution, gone.merged_into) == (keep, keep, keep)
    assert search_institutions("苏洲大学") == [keep]
    assert search_institutions("苏大") == [keep]
    assert timeline(gone)[-1] == ("institution.merged", secretary)


def test_the_preview_says_what_would_change_hands_and_changes_nothing():
    gone = InstitutionFactory()
    ApplicationFactory(institution=gone)

    moved = {row.label: row.count for row in preview_merge(gone)}

    assert moved == {"学校名称": 1, "申请": 1} or sum(moved.values()) == 2
    assert gone.applications.count() == 1


def test_what_has_been_a_member_does_not_go(secretary):
    member = MembershipFactory().institution

    with pytest.raises(CannotMerge, match="成员"):
        merge_institutions(InstitutionFactory(), member, actor=secretary)


def test_two_open_applications_of_both_stop_the_merge_and_nothing_is_changed(secretary):
    keep, gone = InstitutionFactory(), InstitutionFactory()
    ApplicationFactory(institution=keep)
    ApplicationFactory(institution=gone)

    with pytest.raises(CannotMerge):
        merge_institutions(keep, gone, actor=secretary)

    gone.refresh_from_db()
    assert (gone.merged_into, gone.applications.count(), gone.aliases.count()) == (None, 1, 1)


def test_a_person_that_goes_gives_roles_account_and_registrations_to_the_one_that_stays(secretary):
    AllowanceRuleFactory()
    keep, gone = PersonFactory(name="李老师", mobile=""), PersonFactory(name="李老师", mobile="13800000000", with_user=True)
    institution = MembershipFactory().institution
    AffiliationFactory(person=keep, institution=institution, role="delegate")
    AffiliationFactory(person=gone, institution=institution, role="delegate")
    AffiliationFactory(person=gone, institution=institution, role="liaison")
    registration = RegistrationFactory(meeting=MeetingFactory(), institution=institution, person=gone)
    user = gone.user

    merge_people(keep, gone, actor=secretary)

    keep.refresh_from_db(), gone.refresh_from_db(), registration.refresh_from_db()
    assert (keep.user, keep.mobile, registration.person, gone.merged_into, gone.email) == (user, "13800000000", keep, keep, "")
    assert list(Affiliation.objects.filter(person=keep, until=None).order_by("role").values_list("role", flat=True)) == ["delegate", "liaison"]


def test_two_accounts_are_not_merged_behind_their_owners_backs(secretary):
    with pytest.raises(CannotMerge):
        merge_people(PersonFactory(with_user=True), PersonFactory(with_user=True), actor=secretary)


def test_nobody_is_merged_into_themselves(secretary):
    person = PersonFactory()

    with pytest.raises(CannotMerge):
        merge_people(person, Person.objects.get(pk=person.pk), actor=secretary)


def test_moving_a_person_ends_the_roles_and_keeps_them_in_the_history(secretary):
    old = AffiliationFactory(role="delegate")
    new = InstitutionFactory()

    move_person(old.person, to=new, actor=secretary)

    old.refresh_from_db()
    assert old.until is not None
    assert list(old.person.affiliations.filter(until=None).values_list("institution", "role")) == [(new.pk, "delegate")]


def test_the_last_liaison_does_not_move_without_a_successor(secretary):
    old = AffiliationFactory(role="liaison")

    with pytest.raises(LastLiaison):
        move_person(old.person, to=InstitutionFactory(), actor=secretary)
