"""The last step of the ladder."""

from django.db import transaction

from alliance.common.clock import today
from members.enums import DepartureKind
from members.models import Departure, Membership, User
from members.services.departures import ask_to_leave, pass_departure


@transaction.atomic
def propose_removal(membership: Membership, *, actor: User, reason: str) -> Departure:
    """Put the removal of a unit with long unpaid dues before the council: a departure that its next ballot can take up. The membership goes on until then.

    Raises NotAMember, and DomainError when a departure of the unit is being decided already.
    """
    departure = ask_to_leave(membership, actor=actor, kind=DepartureKind.REMOVAL, reason=reason, effective_on=today(), letter=None)
    return pass_departure(departure, actor=actor)
