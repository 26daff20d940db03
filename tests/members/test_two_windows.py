"""Two windows, or two colleagues, on one part of the form."""

import re

import pytest

from members.models import Application, ApplicationEditor
from tests.factories.members import ApplicationFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(applicant):
    """The client, the part's address, and what the page that was opened first had seen."""
    application = ApplicationFactory(applicant=applicant, department="原部门")
    ApplicationEditor.objects.create(application=application, user=applicant)
    client, address = client_for(applicant), f"/apply/{application.reference}/part/department/"
    seen = re.search(r'name="seen" value="(\w+)"', client.get(address).text).group(1)
    return application, client, address, seen


def values(department, **more):
    return {"department": department, "head_name": "张主任", "head_post": "主任", "head_email": "", **more}


def test_the_stale_window_is_told_and_nothing_is_overwritten(page):
    application, client, address, seen = page
    client.post(address, values("新部门", seen=seen))

    stale = client.post(address, values("旧窗口的部门", seen=seen))

    assert Application.objects.get(pk=application.pk).department == "新部门"
    assert "已在其他窗口或由同事修改" in stale.text
    assert "旧窗口的部门" in stale.text


def test_saving_once_more_keeps_what_stands_there(page):
    application, client, address, seen = page
    client.post(address, values("新部门", seen=seen))
    stale = client.post(address, values("旧窗口的部门", seen=seen))
    again = re.search(r'name="seen" value="(\w+)"', stale.text).group(1)

    client.post(address, values("旧窗口的部门", seen=again))

    assert Application.objects.get(pk=application.pk).department == "旧窗口的部门"


def test_autosave_goes_on_with_what_it_has_just_saved(page):
    application, client, address, seen = page
    first = client.post(address, values("一", seen=seen, autosave="1")).json()

    second = client.post(address, values("二", seen=first["seen"], autosave="1"))
    stale = client.post(address, values("三", seen=seen, autosave="1"))

    assert (second.status_code, stale.status_code, Application.objects.get(pk=application.pk).department) == (200, 409, "二")
