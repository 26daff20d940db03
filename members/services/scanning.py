"""The machine's look at the sealed form: what it saw is told to the applicant and to the screener, and never decides (R2)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.files import IMAGES, store
from alliance.common.jobs import job_kind
from alliance.common.models import Job
from members.documents import form_pages
from members.models import Application
from members.scans.reading import read_scan
from members.services.printing import told_apart


@job_kind("read_scan", label=_("Reading of a sealed form"))
def run_reading(job: Job) -> None:
    """The background job: reads the scan of the application if it is still the one that was uploaded."""
    application = Application.objects.select_related("scan").filter(pk=job.params["application"]).first()
    if application is None or str(application.scan_id) != job.params["scan"]:
        job.message = str(_("The scan was replaced in the meantime."))
        return
    look_at_scan(application)
    job.done = job.total = 1


@transaction.atomic
def look_at_scan(application: Application) -> dict[str, Any]:
    """Read the application's scan and keep what was seen: pages, version, seal, findings; with the crop of the seal as a file of its own."""
    application = Application.objects.select_for_update(of=("self",)).select_related("scan").get(pk=application.pk)
    assert application.scan is not None
    with application.scan.content.open("rb") as handle:
        content = handle.read()
    reading = read_scan([content], reference=application.reference, version=application.round, digest=application.scan_digest, pages=form_pages(application))
    application.scan_reading = reading.as_dict() | {"prints": told_apart(application, reading.other_digests)}
    crop = reading.seal_crop
    application.scan_seal = store(crop, name="seal.png", owner=application, purpose="seal-crop", allowed=IMAGES) if crop else None
    # Not `updated_at`: nobody has touched the draft.
    Application.objects.filter(pk=application.pk).update(scan_reading=application.scan_reading, scan_seal=application.scan_seal)
    record("application.scan_read", application, source="task:scans", seal=application.scan_reading.get("seal", ""))
    return application.scan_reading


__all__ = ["look_at_scan", "run_reading"]
