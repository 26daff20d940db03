"""Certificates of attendance."""

from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType

from alliance.common.models import VerifiableDocument
from meetings.enums import RegistrationStatus
from meetings.models import Meeting, Registration
from members.models import Institution

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


def certified(meeting: Meeting, institution: Institution) -> list[Registration]:
    """Who of the unit attended the meeting and has a valid certificate, by name; two queries."""
    rows = Registration.objects.filter(meeting=meeting, institution=institution, status=RegistrationStatus.ATTENDED)
    found = list(rows.select_related("person", "institution", "meeting").order_by("person__name", "pk"))
    issued = certificates_for([row.pk for row in found])
    return [row for row in found if row.pk in issued]
