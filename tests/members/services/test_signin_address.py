"""The address of a person and of their account move together."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from members.enums import Role
from members.models import ApplicationEditor, User
from members.services.accounts import grant_role
from members.services.people import AddressTaken
from members.services.signin_address import AccountBound, change_signin_address
from tests.factories.members import AffiliationFactory, ApplicationFactory, UserFactory
from tests.support import client_for, timeline

pytestmark = pytest.mark.django_db
NEW = "new@example.edu.cn"


@pytest.fixture
def person():
    return AffiliationFactory(person__with_user=True).person


def test_staff_move_the_address_of_the_person_and_of_the_account_together(secretary, person):
    user = person.user
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    step = reverse("admin:members_person_signin", args=[person.pk])

    record = client_for(secretary).get(reverse("admin:members_person_change", args=[person.pk]))
    done = client_for(secretary).post(step, {"email": " New@Example.edu.cn "})

    user.refresh_from_db(), person.refresh_from_db()
    assert (step in record.text, "更换登录邮箱" in record.text, done.status_code) == (True, True, 302)
    assert (person.user, person.email, user.email) == (user, NEW, NEW)
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "primary", "verified")) == [(NEW, True, False)]
    assert timeline(person)[-1] == ("person.signin_changed", secretary)


def test_an_account_of_nobodys_with_the_new_address_becomes_the_persons(secretary, person):
    old, asked_for_a_code = person.user, UserFactory(email=NEW)
    application = ApplicationFactory(applicant=old)
    ApplicationEditor.objects.create(application=application, user=old)

    change_signin_address(person, email=NEW, actor=secretary)

    person.refresh_from_db()
    assert (person.user, person.email) == (asked_for_a_code, NEW)
    assert application.editors.filter(user=asked_for_a_code).exists()


def test_the_address_of_somebody_else_of_the_unit_or_of_staff_is_refused_and_said(secretary, person):
    unit = person.affiliations.get().institution
    colleague = AffiliationFactory(institution=unit, role="delegate", person__email="colleague@example.edu.cn").person
    elsewhere = AffiliationFactory(person__with_user=True).person
    before = person.email
    step = reverse("admin:members_person_signin", args=[person.pk])

    for taken in (colleague.email, elsewhere.user.email, secretary.email):
        with pytest.raises(AddressTaken):
            change_signin_address(person, email=taken, actor=secretary)
    page = client_for(secretary).post(step, {"email": colleague.email})

    person.refresh_from_db()
    assert (person.email, User.objects.get(pk=person.user_id).email) == (before, before)
    assert f"邮箱 {colleague.email} 已属于{colleague.name}。" in page.text


def test_an_account_of_staff_keeps_its_address(secretary, person):
    grant_role(person.user, Role.FINANCE, source="command")
    person.refresh_from_db()

    with pytest.raises(AccountBound):
        change_signin_address(person, email=NEW, actor=secretary)


def test_who_is_signed_in_with_the_old_address_is_signed_out(secretary, person):
    client = client_for(person.user)
    inside = client.get("/portal/").status_code

    change_signin_address(person, email=NEW, actor=secretary)

    assert (inside, client.get("/portal/").status_code) == (200, 302)
