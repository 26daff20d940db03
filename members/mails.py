"""Messages of members: one function each, a row in the outbox."""

from django.conf import settings
from django.urls import reverse

from alliance.common.documents import verify_url
from alliance.common.models import VerifiableDocument
from alliance.common.outbox import made, queue
from members.enums import PersonRole
from members.models import Application, ApplicationMessage, CorrectionPoint, DataCheckAnswer, Departure, Invitation, Membership
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
        queue(
            "members/mail/application_approved",
            to=address,
            cause=application,
            context={"application": application, "link": _link(application)},
            attachments=[made(f"入盟通过函-{application.institution_name}.pdf", "application/pdf", "council.approval_letter", application.pk)],
        )


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


def invitation(invited: Invitation, token: str) -> None:
    """The link by which the invited address becomes liaison, or works on the application."""
    queue(
        "members/mail/invitation",
        to=invited.email,
        cause=invited,
        subjects=[subject for subject in (invited.institution, invited.application) if subject is not None],
        context={"invitation": invited, "link": settings.SITE_URL + reverse("portal:invitation", args=[token])},
    )


def data_check_asked(answer: DataCheckAnswer) -> None:
    """Please look at what we hold of your unit."""
    for person in contacts(answer.institution, PersonRole.LIAISON):
        queue(
            "members/mail/data_check",
            to=person.email,
            cause=answer,
            subjects=[answer.institution],
            context={"answer": answer, "person": person, "link": settings.SITE_URL + reverse("portal:data_check")},
        )


def data_check_reminded(answer: DataCheckAnswer) -> None:
    """We have not heard from your unit yet."""
    for person in contacts(answer.institution, PersonRole.LIAISON):
        queue(
            "members/mail/data_check_reminder",
            to=person.email,
            cause=answer,
            key=f"data-check-reminder:{answer.pk}:{answer.reminded_on}:{person.email}",
            subjects=[answer.institution],
            context={"answer": answer, "person": person, "link": settings.SITE_URL + reverse("portal:data_check")},
        )


def departure_received(departure: Departure) -> None:
    """Received, and what comes next."""
    _departure("members/mail/departure_received", departure)


def departure_decided(departure: Departure) -> None:
    """Approved or declined."""
    _departure("members/mail/departure_decided", departure)


def _departure(template: str, departure: Departure) -> None:
    institution = departure.membership.institution
    context = {"departure": departure, "readmission_url": settings.SITE_URL + reverse("apply:readmission")}
    for person in contacts(institution, PersonRole.LIAISON, PersonRole.HEAD):
        queue(template, to=person.email, cause=departure, subjects=[departure.membership, institution], context=context | {"person": person})


def message_to_applicant(message: ApplicationMessage) -> None:
    """The secretariat wrote; the answer goes through the status page."""
    for address in _writers(message.application):
        context = {"message": message, "application": message.application, "link": _link(message.application)}
        queue("members/mail/message", to=address, cause=message, subjects=[message.application], context=context)


def message_to_screener(message: ApplicationMessage, to: str) -> None:
    """The applicant wrote."""
    link = settings.SITE_URL + reverse("admin:members_application_change", args=[message.application_id])
    context = {"message": message, "application": message.application, "link": link}
    queue("members/mail/message", to=to, cause=message, subjects=[message.application], context=context)
