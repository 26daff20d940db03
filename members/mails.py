"""Messages of members: one function each, a row in the outbox."""

from django.conf import settings
from django.urls import reverse

from alliance.common.documents import verify_url
from alliance.common.models import VerifiableDocument
from alliance.common.outbox import made, queue
from members.enums import PersonRole
from members.models import Application, CorrectionPoint, Membership
from members.selectors.memberships import contacts


def _writers(application: Application) -> list[str]:
    """The applicant and the liaison named in the form, each once."""
    addresses = [application.applicant.email, application.liaison_email]
    return list(dict.fromkeys(address.lower() for address in addresses if address))


def _link(application: Application) -> str:
    return settings.SITE_URL + reverse("apply:tasks", args=[application.reference])


def application_submitted(application: Application) -> None:
    """Received: reference number and what comes next."""
    for address in _writers(application):
        queue(
            "members/mail/application_submitted",
            to=address,
            cause=application,
            key=f"application-submitted:{application.pk}:{application.round}",
            context={"application": application, "link": _link(application)},
        )


def application_returned(application: Application, points: list[CorrectionPoint]) -> None:
    """What has to be mended, and where."""
    for address in _writers(application):
        queue(
            "members/mail/application_returned",
            to=address,
            cause=application,
            key=f"application-returned:{application.pk}:{application.round}",
            context={"application": application, "points": points, "link": _link(application)},
        )


def application_declined(application: Application) -> None:
    """Declined, with the reason."""
    for address in _writers(application):
        queue("members/mail/application_declined", to=address, cause=application, context={"application": application, "link": _link(application)})


def application_approved(application: Application) -> None:
    """The council said yes; the payment notice follows."""
    for address in _writers(application):
        queue("members/mail/application_approved", to=address, cause=application, context={"application": application, "link": _link(application)})


def welcome(membership: Membership) -> None:
    """Number, certificate, and the way to the unit's own pages."""
    document = VerifiableDocument.objects.filter(subject_id=str(membership.pk), kind="membership-certificate", revoked_at=None).latest("pk")
    for person in contacts(membership.institution, PersonRole.LIAISON, PersonRole.HEAD):
        queue(
            "members/mail/welcome",
            to=person.email,
            cause=membership,
            subjects=[membership.institution, *([membership.application] if membership.application else [])],
            context={
                "membership": membership,
                "person": person,
                "portal": settings.SITE_URL + reverse("portal:overview"),
                "verify": verify_url(document),
            },
            attachments=[made(f"成员单位证书-{membership.institution.name}.pdf", "application/pdf", "members.certificate", membership.pk)],
        )
