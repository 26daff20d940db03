"""Many payment notices as one file, made in the background by two processes."""

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2 as pdfium
from django.utils.translation import gettext_lazy as _

from alliance.common import pdf_worker
from alliance.common.documents import PdfUnavailable, available
from alliance.common.exceptions import DomainError
from alliance.common.files import ARCHIVES, PDF, store
from alliance.common.jobs import job_kind, label_summary, report_progress, start_job
from alliance.common.models import Job
from fees.documents import payment_notice_html
from fees.models import Invoice
from members.models import User

KIND = "fees.papers"
PROCESSES = 2
# So many notices make one file, which keeps a file below what an upload may have.
FILE_SIZE = 150
MOST = 2000
ZIP = "zip"
label_summary({"papers": _("Payment notices"), "files": _("Files")})


class TooManyPapers(DomainError):
    """Nobody prints that many at once."""

    message = _("These are no notices, or more than 2,000. Choose by year, state or tier.")


def start_papers(invoices: Sequence[int], *, kind: str, actor: User) -> Job:
    """Make the notices with these keys into PDFs of 150 each (`kind` "pdf") or archives of single PDFs ("zip"). Raises TooManyPapers, PdfUnavailable."""
    if not 0 < len(invoices) <= MOST:
        raise TooManyPapers
    if not available():
        raise PdfUnavailable
    return start_job(KIND, actor=actor, params={"invoices": list(invoices), "kind": kind})


@job_kind(KIND, label=_("Payment notices as files"))
def make_papers(job: Job) -> None:
    """Render, bundle, keep. Killed in the middle nothing is left of it, and the next worker begins anew."""
    keys, kind = job.params["invoices"], job.params["kind"]
    with TemporaryDirectory(prefix="notices-") as name:
        folder = Path(name)
        write_pages(folder, keys)
        render_all(folder, lambda done: report_progress(job, done, len(keys)))
        files = 0
        for number, paths in enumerate(_parts(sorted(folder.glob("*.pdf"))), start=1):
            content = _archive(paths) if kind == ZIP else _bound(paths)
            store(content, name=f"缴费通知单-{number}.{kind}", owner=job, purpose="papers", actor=job.started_by, allowed=ARCHIVES if kind == ZIP else PDF)
            files = number
    job.progress(len(keys), len(keys))
    job.summary = {"papers": len(keys), "files": files}


def write_pages(folder: Path, keys: Sequence[int]) -> None:
    """The notices as HTML, one file each, in two queries."""
    for invoice in Invoice.objects.filter(pk__in=keys).prefetch_related("lines").iterator(chunk_size=200):
        (folder / f"{invoice.number}.html").write_text(payment_notice_html(invoice), encoding="utf-8")


def render_all(folder: Path, progress: Callable[[int], None]) -> None:
    """Make the PDFs of a folder, in two processes when it pays. Raises CalledProcessError when one of them fails."""
    total = len(list(folder.glob("*.html")))
    if total < 10:
        pdf_worker.render_folder(folder, 0, 1)
        return
    commands = [[sys.executable, str(pdf_worker.__file__), str(folder), str(part), str(PROCESSES)] for part in range(PROCESSES)]
    workers = [subprocess.Popen(command) for command in commands]
    try:
        while any(worker.poll() is None for worker in workers):
            progress(len(list(folder.glob("*.pdf"))))
            time.sleep(0.5)
    finally:
        for worker in workers:
            worker.kill()
    for worker in workers:
        if worker.returncode:
            raise subprocess.CalledProcessError(worker.returncode, worker.args)


def _parts(paths: Sequence[Path]) -> Iterator[Sequence[Path]]:
    for start in range(0, len(paths), FILE_SIZE):
        yield paths[start : start + FILE_SIZE]


def _archive(paths: Sequence[Path]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in paths:
            archive.write(path, path.name)
    return buffer.getvalue()


def _bound(paths: Sequence[Path]) -> bytes:
    bound, buffer = pdfium.PdfDocument.new(), io.BytesIO()
    for path in paths:
        one = pdfium.PdfDocument(path)
        bound.import_pages(one)
        one.close()
    bound.save(buffer)
    bound.close()
    return buffer.getvalue()
