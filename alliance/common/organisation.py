"""Changes of the organisation's settings that are more than a field."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from alliance.common.audit import record
from alliance.common.files import IMAGES, PDF, store
from alliance.common.locking import lock
from alliance.common.models import Organisation


@transaction.atomic
def change_logo(organisation: Organisation, *, upload: UploadedFile | None, actor: Any) -> Organisation:
    """Put a PNG or JPG in the place of the logo; without one, go back to the shipped mark. Older pictures are kept. Raises UploadRefused."""
    lock(organisation)
    organisation.logo = store(upload, owner=organisation, purpose="logo", actor=actor, allowed=IMAGES) if upload else None
    organisation.save(update_fields=["logo", "updated_at"])
    record("organisation.logo_changed", organisation, actor=actor, shipped=upload is None)
    return organisation


@transaction.atomic
def publish_charter(organisation: Organisation, *, upload: UploadedFile, actor: Any) -> Organisation:
    """Put a PDF in the place of the charter that applicants accept; earlier texts are kept. Raises UploadRefused."""
    lock(organisation)
    organisation.charter = store(upload, owner=organisation, purpose="charter", actor=actor, allowed=PDF)
    organisation.save(update_fields=["charter", "updated_at"])
    record("organisation.charter_published", organisation, actor=actor, sha256=organisation.charter.sha256)
    return organisation
