"""Signing in: codes, passwords, the second factor, limits."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from alliance.common.models import OutboxMessage
from members.enums import Role
from members.models import StaffRole, User
from members.services.accounts import ensure_user, grant_role
from tests.factories.members import StaffFactory, UserFactory
from tests.support import client_for

CODE_URL = "/accounts/login/code/"


def code_of(email):
    text = OutboxMessage.objects.filter(recipient=email).latest("pk").body_text
    return re.search(r"：\s*([A-Z0-9-]{5,})", text).group(1)


@pytest.mark.django_db
def test_anybody_signs_in_by_a_code_and_gets_an_account(client):
    client.post(CODE_URL, {"email": "New@Example.edu.cn"})
    client.post("/accounts/login/code/confirm/", {"code": code_of("new@example.edu.cn")})

    user = User.objects.get()
    assert (user.email, client.session["_auth_user_id"], user.roles) == ("new@example.edu.cn", str(user.pk), frozenset())


@pytest.mark.django_db
def test_a_wrong_code_opens_nothing(client):
    client.post(CODE_URL, {"email": "new@example.edu.cn"})

    client.post("/accounts/login/code/confirm/", {"code": "WRONG1"})

    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_codes_are_not_sent_without_end():
    for _n in range(8):
        Client().post(CODE_URL, {"email": "new@example.edu.cn"})

    assert OutboxMessage.objects.count() == 3


@pytest.mark.django_db
def test_passwords_are_not_guessed_without_end(client):
    user = UserFactory(email="staff@example.edu.cn")
    user.set_password("right-password-1")
    user.save()
    for _n in range(12):
        client.post("/accounts/login/", {"login": user.email, "password": "wrong"})

    client.post("/accounts/login/", {"login": user.email, "password": "right-password-1"})

    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_public_forms_have_a_limit(client):
    answers = [client.post(reverse("verify:start"), {"code": "x"}).status_code for _n in range(61)]

    assert (answers[0], answers[-1]) == (302, 429)


@pytest.mark.django_db
def test_staff_without_a_second_factor_are_led_to_set_one_up(client_for, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True

    response = client_for(StaffFactory()).get("/admin/")

    assert (response.status_code, response.url) == (302, reverse("mfa_index"))


@pytest.mark.django_db
def test_with_a_second_factor_they_go_on(client_for, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    user = StaffFactory()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})

    assert client_for(user).get("/admin/").status_code == 200


@pytest.mark.django_db
def test_a_code_by_mail_alone_does_not_let_staff_with_a_factor_in(client):
    user = StaffFactory(email="staff@example.edu.cn")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.post(CODE_URL, {"email": user.email})

    response = client.post("/accounts/login/code/confirm/", {"code": code_of(user.email)})

    assert (response.url, "_auth_user_id" in client.session) == (reverse("mfa_authenticate"), False)


@pytest.mark.django_db
def test_others_need_none(client_for, settings, liaison):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True

    assert client_for(liaison).get("/portal/").status_code == 200


@pytest.mark.django_db
def test_there_is_no_sign_up_form(client):
    client.post("/accounts/signup/", {"email": "x@example.edu.cn", "password1": "a-long-password-1"})

    assert User.objects.count() == 0


@pytest.mark.django_db
def test_a_role_is_granted_once_and_recorded(secretary, timeline):
    user = ensure_user("A@b.cn")

    grant_role(user, Role.FINANCE, actor=secretary)
    grant_role(user, Role.FINANCE, actor=secretary)

    assert (StaffRole.objects.filter(user=user).count(), timeline(user)) == (1, [("role.granted", secretary)])


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_make_one_account(race):
    outcomes = race(*[lambda: ensure_user("a@b.cn")] * 6)

    assert (len({o.pk for o in outcomes}), User.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_nobody_is_a_superuser(secretary):
    assert (secretary.is_superuser, secretary.has_perm("members.no_such_permission"), secretary.has_perm("members.screen_application")) == (False, False, True)


@pytest.mark.django_db
def test_who_is_switched_off_may_nothing(secretary):
    secretary.is_active = False

    assert (secretary.is_staff, secretary.has_perm("common.enter_admin")) == (False, False)


@pytest.mark.django_db
def test_sign_ins_and_failures_are_recorded(client, timeline):
    user = UserFactory(email="staff@example.edu.cn")
    user.set_password("right-password-1")
    user.save()

    client.post("/accounts/login/", {"login": user.email, "password": "wrong"})
    client.post("/accounts/login/", {"login": user.email, "password": "right-password-1"})

    assert timeline(user) == [("user.signin_failed", "signin"), ("user.signed_in", user)]


@pytest.mark.django_db
def test_staff_who_came_by_a_code_can_set_up_a_second_factor(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    user = StaffFactory(email="staff@example.edu.cn")
    client.post(CODE_URL, {"email": user.email})
    client.post("/accounts/login/code/confirm/", {"code": code_of(user.email)})

    page = client.get(reverse("mfa_activate_totp"))

    assert (page.status_code, "data:image/svg+xml" in page.content.decode()) == (200, True)


@pytest.mark.django_db
def test_an_unattended_staff_screen_signs_itself_out(secretary, time_machine, settings):
    settings.STAFF_IDLE_SECONDS = 1800
    time_machine.move_to("2026-03-05 09:00+08:00", tick=False)
    client = client_for(secretary)
    client.get("/admin/")
    time_machine.move_to("2026-03-05 09:29+08:00", tick=False)
    busy = client.get("/admin/")
    time_machine.move_to("2026-03-05 10:00+08:00", tick=False)

    idle = client.get("/admin/members/person/")

    assert busy.status_code == 200
    assert (idle.status_code, idle.url) == (302, "/accounts/login/code/?next=/admin/members/person/")
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_liaison_stays_signed_in_over_lunch(liaison, time_machine):
    time_machine.move_to("2026-03-05 09:00+08:00", tick=False)
    client = client_for(liaison)
    client.get("/portal/")
    time_machine.move_to("2026-03-05 13:00+08:00", tick=False)

    answer = client.get("/portal/")

    assert answer.status_code == 200
