"""Full-width characters are as good as plain ones; nothing that was typed is cut."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from meetings.forms.details import AskForm
from members.forms.fields import FoldedCharField, FoldedEmailField
from members.models import Application, ApplicationEditor
from tests.factories.meetings import MeetingFactory
from tests.factories.members import ApplicationFactory
from tests.support import client_for


@pytest.mark.parametrize("typed", ["ａｂｃ＠ｅｘａｍｐｌｅ．ｃｏｍ", " abc@example.com\u200b", "abc@example。com", "abc @ example.com", "abc@example.com"])
def test_an_address_is_read_as_it_was_meant(typed):
    assert FoldedEmailField().clean(typed) == "abc@example.com"


@pytest.mark.parametrize("typed", ["abc", "abc@", "@example.com", "甲＠乙"])
def test_what_is_no_address_is_told(typed):
    with pytest.raises(ValidationError):
        FoldedEmailField().clean(typed)


def test_the_browser_is_not_told_to_cut():
    attrs = FoldedCharField(max_length=20).widget.attrs
    field = FoldedCharField(max_length=20)

    assert (attrs.get("maxlength"), field.widget_attrs(field.widget)) == (None, {"data-limit": "20"})


@pytest.fixture
def application(db):
    application = ApplicationFactory()
    ApplicationEditor.objects.create(application=application, user=application.applicant)
    return application


def test_the_application_takes_full_width_addresses(application):
    values = {
        "liaison_name": "李",
        "liaison_mobile": "１３８",
        "liaison_email": "a@b.cn",
        "finance_name": "赵",
        "finance_email": "ａｂｃ＠ｅｘａｍｐｌｅ．ｃｏｍ",
    }

    answer = client_for(application.applicant).post(reverse("apply:part", args=[application.reference, "contacts"]), values)

    application.refresh_from_db()
    assert (answer.status_code, application.finance_email, application.liaison_mobile) == (302, "abc@example.com", "138")


def test_a_text_that_is_too_long_is_told_and_stays_on_the_page(application):
    text = "长" * 3001
    client, page = client_for(application.applicant), reverse("apply:part", args=[application.reference, "centre"])

    answer = client.post(page, {"centre_staff": "5", "centre_activities": "9", "centre_profile": text})
    autosaved = client.post(page, {"centre_staff": "6", "centre_activities": "9", "centre_profile": text, "autosave": "1"}).json()

    assert (answer.status_code, text in answer.text, "maxlength" in answer.text, "3001" in answer.text) == (200, True, False, True)
    assert ("尚未保存：" in autosaved["message"], Application.objects.get().centre_staff) == (True, 6)


@pytest.mark.django_db
def test_registering_for_a_meeting_takes_full_width_addresses():
    form = AskForm({"name": "王", "email": "ｗ＠ｅｘａｍｐｌｅ．ｃｏｍ"}, meeting=MeetingFactory(), public=False)

    form.is_valid()

    assert form.cleaned_data["email"] == "w@example.com"
