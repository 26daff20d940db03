"""Uploads are judged by what they are, not by what they are called."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.common.files import IMAGES, PDF, SPREADSHEETS, UploadRefused, judge, safe_name, store
from tests.factories.common import OrganisationFactory, pdf, png


def workbook(unpacked: int) -> bytes:
    """An archive that looks like a spreadsheet."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * unpacked)
    return buffer.getvalue()


@pytest.mark.django_db
def test_a_pdf_named_jpg_is_kept_as_the_pdf_it_is(secretary):
    stored = store(SimpleUploadedFile("扫描.jpg", pdf(), "image/jpeg"), owner=OrganisationFactory(), purpose="test", actor=secretary, allowed=PDF | IMAGES)

    assert (stored.mimetype, stored.name, stored.size) == ("application/pdf", "扫描.pdf", len(pdf()))


@pytest.mark.parametrize(
    ("content", "allowed"),
    [
        (b"\x00\x9f\x13" * 1000, PDF | IMAGES),
        (b"%PDF-1.7 but nothing else", PDF),
        (png()[:60], IMAGES),
        (pdf(), IMAGES),
        (b"<html><script>alert(1)</script></html>", PDF | IMAGES | SPREADSHEETS),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PDF | IMAGES | SPREADSHEETS),
        (b"PK\x03\x04xl/ broken", SPREADSHEETS),
        (workbook(30_000_000), SPREADSHEETS),
    ],
    ids=["random bytes", "hollow pdf", "half a png", "pdf for a picture", "html", "svg", "broken xlsx", "zip bomb"],
)
def test_hostile_and_damaged_files_are_refused_with_words(content, allowed):
    with pytest.raises(UploadRefused) as refusal:
        judge(content, allowed)

    assert len(str(refusal.value)) > 8


def test_a_picture_with_too_many_pixels_is_refused(settings):
    settings.UPLOAD_MAX_PIXELS = 1000

    with pytest.raises(UploadRefused):
        judge(png(40, 30), IMAGES)


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"x" * 2048])
def test_empty_and_oversized_files_are_refused(content, settings, secretary):
    settings.UPLOAD_MAX_BYTES = 1024

    with pytest.raises(UploadRefused):
        store(SimpleUploadedFile("a.pdf", content), owner=OrganisationFactory(), purpose="test", actor=secretary, allowed=PDF)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\盖章表.JPG", "盖章表.pdf"),
        ("a\x00b\u202egpj.pdf", "abgpj.pdf"),
        ("", "file.pdf"),
        ("....pdf", "file.pdf"),
        ("长" * 10_000, "长" * 120 + ".pdf"),
    ],
)
def test_names_are_cleaned_and_carry_the_true_suffix(name, kept):
    assert safe_name(name, "application/pdf") == kept


@pytest.mark.django_db
def test_a_file_without_a_registered_owner_exists_for_nobody(client_for, secretary):
    stored = store(pdf(), name="a.pdf", owner=None, purpose="test", allowed=PDF)

    assert client_for(secretary).get(stored.get_absolute_url()).status_code == 404


@pytest.mark.django_db
def test_a_download_asks_for_sign_in_first(client):
    stored = store(pdf(), name="a.pdf", owner=None, purpose="test", allowed=PDF)

    response = client.get(stored.get_absolute_url())

    assert (response.status_code, response.url.split("?")[1]) == (302, f"next={stored.get_absolute_url()}")
