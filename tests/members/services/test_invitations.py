"""Handing a unit over, and working on an application together."""

import pytest

from members.enums import Role
from members.models import Affiliation, ApplicationEditor
from members.services.accounts import grant_role
from members.services.invitations import InvitationGone, NotForYou, accept_invitation, invite_editor, invite_liaison, revoke_invitation, token_of
from tests.factories.members import AffiliationFactory, ApplicationFactory, UserFactory
from tests.support import client_for, outbox_for, timeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(liaison):
    return liaison.person.affiliations.get().institution


def test_a_hand_over_makes_the_successor_liaison_and_ends_the_own_role(liaison, unit):
    invitation = invite_liaison(unit, email="Next@Example.edu.cn", name="王老师", hands_over=True, actor=liaison)
    successor = UserFactory(email="next@example.edu.cn")

    accept_invitation(invitation, user=successor)

    held = Affiliation.objects.filter(institution=unit, role="liaison", until=None)
    assert [a.person.user for a in held] == [successor]
    assert [m.recipient for m in outbox_for(invitation)] == ["next@example.edu.cn"]


def test_only_the_invited_address_takes_it_up(liaison, unit, stranger):
    invitation = invite_liaison(unit, email="next@example.edu.cn", name="王老师", hands_over=False, actor=liaison)

    with pytest.raises(NotForYou):
        accept_invitation(invitation, user=stranger)


def test_one_that_was_taken_back_or_is_too_old_is_gone(liaison, unit, time_machine):
    user = UserFactory(email="next@example.edu.cn")
    back = revoke_invitation(invite_liaison(unit, email=user.email, name="王", hands_over=False, actor=liaison), actor=liaison)
    old = invite_liaison(unit, email=user.email, name="王", hands_over=False, actor=liaison)

    with pytest.raises(InvitationGone):
        accept_invitation(back, user=user)
    time_machine.move_to(old.expires_at.replace(year=old.expires_at.year + 1))
    with pytest.raises(InvitationGone):
        accept_invitation(old, user=user)


def test_opening_the_link_takes_nothing_up_and_a_made_up_link_is_told(liaison, unit):
    invitation = invite_liaison(unit, email="next@example.edu.cn", name="王老师", hands_over=False, actor=liaison)
    client = client_for(UserFactory(email="next@example.edu.cn"))

    shown = client.get(f"/portal/invitation/{token_of(invitation)}/")
    made_up = client.get("/portal/invitation/nonsense/")

    invitation.refresh_from_db()
    assert (shown.status_code, made_up.status_code, invitation.accepted_at) == (200, 200, None)
    assert "邀请已失效，请联系对方重新发送。" in made_up.text


def test_a_colleague_works_on_the_application_after_accepting(applicant):
    application = ApplicationFactory(applicant=applicant)
    ApplicationEditor.objects.create(application=application, user=applicant)
    colleague = UserFactory()
    invitation = invite_editor(application, email=colleague.email, name="同事", actor=applicant)
    client = client_for(colleague)

    before = client.get(f"/apply/{application.reference}/").status_code
    client.post(f"/portal/invitation/{token_of(invitation)}/")

    assert (before, client.get(f"/apply/{application.reference}/").status_code) == (404, 200)


@pytest.mark.django_db(transaction=True)
def test_taking_it_up_twice_at_once_makes_one_liaison(race, liaison):
    unit = liaison.person.affiliations.get().institution
    invitation = invite_liaison(unit, email="next@example.edu.cn", name="王老师", hands_over=False, actor=liaison)
    user = UserFactory(email="next@example.edu.cn")
    copies = [type(invitation).objects.get(pk=invitation.pk) for _n in range(2)]

    race(lambda: accept_invitation(copies[0], user=user), lambda: accept_invitation(copies[1], user=user))

    assert Affiliation.objects.filter(institution=unit, person__user=user, role="liaison").count() == 1


@pytest.fixture
def known(unit):
    """Somebody of the unit whose account is still that of an older address."""
    return AffiliationFactory(institution=unit, role="delegate", person__name="王老师", person__email="new@example.edu.cn", person__user=UserFactory()).person


def test_a_known_person_with_the_account_of_an_older_address_signs_in_with_the_one_that_accepted(liaison, unit, known):
    old, accepting = known.user, UserFactory(email="new@example.edu.cn")
    application = ApplicationFactory(applicant=old)
    ApplicationEditor.objects.create(application=application, user=old)
    invitation = invite_liaison(unit, email=accepting.email, name="王老师", hands_over=False, actor=liaison)
    client = client_for(accepting)

    client.post(f"/portal/invitation/{token_of(invitation)}/")

    known.refresh_from_db()
    assert (known.user, client.get("/portal/").status_code) == (accepting, 200)
    assert client.get(f"/apply/{application.reference}/").status_code == 200
    assert ("person.account_changed", accepting) in timeline(known)


@pytest.mark.parametrize("bound", ["staff", "switched off"])
def test_an_account_of_staff_or_one_switched_off_is_not_exchanged_by_an_invitation(liaison, unit, known, bound):
    if bound == "staff":
        grant_role(known.user, Role.FINANCE, source="command")
    else:
        known.user.is_active = False
        known.user.save()
    old, accepting = known.user, UserFactory(email="new@example.edu.cn")
    invitation = invite_liaison(unit, email=accepting.email, name="王老师", hands_over=True, actor=liaison)

    page = client_for(accepting).post(f"/portal/invitation/{token_of(invitation)}/", follow=True)

    known.refresh_from_db(), invitation.refresh_from_db()
    assert (known.user, invitation.accepted_at) == (old, None)
    assert "此人使用另一个账号登录，无法在此更换，请联系秘书处。" in page.text
    assert list(Affiliation.objects.filter(institution=unit, role="liaison", until=None).values_list("person__user", flat=True)) == [liaison.pk]
