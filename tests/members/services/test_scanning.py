"""The machine's look at a scan, from the upload to what people read."""

import io

import numpy as np
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from alliance.common.files import UploadRefused
from alliance.common.jobs import run_due
from alliance.common.models import Job
from members.documents import sealed_form
from members.models import Application
from members.scans.wording import told
from members.services.applying import attach_scan
from tests.factories.common import pdf
from tests.factories.members import ApplicationFactory
from tests.members.scans.generate import seal_picture
from tests.support import timeline

pytestmark = pytest.mark.django_db


def photos(application, suffix="JPEG"):
    """Each page of the form as a photo, the last one sealed."""
    document = pypdfium2.PdfDocument(sealed_form(application))
    pages = [page.render(scale=2).to_pil().convert("RGB") for page in document]
    document.close()
    stamp = seal_picture(np.random.default_rng(3), 240, (200, 20, 40))
    pages[-1].paste(stamp, (650, 900), stamp)
    uploads = []
    for number, page in enumerate(pages):
        buffer = io.BytesIO()
        page.save(buffer, suffix)
        uploads.append(SimpleUploadedFile(f"IMG_{number}.{suffix.lower()}", buffer.getvalue()))
    return uploads


@pytest.mark.parametrize("suffix", ["JPEG", "PNG", "HEIF"])
def test_photos_of_all_pages_become_one_document_that_is_read(applicant, suffix):
    application = ApplicationFactory(applicant=applicant)

    attach_scan(application, photos(application, suffix), actor=applicant)
    run_due()

    application = Application.objects.get(pk=application.pk)
    assert application.scan.mimetype == "application/pdf"
    assert told(application.scan_reading)["fine"] is True, application.scan_reading
    assert Image.open(application.scan_seal.content).format == "PNG"
    assert timeline(application)[-1] == ("application.scan_read", "task:scans")


def test_what_is_missing_is_told_in_words(applicant):
    application = ApplicationFactory(applicant=applicant)

    attach_scan(application, photos(application)[1:], actor=applicant)
    run_due()

    application = Application.objects.get(pk=application.pk)
    assert told(application.scan_reading)["sentences"] == ["缺第 1 页。"]


def test_a_scan_that_was_replaced_is_not_read_any_more(applicant):
    application = ApplicationFactory(applicant=applicant)
    attach_scan(application, [SimpleUploadedFile("a.pdf", pdf())], actor=applicant)
    attach_scan(application, photos(application), actor=applicant)

    run_due()

    assert [job.message for job in Job.objects.order_by("pk")] == ["扫描件已被替换。", ""]
    assert Application.objects.get(pk=application.pk).scan_reading["seal"] == "found"


def test_reading_does_not_count_as_touching_the_draft(applicant):
    application = ApplicationFactory(applicant=applicant)
    attach_scan(application, photos(application), actor=applicant)
    touched = Application.objects.get(pk=application.pk).updated_at

    run_due()

    assert Application.objects.get(pk=application.pk).updated_at == touched


def test_one_bad_file_among_several_is_named(applicant):
    application = ApplicationFactory(applicant=applicant)

    with pytest.raises(UploadRefused, match="x.jpg"):
        attach_scan(application, [*photos(application), SimpleUploadedFile("x.jpg", b"nonsense")], actor=applicant)

    assert Application.objects.get(pk=application.pk).scan is None
