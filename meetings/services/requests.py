"""Places asked for by link: a unit's own link (the liaison confirms), and the public page (the address is proved first)."""

import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.common.audit import record
from alliance.common.clock import now, today
from alliance.common.exceptions import InvalidTransition
from alliance.common.locking import advisory_lock, lock
from alliance.common.transitions import move
from meetings import place_mails
from meetings.enums import RequestStatus
from meetings.exceptions import AlreadyRegistered, LinkClosed, NoOffer, RegistrationClosed
from meetings.models import Meeting, PlaceRequest, Registration, UnitLink
from meetings.selectors.offers import best_of, fits_for, takes_registrations
from meetings.services.answers import save_answers
from meetings.services.registration import register
from members.enums import PersonRole
from members.models import Affiliation, Institution, Person, User
from members.services.people import add_person
from members.sheets.institutions import find_institution

SOURCE = "public:meetings"


@transaction.atomic
def open_link(meeting: Meeting, institution: Institution, *, actor: User) -> UnitLink:
    """The unit's link for this meeting; the one that is open already, if there is one."""
    advisory_lock(f"unit-link:{institution.pk}:{meeting.pk}")
    known = UnitLink.objects.filter(institution=institution, meeting=meeting, closed_at=None).first()
    return known or UnitLink.objects.create(institution=institution, meeting=meeting, token=secrets.token_urlsafe(18), made_by=actor)


@transaction.atomic
def close_link(link: UnitLink) -> UnitLink:
    """The address is dead from now on; what came in by it stays."""
    lock(link)
    if link.closed_at is None:
        link.closed_at = now()
        link.save(update_fields=["closed_at", "updated_at"])
    return link


@transaction.atomic
def ask_by_link(link: UnitLink, *, answers: dict[str, str], **person: str) -> PlaceRequest:
    """One of the unit's people asks for a place; the liaison is told. Asking twice is once. Raises LinkClosed, RegistrationClosed, AlreadyRegistered."""
    if link.closed_at is not None:
        raise LinkClosed
    if not takes_registrations(link.meeting):
        raise RegistrationClosed
    request = _request(link.meeting, RequestStatus.WAITING, answers, link=link, institution=link.institution, **person)
    place_mails.asks_the_liaison(request)
    return request


@transaction.atomic
def ask_in_public(meeting: Meeting, *, institution_name: str, answers: dict[str, str], **person: str) -> PlaceRequest:
    """Somebody asks on the public page; the address gets a link, and only the person who opens it is registered.

    Raises RegistrationClosed, NoOffer when nothing is offered to a unit like this one, AlreadyRegistered.
    """
    if not takes_registrations(meeting) or meeting.public_from is None or now() < meeting.public_from:
        raise RegistrationClosed
    institution, _why = find_institution(institution_name.strip())
    if institution is not None and best_of(fits_for(meeting, institution)) is None:
        raise NoOffer(_("There is no place on offer for %(unit)s here. Member units register through their liaison.") % {"unit": institution.name})
    typed = "" if institution else institution_name.strip()
    request = _request(meeting, RequestStatus.UNPROVED, answers, institution=institution, institution_typed=typed, **person)
    place_mails.asked_to_confirm(request)
    return request


def _request(meeting: Meeting, status: str, answers: dict[str, str], *, name: str, email: str, **values: Any) -> PlaceRequest:
    """The row; the open one of the same address is returned as it is."""
    address = email.strip().lower()
    advisory_lock(f"place-request:{meeting.pk}:{address}")
    known = PlaceRequest.objects.filter(meeting=meeting, email=address, status__in=[RequestStatus.UNPROVED, RequestStatus.WAITING]).first()
    if known is not None and (known.link_id is None) == (values.get("link") is None):
        return known
    if (
        known is not None
        or PlaceRequest.objects.filter(meeting=meeting, email=address, registration__status__in=["confirmed", "unpaid", "waitlisted", "offered"]).exists()
    ):
        raise AlreadyRegistered
    request = PlaceRequest.objects.create(meeting=meeting, status=status, name=name, email=address, token=secrets.token_urlsafe(18), answers=answers, **values)
    record("request.made", request, meeting, *([request.institution] if request.institution else []), source=SOURCE, name=name)
    return request


@transaction.atomic
def accept_request(request: PlaceRequest, *, actor: User | None) -> Registration:
    """Register the person who asked: by the liaison, or (without `actor`) by the person whose address is proved now. Accepting twice is once.

    Raises InvalidTransition, and whatever registering raises; then the request stays as it is.
    """
    lock(request)
    if request.registration_id:
        return Registration.objects.get(pk=request.registration_id)
    if request.status not in {RequestStatus.WAITING, RequestStatus.UNPROVED}:
        raise InvalidTransition
    institution = request.institution or _institution(request)
    person = _person(request, institution, actor)
    registration = register(request.meeting, institution, person, actor=actor, source="" if actor else SOURCE)
    move(request, to=RequestStatus.ACCEPTED, registration=registration, institution=institution)
    if request.answers:
        save_answers(registration, request.answers, actor=actor, source="" if actor else SOURCE)
    return registration


@transaction.atomic
def refuse_request(request: PlaceRequest, *, actor: User, reason: str) -> PlaceRequest:
    """No place for this person; they are told why. Raises InvalidTransition."""
    lock(request)
    move(request, to=RequestStatus.REFUSED, reason=reason[:200])
    record("request.refused", request, request.meeting, actor=actor, reason=reason)
    place_mails.request_refused(request)
    return request


def _institution(request: PlaceRequest) -> Institution:
    """The unit that was typed: found by its name by now, or new and to be checked by staff."""
    advisory_lock(f"institution:{request.institution_typed}")
    found, _why = find_institution(request.institution_typed)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Institution.objects.create(name=request.institution_typed, is_listed=False)
    except IntegrityError:
        return Institution.objects.get(name=request.institution_typed)


def _person(request: PlaceRequest, institution: Institution, actor: User | None) -> Person:
    """The person as the unit knows them, or as they described themselves."""
    values = {name: getattr(request, name) for name in ("name", "email", "department", "post", "mobile")}
    if actor is not None:
        return add_person(institution, role=PersonRole.DELEGATE, actor=actor, **values)
    known = Person.objects.filter(affiliations__institution=institution, name=request.name, email=request.email).first()
    if known is not None:
        return known
    person = Person.objects.create(**values)
    Affiliation.objects.create(person=person, institution=institution, role=PersonRole.DELEGATE, since=today())
    return person
