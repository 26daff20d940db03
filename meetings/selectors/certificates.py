"""Certificates of attendance."""

from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType

from alliance.common.models import VerifiableDocument
from meetings.models import Registration

KIND = "attendance-certificate"


def certificate_for(registration: Registration) -> VerifiableDocument | None:
    """The valid certificate of a registration, if there is one."""
    return certificates_for([registration.pk]).get(registration.pk)


def certificates_for(registrations: Collection[int]) -> dict[int, VerifiableDocument]:
    """The valid certificates of these registrations, by registration; one query."""
    found = VerifiableDocument.objects.filter(
        subject_type=ContentType.objects.get_for_model(Registration), subject_id__in=[str(pk) for pk in registrations], kind=KIND, revoked_at=None
    )
    return {int(document.subject_id): document for document in found}
