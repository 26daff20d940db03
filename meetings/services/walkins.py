"""Who stands at the door without a registration."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.common.audit import record
from alliance.common.money import format_money
from meetings import place_mails
from meetings.enums import LIVE, CheckInWay, MeetingStatus
from meetings.exceptions import NoOffer, RegistrationClosed
from meetings.models import Meeting, Registration
from meetings.selectors.offers import best_of, fits_for, standing_at
from meetings.services.checkin import Entrance, NoPlace, check_in
from meetings.services.places import lock_places, seat
from members.enums import PersonRole
from members.models import Institution, Person, User
from members.services.people import add_person


@transaction.atomic
def admit_walk_in(meeting: Meeting, institution: Institution, *, name: str, email: str, actor: User) -> Entrance:
    """Give somebody who came without a registration a place and let them in: the musts of a place hold as for everybody.

    The waiting list is passed: its people are not here, and a seat that stays empty helps nobody; the record says who did it.
    One who is registered already is let in on that place.
    Raises RegistrationClosed, MeetingFull, UnitFull, NoFreeMeetingLeft, NoOffer, AddressTaken, NoPlace (also where the place costs something), TooEarly.
    """
    person = add_person(institution, name=name, email=email, role=PersonRole.DELEGATE, actor=actor)
    lock_places(meeting, institution)
    live = Registration.objects.filter(meeting=meeting, person=person, status__in=LIVE)
    registration = live.select_related("meeting", "person", "institution").first() or _seat(meeting, institution, person, actor=actor)
    return check_in(registration, actor=actor, way=CheckInWay.WALK_IN)


def _seat(meeting: Meeting, institution: Institution, person: Person, *, actor: User) -> Registration:
    """A confirmed place on the best offer, whatever its time; told and recorded."""
    if meeting.status != MeetingStatus.PUBLISHED:
        raise RegistrationClosed
    fits = fits_for(meeting, institution, person=person, standing=standing_at(meeting, institution), at_door=True)
    best = best_of(fits)
    if best is None:
        raise NoOffer(_("%(unit)s has no place left: %(reasons)s") % {"unit": institution.name, "reasons": " ".join(dict.fromkeys(f.reason for f in fits))})
    if best.price:
        raise NoPlace(_("A place costs %(price)s here: it has to be registered and paid before somebody is let in.") % {"price": format_money(best.price)})
    registration = seat(meeting, institution, person, best.offer, actor=actor, override_reason=_("At the door"))
    record("registration.walked_in", registration, meeting, institution, actor=actor, person=person.name, offer=best.offer.name)
    place_mails.tell(registration)
    return registration
