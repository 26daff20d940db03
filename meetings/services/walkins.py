"""Who stands at the door without a registration."""

import secrets

from django.db import IntegrityError, transaction

from alliance.common.audit import record
from meetings import mails
from meetings.enums import CheckInWay, MeetingStatus, RegistrationStatus
from meetings.models import Meeting, Registration
from meetings.services.checkin import Entrance, check_in
from meetings.services.registration import RegistrationClosed, best_offer, lock_places, refusal
from members.enums import PersonRole
from members.models import Institution, Person, User
from members.services.people import add_person


@transaction.atomic
def admit_walk_in(meeting: Meeting, institution: Institution, *, name: str, email: str, actor: User) -> Entrance:
    """Give somebody who came without a registration a place and let them in: the same promises hold as for everybody.

    One who is registered already is let in on that place; the first on the waiting list has no right before one at the door, since the seat is empty now.
    Raises RegistrationClosed, MeetingFull, UnitFull, NoFreeMeetingLeft, NoOffer, AlreadyRegistered, AddressTaken, NoPlace, TooEarly.
    """
    person = add_person(institution, name=name, email=email, role=PersonRole.DELEGATE, actor=actor)
    lock_places(meeting, institution)
    live = Registration.objects.filter(meeting=meeting, person=person).exclude(status__in=[RegistrationStatus.CANCELLED, RegistrationStatus.REPLACED])
    registration = live.select_related("meeting", "person", "institution").first()
    if registration is None:
        registration = _seat(meeting, institution, person, actor=actor)
        record("registration.walked_in", registration, meeting, institution, actor=actor, person=name)
        mails.registered(registration)
    return check_in(registration, actor=actor, way=CheckInWay.WALK_IN)


def _seat(meeting: Meeting, institution: Institution, person: Person, *, actor: User) -> Registration:
    """A confirmed place on the best offer; the database's refusals in words."""
    if meeting.status != MeetingStatus.PUBLISHED:
        raise RegistrationClosed
    offer = best_offer(meeting, institution)
    try:
        with transaction.atomic():
            return Registration.objects.create(
                meeting=meeting, institution=institution, person=person, offer=offer, status=RegistrationStatus.CONFIRMED,
                ticket=secrets.token_urlsafe(12), registered_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise refusal(error, meeting, institution, offer) from error
