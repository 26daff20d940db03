"""What happens to a membership between joining and leaving (R4, R16)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from alliance.common.transitions import move
from members.enums import EndedHow, MembershipStatus
from members.models import Membership, MembershipTier, Suspension, Tier, User


class TierUnchanged(DomainError):
    """There is nothing to change."""

    message = _("The unit is in this tier already.")


@transaction.atomic
def suspend_membership(membership: Membership, *, actor: User, reason: str, on: dt.date) -> Suspension:
    """Let the membership rest from `on` (Beijing date). Raises InvalidTransition unless it is active."""
    lock(membership)
    move(membership, to=MembershipStatus.SUSPENDED)
    suspension = Suspension.objects.create(membership=membership, since=on, reason=reason)
    record("membership.suspended", membership, membership.institution, actor=actor, reason=reason, since=on.isoformat())
    return suspension


@transaction.atomic
def reinstate_membership(membership: Membership, *, actor: User, reason: str, on: dt.date) -> Membership:
    """End the rest on `on`. Raises InvalidTransition unless it is suspended."""
    lock(membership)
    move(membership, to=MembershipStatus.ACTIVE)
    for suspension in membership.suspensions.filter(until=None):
        suspension.until = max(on, suspension.since)
        suspension.save(update_fields=["until", "updated_at"])
    record("membership.reinstated", membership, membership.institution, actor=actor, reason=reason)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, actor: Any = None, source: str = "", how: EndedHow, reason: str, on: dt.date) -> Membership:
    """End it on `on`; the member number is never used again, and the institution may apply anew. Raises InvalidTransition when it has ended."""
    lock(membership)
    for suspension in membership.suspensions.filter(until=None):
        suspension.until = max(on, suspension.since)
        suspension.save(update_fields=["until", "updated_at"])
    move(membership, to=MembershipStatus.ENDED, ended_on=on, ended_kind=how, ended_how=reason[:200])
    record("membership.ended", membership, membership.institution, actor=actor, source=source, how=str(how), reason=reason, on=on.isoformat())
    return membership


@transaction.atomic
def change_tier(membership: Membership, *, tier: Tier, from_year: int, actor: Any = None, source: str = "", reason: str) -> MembershipTier:
    """Another tier from a calendar year on; earlier years keep theirs. Raises TierUnchanged, DomainError for a membership that has ended."""
    lock(membership)
    if membership.status == MembershipStatus.ENDED:
        raise DomainError(_("This membership has ended."))
    if membership.tier_in(from_year) == tier:
        raise TierUnchanged
    row, _made = MembershipTier.objects.update_or_create(membership=membership, from_year=from_year, defaults={"tier": tier})
    record("membership.tier_changed", membership, membership.institution, actor=actor, source=source, tier=tier.code, from_year=from_year, reason=reason)
    return row
