"""What every installation has before its first application."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from alliance.common.models import Organisation
from alliance.home.installation import prepare_installation
from council.models import Procedure
from fees.models import FeeSchedule, TierAmount
from meetings.models import AllowanceRule
from members.answers import PARTS
from members.forms.application import ConsentsForm
from members.models import Application
from notices.models import ReminderRule
from tests.factories.common import pdf, png
from tests.support import client_for

pytestmark = pytest.mark.django_db


def test_a_new_installation_gets_the_rules_of_the_notice():
    made = prepare_installation()

    kinds = ["fee schedule", "chart of accounts", "free allowance", "meeting templates", "council", "assembly", "rules of procedure", "reminder rules"]
    assert made == [*kinds, "feedback questions"]
    assert FeeSchedule.objects.get().entry_fee == Decimal(3000)
    assert TierAmount.objects.get().amount == Decimal(2000)
    assert AllowanceRule.objects.get().from_year == 2018
    assert Procedure.objects.get(body__code="council").effective_from == dt.date(2018, 10, 1)


def test_preparing_again_changes_nothing():
    prepare_installation()
    ReminderRule.objects.all().delete()
    FeeSchedule.objects.update(entry_fee=Decimal(3500))

    made = prepare_installation()

    assert made == ["reminder rules"]
    assert FeeSchedule.objects.get().entry_fee == Decimal(3500)


def test_staff_change_the_logo_and_everybody_sees_it(secretary):
    organisation = Organisation.load()
    page = reverse("admin:common_organisation_logo", args=[organisation.pk])

    client_for(secretary).post(page, {"picture": SimpleUploadedFile("标志.png", png())})

    organisation.refresh_from_db()
    shown = client_for(None).get(reverse("home:logo"))
    assert b"".join(shown.streaming_content) == organisation.logo.content.read() == png()
    assert f'src="/logo?{organisation.logo_id}"' in client_for(None).get("/").text


def test_a_logo_that_is_no_picture_is_refused_with_a_reason(secretary):
    organisation = Organisation.load()

    answer = client_for(secretary).post(reverse("admin:common_organisation_logo", args=[organisation.pk]), {"picture": SimpleUploadedFile("a.png", b"<svg/>")})

    organisation.refresh_from_db()
    assert organisation.logo is None
    assert "不支持此文件类型。请上传：JPG、PNG。" in answer.text


@pytest.mark.django_db
def test_staff_publish_the_charter_and_the_consent_leads_to_it(secretary):
    organisation = Organisation.load()
    page = reverse("admin:common_organisation_charter", args=[organisation.pk])

    client_for(secretary).post(page, {"document": SimpleUploadedFile("章程.pdf", pdf())})

    assert client_for(None).get(reverse("home:charter")).headers["Content-Type"] == "application/pdf"
    consents = next(part for part in PARTS if part.slug == "consents")
    form = ConsentsForm(part=consents, instance=Application())
    assert f'href="{reverse("home:charter")}"' in form.fields["consent_charter_at"].help_text
