"""Pages for when something is wrong."""

import pytest
from django.db import OperationalError, connection
from django.test import Client


def broken(*args: object) -> None:
    """A database that is gone."""
    raise OperationalError("gone")


@pytest.mark.django_db
def test_without_a_database_the_page_is_still_ours_and_in_chinese():
    client = Client(raise_request_exception=False)

    with connection.execute_wrapper(broken):
        response = client.get("/")

    assert (response.status_code, "系统出错了" in response.content.decode()) == (500, True)


@pytest.mark.django_db
def test_a_missing_page_without_a_database_is_a_plain_fault_too():
    client = Client(raise_request_exception=False)

    with connection.execute_wrapper(broken):
        response = client.get("/no/such/page/")

    assert (response.status_code, "系统出错了" in response.content.decode()) == (500, True)


@pytest.mark.django_db
def test_an_unknown_host_gets_the_page_for_bad_requests():
    response = Client().get("/", headers={"host": "evil.example"})

    assert (response.status_code, "无法识别" in response.content.decode(), "evil.example" in response.content.decode()) == (400, True, False)


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_a_reason():
    response = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})

    assert (response.status_code, "系统出错了" in response.content.decode(), '<main id="content"' in response.content.decode()) == (403, False, True)
