"""The pages of signing in wear our look and need no script of their own."""

import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tests.factories.members import UserFactory
from tests.support import client_for

OUTSIDE = ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/", "/accounts/signup/"]
INSIDE = [
    "/accounts/logout/", "/accounts/password/change/", "/accounts/email/", "/accounts/sessions/", "/accounts/2fa/", "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/",
]  # fmt: skip


def faults(page: str) -> list[str]:
    """Inline scripts (data blocks aside), inline styles, grey words in fields, labels that lead nowhere."""
    found = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|\sstyle=|\son\w+=|placeholder=", page)
    return found + [name for name in re.findall(r'<label[^>]*for="([^"]+)"', page) if f'id="{name}"' not in page]


@pytest.fixture
def somebody(db):
    """A user with a password, so that every page opens."""
    user = UserFactory()
    user.set_password("a-long-password-1")
    user.save()
    return user


@pytest.mark.django_db
@pytest.mark.parametrize("path", OUTSIDE)
def test_pages_before_signing_in(client, path):
    response = client.get(path)

    assert (response.status_code, faults(response.content.decode()), '<header class="site-header">' in response.content.decode()) == (200, [], True)


@pytest.mark.django_db
@pytest.mark.parametrize("path", INSIDE)
def test_pages_after_signing_in(somebody, client, path):
    client.post("/accounts/login/", {"login": somebody.email, "password": "a-long-password-1"})

    response = client.get(path)

    assert (response.status_code, faults(response.content.decode()), '<header class="site-header">' in response.content.decode()) == (200, [], True)


def code_now(secret: str) -> str:
    """What the authenticator app would show."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.mark.django_db
def test_an_authenticator_app_is_set_up_and_asked_for(somebody, client):
    client.post("/accounts/login/", {"login": somebody.email, "password": "a-long-password-1"})
    secret = re.search(r'<span class="copy">([A-Z2-7]+)</span>', client.get("/accounts/2fa/totp/activate/").content.decode())[1]

    client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    client.post("/accounts/logout/")
    asked = client.post("/accounts/login/", {"login": somebody.email, "password": "a-long-password-1"})
    page = client.get(asked.url).content.decode()

    assert list(somebody.authenticator_set.order_by("type").values_list("type", flat=True)) == ["recovery_codes", "totp"]
    assert (asked.url, faults(page)) == ("/accounts/2fa/authenticate/", [])


@pytest.mark.django_db(transaction=True)
def test_the_recovery_codes_are_shown_at_once_after_setting_up_the_app_long_after_signing_in(somebody, client, time_machine):
    time_machine.move_to("2026-03-05 09:00+08:00")
    client.post("/accounts/login/", {"login": somebody.email, "password": "a-long-password-1"})
    time_machine.move_to("2026-03-05 09:20+08:00")
    secret = re.search(r'<span class="copy">([A-Z2-7]+)</span>', client.get("/accounts/2fa/totp/activate/").content.decode())[1]

    page = client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)}, follow=True)

    assert [path for path, _status in page.redirect_chain] == ["/accounts/2fa/recovery-codes/"]
    assert len(re.findall(r'<li class="copy">[0-9a-f]+</li>', page.content.decode())) == 10
    assert faults(page.content.decode()) == []


@pytest.mark.django_db
def test_a_wrong_code_of_the_app_is_said_at_the_field(somebody, client):
    client.post("/accounts/login/", {"login": somebody.email, "password": "a-long-password-1"})
    client.get("/accounts/2fa/totp/activate/")

    page = client.post("/accounts/2fa/totp/activate/", {"code": "000000x"}).content.decode()

    assert ("data-error-summary" in page, 'id="id_code_error"' in page, "<title>错误：" in page) == (True, True, True)


@pytest.mark.django_db
def test_the_unused_recovery_codes_are_shown_after_asking_again_who_one_is(somebody, client):
    TOTP.activate(somebody, get_adapter().encrypt("JBSWY3DPEHPK3PXP"))
    RecoveryCodes.activate(somebody)
    codes = somebody.authenticator_set.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    client.post("/accounts/login/", {"login": somebody.email, "password": "a-long-password-1"})
    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    client.post("/accounts/reauthenticate/", {"password": "a-long-password-1"})

    page = client.get("/accounts/2fa/recovery-codes/").content.decode()

    assert (sorted(re.findall(r'<li class="copy">([^<]+)</li>', page)), faults(page)) == (sorted(codes[1:]), [])


@pytest.mark.django_db
def test_a_session_that_is_open_elsewhere_is_listed(somebody, client):
    client_for(somebody).get("/")
    client.post("/accounts/login/", {"login": somebody.email, "password": "a-long-password-1"})
    client.get("/accounts/sessions/")

    assert "本设备" in client.get("/accounts/sessions/").content.decode()
