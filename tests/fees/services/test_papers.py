"""Many notices as files."""

import io
import subprocess
import sys
import zipfile

import pypdfium2
import pytest
from django.urls import reverse

from alliance.common import pdf_worker
from alliance.common.documents import available
from alliance.common.jobs import run_due
from alliance.common.models import Job, StoredFile
from fees.services.papers import TooManyPapers, start_papers
from tests.factories.fees import InvoiceFactory
from tests.support import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not available(), reason="Pango is missing")]


@pytest.mark.parametrize("count", [2, 12])  # few in this process, more in two of their own
def test_one_pdf_with_a_page_for_each_notice(finance_officer, count):
    invoices = InvoiceFactory.create_batch(count)

    job = start_papers([invoice.pk for invoice in invoices], kind="pdf", actor=finance_officer)
    run_due()

    job.refresh_from_db()
    content = StoredFile.objects.get(purpose="papers").content.read()
    assert (job.state, job.summary, len(pypdfium2.PdfDocument(content))) == ("done", {"papers": count, "files": 1}, count)


def test_an_archive_of_single_pdfs_is_chosen_on_a_page_and_fetched_from_the_jobs(finance_officer):
    paid, unpaid = InvoiceFactory(), InvoiceFactory()
    from tests.factories.fees import AllocationFactory

    AllocationFactory(invoice=paid)
    client = client_for(finance_officer)

    client.post(reverse("admin:fees_invoice_papers"), {"year": 2026, "state": "open", "kind": "zip"})
    run_due()
    page = client.get(reverse("admin:common_job_change", args=[Job.objects.get().pk])).text
    stored = StoredFile.objects.get(purpose="papers")

    content = b"".join(client.get(stored.get_absolute_url()).streaming_content)
    assert (stored.get_absolute_url() in page, zipfile.ZipFile(io.BytesIO(content)).namelist()) == (True, [f"{unpaid.number}.pdf"])


def test_none_at_all_is_said(finance_officer):
    with pytest.raises(TooManyPapers):
        start_papers([], kind="pdf", actor=finance_officer)


def test_a_worker_that_begins_anew_makes_every_page_once(tmp_path):
    """More pages than one round: the process replaces itself and goes on where it was."""
    pages = [tmp_path / f"{number:02d}.html" for number in range(pdf_worker.ROUND + 2)]
    for page in pages:
        page.write_text("<p>x</p>", encoding="utf-8")

    done = subprocess.run([sys.executable, pdf_worker.__file__, str(tmp_path), "0", "1"], check=False)

    assert (done.returncode, [path.stem for path in sorted(tmp_path.glob("*.pdf"))]) == (0, [page.stem for page in pages])
