"""Files, minutes and project reports of meetings."""

import datetime as dt
import io
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import Image, ImageOps

from alliance.common.audit import record
from alliance.common.clock import now
from alliance.common.exceptions import InvalidTransition
from alliance.common.files import HEIC, IMAGES, OFFICE, PDF, SPREADSHEETS, judge, store
from alliance.common.locking import lock
from alliance.common.models import StoredFile
from meetings.enums import MaterialKind, Readers
from meetings.models import Material, Meeting, Minutes, Project, ProjectReport, Session
from members.models import User

PAPERS = PDF | OFFICE | SPREADSHEETS | IMAGES
PHOTO_EDGE = 2000


@transaction.atomic
def add_material(
    meeting: Meeting, upload: UploadedFile, *, title: str, kind: str, readers: str, actor: User, visible_from: dt.datetime | None = None,
    session: Session | None = None,
) -> Material:  # fmt: skip
    """Keep a file of the meeting, or of one item of its agenda, for `readers` from `visible_from` (aware; now when None). Raises UploadRefused."""
    stored = (
        _stored_photo(upload, meeting, actor) if kind == MaterialKind.PHOTO else store(upload, owner=meeting, purpose="material", actor=actor, allowed=PAPERS)
    )
    last = meeting.materials.filter(kind=kind).order_by("-position").values_list("position", flat=True).first() or 0
    material = Material.objects.create(
        meeting=meeting, session=session, title=title or stored.name, kind=kind, file=stored, readers=readers, visible_from=visible_from or now(),
        position=last + 1,
    )  # fmt: skip
    record("material.added", meeting, actor=actor, title=material.title, readers=str(readers))
    return material


def _stored_photo(upload: UploadedFile, meeting: Meeting, actor: User) -> StoredFile:
    """A photo without where and with what it was taken, turned upright, no larger than a screen."""
    content = upload.read()
    judge(content, IMAGES | HEIC)
    with Image.open(io.BytesIO(content)) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((PHOTO_EDGE, PHOTO_EDGE))
    buffer = io.BytesIO()
    upright.save(buffer, "JPEG", quality=85)
    return store(buffer.getvalue(), name=upload.name or "", owner=meeting, purpose="photo", actor=actor, allowed=IMAGES)


@transaction.atomic
def withdraw_material(material: Material, *, actor: User) -> Material:
    """Nobody but staff sees it any more; the file is kept. Raises InvalidTransition when it is withdrawn already."""
    lock(material)
    if material.withdrawn_at is not None:
        raise InvalidTransition
    material.withdrawn_at = now()
    material.save(update_fields=["withdrawn_at", "updated_at"])
    record("material.withdrawn", material, material.meeting, actor=actor, title=material.title)
    return material


@transaction.atomic
def publish_minutes(minutes: Minutes, *, actor: User, readers: str) -> Minutes:
    """Show minutes and decisions to `readers`. Published again it changes who may read them."""
    lock(minutes)
    minutes.readers, minutes.published_at = readers, minutes.published_at or now()
    minutes.save(update_fields=["readers", "published_at", "updated_at"])
    record("minutes.published", minutes, minutes.meeting, actor=actor, readers=str(readers))
    return minutes


@transaction.atomic
def hand_in_report(
    project: Project, *, year: int, quarter: int, summary: str, actor: User, upload: UploadedFile | None = None, meeting: Meeting | None = None,
    readers: str = Readers.MEMBERS, visible_from: dt.datetime | None = None,
) -> ProjectReport:  # fmt: skip
    """The project's report of a quarter (R17), to be heard at `meeting`; handed in again it replaces the text, and the file when there is a new one.

    Raises UploadRefused.
    """
    lock(project)
    values: dict[str, Any] = {"summary": summary, "readers": readers, "handed_in_by": actor, "visible_from": visible_from or now(), "meeting": meeting}
    report, made = ProjectReport.objects.update_or_create(project=project, year=year, quarter=quarter, defaults=values)
    if upload is not None:
        report.file = store(upload, owner=report, purpose="report", actor=actor, allowed=PAPERS)
        report.save(update_fields=["file", "updated_at"])
    record("project.reported", project, report, *([meeting] if meeting else []), actor=actor, year=year, quarter=quarter, again=not made)
    return report
