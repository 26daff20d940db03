"""Messages about the way to a place: in line, offered, held for payment, asked for by link, nominated."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from alliance.common.models import OutboxMessage
from alliance.common.outbox import made, queue
from meetings import mails
from meetings.enums import RegistrationStatus
from meetings.mails import ticket_link
from meetings.models import Nomination, PlaceRequest, Registration
from meetings.selectors.offers import position_in_line
from members.enums import PersonRole
from members.selectors.memberships import contacts


def tell(registration: Registration, *, promoted: bool = False) -> None:
    """The mail that fits the state a registration has just come to."""
    told = {
        RegistrationStatus.PENDING_PAYMENT: place_held,
        RegistrationStatus.WAITLISTED: in_line,
        RegistrationStatus.OFFERED: place_offered,
    }.get(RegistrationStatus(registration.status))
    if told is None:
        mails.registered(registration, promoted=promoted)
    elif registration.person.email:
        told(registration)
    if registration.status == RegistrationStatus.OFFERED:
        offered_to_colleague(registration)


def in_line(registration: Registration) -> None:
    """The meeting is full; the place in the line."""
    _to_person("meetings/mail/waitlisted", registration, key="", position=position_in_line(registration))


def place_offered(registration: Registration) -> None:
    """A place has come free: take it until the deadline, or say that it is no longer wanted."""
    _to_person("meetings/mail/place_offered", registration, key=f"offered:{registration.pk}:{registration.accept_until}")


def offered_to_colleague(registration: Registration) -> None:
    """The unit's liaisons can accept for a colleague who does not read mail in time, or has no address."""
    link = settings.SITE_URL + reverse("unit_meetings:register", args=[registration.meeting.slug])
    for liaison in contacts(registration.institution, PersonRole.LIAISON):
        if liaison.pk != registration.person_id:
            queue(
                "meetings/mail/colleague_offered", to=liaison.email, cause=registration,
                key=f"offered:{registration.pk}:{registration.accept_until}:{liaison.pk}", subjects=[registration.meeting, registration.institution],
                context={"registration": registration, "meeting": registration.meeting, "person": liaison, "link": link},
            )  # fmt: skip


def place_held(registration: Registration) -> None:
    """The place is held until it is paid; with the payment notice, for whoever pays it."""
    invoice = registration.invoice
    attachments = [made(f"缴费通知单-{invoice.number}.pdf", "application/pdf", "fees.payment_notice", invoice.pk)] if invoice else []
    _to_person("meetings/mail/place_held", registration, key="", attachments=attachments, invoice=invoice)


def asked_to_confirm(request: PlaceRequest) -> None:
    """Somebody registered on the public page: is the address theirs?"""
    link = settings.SITE_URL + reverse("meetings:confirm_request", args=[request.token])
    _about_request("meetings/mail/confirm_address", request, to=request.email, link=link)


def asks_the_liaison(request: PlaceRequest) -> None:
    """One of the unit's people asks for a place by the unit's link."""
    link = settings.SITE_URL + reverse("unit_meetings:register", args=[request.meeting.slug])
    if request.institution is not None:
        for person in contacts(request.institution, PersonRole.LIAISON):
            _about_request("meetings/mail/colleague_asks", request, to=person.email, person=person, link=link)


def request_refused(request: PlaceRequest) -> None:
    """The liaison, or the meeting, has no place for them; with the reason."""
    _about_request("meetings/mail/request_refused", request, to=request.email)


def nomination_decided(nomination: Nomination) -> None:
    """Confirmed or not: to the unit's liaisons, and to the person when confirmed."""
    context = {"nomination": nomination, "meeting": nomination.offer.meeting}
    people = contacts(nomination.institution, PersonRole.LIAISON)
    for person in people:
        queue(
            "meetings/mail/nomination_decided", to=person.email, cause=nomination, key=f"nomination:{nomination.pk}:{nomination.status}",
            subjects=[nomination.offer.meeting, nomination.institution], context={**context, "person": person},
        )  # fmt: skip


def to_participants(registration: Registration, *, subject: str, text: str, key: str) -> OutboxMessage:
    """A letter that staff wrote to participants of a meeting."""
    return queue(
        "meetings/mail/letter", to=registration.person.email, cause=registration, key=key, subjects=[registration.meeting],
        context={"subject": subject, "text": text, "person": registration.person, "meeting": registration.meeting, "link": ticket_link(registration)},
    )  # fmt: skip


def _to_person(template: str, registration: Registration, *, key: str, attachments: Any = (), **context: Any) -> None:
    shown = {"registration": registration, "meeting": registration.meeting, "person": registration.person, "link": ticket_link(registration)}
    queue(
        template, to=registration.person.email, cause=registration, key=key, subjects=[registration.meeting, registration.institution],
        context={**shown, **context}, attachments=attachments,
    )  # fmt: skip


def _about_request(template: str, request: PlaceRequest, *, to: str, **context: Any) -> None:
    subjects = [request.meeting, *([request.institution] if request.institution else [])]
    queue(template, to=to, cause=request, subjects=subjects, context={"request": request, "meeting": request.meeting, **context})
