"""Who may do what in the council. Staff never vote."""

from typing import Any

import rules

from alliance.common.clock import today
from alliance.common.permissions import staff_model_perms
from council.enums import BallotStatus
from council.models import Ballot, Motion
from council.roll import conflicts, holds_current_seat, voters
from members.models import Application
from members.rules import is_secretariat, is_staff_member


@rules.predicate
def holds_seat(user: Any) -> bool:
    """Holds a seat today."""
    return holds_current_seat(user)


@rules.predicate
def is_elector(user: Any, ballot: Ballot | None) -> bool:
    """Stands in the electorate of this ballot, which was frozen at its opening."""
    return ballot is not None and ballot.electors.filter(person__user=user).exists()


@rules.predicate
def will_vote(user: Any, ballot: Ballot | None) -> bool:
    """Would vote in the ballot's body today, or stands in its electorate."""
    if ballot is None or not user.is_authenticated:
        return False
    if ballot.electors.filter(person__user=user).exists():
        return True
    return any(voter.person.user_id == user.pk for voter in voters(ballot.body, today()))


@rules.predicate
def may_read_motion(user: Any, motion: Motion | None) -> bool:
    """Stands in the electorate and is not recused, or takes part in the discussion."""
    if motion is None or not user.is_authenticated:
        return False
    if motion.ballot.status == BallotStatus.DRAFT:
        own = [voter for voter in voters(motion.ballot.body, today()) if voter.person.user_id == user.pk]
        # Who will be recused when the vote opens reads nothing of it before either, by whatever address.
        return bool(motion.ballot.discussion_from) and motion.discussed and bool(own) and not conflicts(own, [motion])
    own = motion.ballot.electors.filter(person__user=user)
    held = motion.ballot.electors.filter(proxy_given__holder__person__user=user)
    return (own.exists() or held.exists()) and not own.filter(recusals__motion=motion).exists()


@rules.predicate
def is_elector_of_application(user: Any, application: Application | None) -> bool:
    """May read the dossier of an application that a ballot of theirs is about, unless it is about the own institution."""
    if application is None:
        return False
    motions = application.motions.filter(ballot__electors__person__user=user).exclude(ballot__status="draft")
    return motions.exclude(recusals__elector__person__user=user).exists()


rules.add_perm("council.enter_council", holds_seat)
rules.add_perm("council.view_own_ballot", is_elector)
rules.add_perm("council.vote", is_elector)
rules.add_perm("council.discuss", will_vote | is_staff_member)
rules.add_perm("council.read_motion_files", may_read_motion | is_staff_member)
rules.add_perm("council.read_ballot_files", is_staff_member)
rules.add_perm("council.see_attendance", holds_seat | is_staff_member)
rules.add_perm("council.read_dossier", is_elector_of_application)
rules.add_perm("council.manage_ballots", is_secretariat)
rules.add_perm("council.read_minutes", is_elector | is_staff_member)


@rules.predicate
def is_elector_of_departure(user: Any, departure: Any) -> bool:
    """Votes on this departure, and is not recused from it."""
    if departure is None:
        return False
    motions = departure.motions.filter(ballot__electors__person__user=user).exclude(ballot__status="draft")
    return motions.exclude(recusals__elector__person__user=user).exists()


rules.set_perm("members.read_departure_letter", rules.permissions.permissions["members.read_departure_letter"] | is_elector_of_departure)
rules.set_perm("members.read_application_files", rules.permissions.permissions["members.read_application_files"] | is_elector_of_application)
staff_model_perms("council", "body", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("council", "seat", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("council", "procedure", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("council", "ballot", view=is_staff_member)
staff_model_perms("council", "motion", view=is_staff_member)
staff_model_perms("council", "result", view=is_staff_member)
