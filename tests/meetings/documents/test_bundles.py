"""Certificates of attendance as a ZIP: for a unit on its page, for everybody by a folder for each unit."""

import datetime as dt
import io
import zipfile

import pytest
from django.urls import reverse

from alliance.common.jobs import run_due
from alliance.common.models import StoredFile
from meetings.documents.bundles import certificates_zip, safe
from meetings.models import Registration
from meetings.services.certificates import issue_certificate, revoke_certificate
from meetings.services.printing import start_print
from tests.factories.meetings import MeetingFactory, RegistrationFactory
from tests.factories.members import InstitutionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    """A meeting that was held."""
    return MeetingFactory(title="季度会议", public_from=dt.datetime(2021, 1, 1, tzinfo=dt.UTC))


def attended(meeting, unit, *names, certificate=True):
    rows = []
    for name in names:
        row = RegistrationFactory(meeting=meeting, institution=unit, person__name=name)
        Registration.objects.filter(pk=row.pk).update(status="attended")
        row.refresh_from_db()
        if certificate:
            issue_certificate(row, source="sample")
        rows.append(row)
    return rows


def names_in(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
        return sorted(archive.namelist())


def test_a_folder_for_each_unit_and_a_number_for_the_second_of_a_name(meeting):
    rows = attended(meeting, InstitutionFactory(name="甲大学"), "张伟", "张伟") + attended(meeting, InstitutionFactory(name="乙大学"), "李/娜")

    assert names_in(certificates_zip(rows, folders=True)) == ["乙大学/李_娜.pdf", "甲大学/张伟-2.pdf", "甲大学/张伟.pdf"]


@pytest.mark.parametrize(
    ("name", "clean"),
    [("../../etc/passwd", "_.._etc_passwd"), ("a\0b", "a_b"), ("...", "_"), ("王\u202e五", "王_五"), ("长" * 200, "长" * 80), ("C:\\x", "C__x")],
)
def test_no_name_leads_out_of_the_folder(name, clean):
    assert safe(name) == clean


def test_the_liaison_downloads_those_of_the_own_unit(meeting, client_for, liaison):
    unit = liaison.person.affiliations.get().institution
    attended(meeting, unit, "王芳")
    attended(meeting, unit, "没有证明", certificate=False)
    revoke_certificate(attended(meeting, unit, "误记")[0], actor=liaison)
    attended(meeting, InstitutionFactory(), "外校")

    answer = client_for(liaison).get(reverse("unit_meetings:certificates", args=[meeting.slug]))

    assert (names_in(answer.content), answer["Content-Type"], "no-store" in answer["Cache-Control"]) == (["王芳.pdf"], "application/zip", True)


def test_a_unit_without_certificates_finds_none(meeting, client_for, liaison):
    attended(meeting, InstitutionFactory(), "外校")
    client = client_for(liaison)

    page = client.get(reverse("unit_meetings:register", args=[meeting.slug])).content.decode()

    assert ("ZIP" in page, client.get(reverse("unit_meetings:certificates", args=[meeting.slug])).status_code) == (False, 404)


def test_staff_get_all_in_the_background(meeting, secretary, client_for):
    attended(meeting, InstitutionFactory(name="甲大学"), "张伟")

    start_print(meeting, "certificates-zip", actor=secretary)
    run_due()

    stored = StoredFile.objects.get(purpose="print-certificates-zip")
    answer = client_for(secretary).get(stored.get_absolute_url())
    assert (names_in(b"".join(answer.streaming_content) if answer.streaming else answer.content), stored.name.endswith(".zip")) == (["甲大学/张伟.pdf"], True)
