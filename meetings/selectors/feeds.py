"""What a calendar's secret address shows."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.common.clock import now
from meetings.enums import PLACED, MeetingStatus, RegistrationStatus
from meetings.models import Meeting, Registration
from members.models import Institution, Person
from members.selectors.memberships import current_members


def meetings_of_unit(institution: Institution) -> QuerySet[Meeting]:
    """What the unit's calendar holds: of a member, all that members may know of by now, also what was cancelled since; else what the public may know of."""
    member = current_members().filter(institution=institution).exists()
    known = Q(public_from__lte=now())
    if member:
        known |= Q(members_from__lte=now())
    # What was cancelled as a draft was never told to anybody.
    told = Meeting.objects.filter(pk=OuterRef("pk"), events__status=MeetingStatus.PUBLISHED)
    return Meeting.objects.filter(known, Exists(told), is_internal=False).exclude(status=MeetingStatus.DRAFT).order_by("starts_at")


def places_of_unit(institution: Institution) -> QuerySet[Registration]:
    """Who of the unit has a place."""
    return Registration.objects.filter(institution=institution, status__in=PLACED).select_related("person")


def places_of_person(person: Person) -> QuerySet[Registration]:
    """The person's registrations that a calendar has seen, newest first; waiting lists are no dates yet."""
    rows = Registration.objects.filter(person=person, status__in=PLACED | {RegistrationStatus.CANCELLED, RegistrationStatus.REPLACED})
    return rows.select_related("meeting", "person").order_by("-pk")
