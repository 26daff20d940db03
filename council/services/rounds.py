"""Decisions beside the vote in the browser: another round, the second vote of the assembly, results of meetings on paper."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.common.audit import record
from alliance.common.clock import BEIJING
from alliance.common.locking import lock
from alliance.common.models import StoredFile
from alliance.common.transitions import move
from council import mails
from council.dossier import attachments_of
from council.enums import BallotStatus, Electorate, Held
from council.exceptions import CannotOpen
from council.models import Ballot, Body, Motion
from council.selectors.kept import MINUTES
from council.selectors.rounds import waiting_motions
from council.services.carrying_out import carry_out, put_to_vote
from council.services.closing import store_result
from council.services.drafting import add_motion
from council.services.keeping import claim, keep
from council.services.opening import freeze_electorate, prepared
from members.models import User


@transaction.atomic
def new_round(ballot: Ballot, *, body: Body, closes_at: dt.datetime, actor: User) -> Ballot:
    """A draft that puts to the vote again what a closed ballot left undecided, and what needs the second vote of the assembly (R15).

    Each motion names the earlier one; the earlier votes and results stand. What waits for its second vote goes only to a body of the member units,
    and by itself; a first vote goes elsewhere. Raises CannotOpen when there is nothing for this body.
    """
    lock(ballot)
    motions, second = _for_body(ballot, body)
    draft = Ballot.objects.create(body=body, title=_title(ballot, body), closes_at=closes_at, drafted_by=actor)
    for motion in motions:
        change = (motion.membership, motion.tier, motion.from_year) if motion.membership and motion.tier and motion.from_year else None
        add_motion(
            draft,
            title=motion.title,
            text=motion.text,
            attachments=attachments_of(motion),
            actor=actor,
            application=motion.application,
            departure=motion.departure,
            tier_change=change,
            previous=motion,
            needs_second_vote=motion.needs_second_vote and not second,
        )
    record("ballot.drafted", draft, ballot, actor=actor)
    return draft


def _title(ballot: Ballot, body: Body) -> str:
    # What is kept is written in the language of the house, whoever drafts.
    with translation.override(settings.LANGUAGE_CODE):
        return (_("%(title)s (again: %(body)s)") % {"title": ballot.title, "body": body.name})[:160]


def _for_body(ballot: Ballot, body: Body) -> tuple[list[Motion], bool]:
    """The motions that this body may vote on next, and whether it is their second vote. Raises CannotOpen."""
    waiting = waiting_motions(ballot)
    if ballot.status != BallotStatus.CLOSED or not (waiting.undecided or waiting.second):
        raise CannotOpen(_("Nothing of this ballot waits for another vote."))
    if body.electorate == Electorate.MEMBERS and waiting.second:
        return list(waiting.second), True
    # Whoever decided first does not confirm itself, and the assembly does not take the first vote of a major matter.
    first = [motion for motion in waiting.undecided if body.pk == ballot.body_id or not motion.needs_second_vote]
    if not first:
        raise CannotOpen(_("What passed and waits for its second vote goes to a body in which the member units vote; a first vote goes to its own body."))
    return first, False


@transaction.atomic
def record_meeting_result(
    ballot: Ballot,
    *,
    decided_on: dt.date,
    counts: dict[int, dict[str, int]],
    minutes: UploadedFile | StoredFile,
    actor: User,
    chair: Mapping[int, str] = MappingProxyType({}),
) -> Ballot:
    """Enter what a body decided in a meeting on `decided_on` (Beijing date), with the scanned minutes; the decisions are carried out.

    `counts`: for each motion's pk its votes_for, votes_against, abstentions and recused; the seats are those of that day.
    `minutes`: the scan, or one that `keep` keeps. `chair`: for a motion's pk what the chair voted, which decides a tie where the rules say so. The outcome follows from the rules in force then,
    as with any other vote. Raises InvalidTransition, CannotOpen, UploadRefused, PaperGone.
    """
    lock(ballot)
    procedure, motions, electorate = prepared(ballot, decided_on)
    for motion in motions:
        if sum(counts[motion.pk].values()) > len(electorate):
            raise CannotOpen(_("“%(title)s” has more votes than there are seats (%(seats)s).") % {"title": motion.title, "seats": len(electorate)})
    put_to_vote(motions, actor=actor)
    # Those who sat there see the result and the minutes as after any other vote.
    freeze_electorate(ballot, electorate, motions)
    scan = claim(minutes) if isinstance(minutes, StoredFile) else keep(ballot, minutes, purpose=MINUTES, actor=actor)
    ballot.held, ballot.minutes_scan = Held.MEETING, scan
    ballot.save(update_fields=["held", "minutes_scan", "updated_at"])
    at = dt.datetime.combine(decided_on, dt.time(12), BEIJING)
    move(ballot, to=BallotStatus.CLOSED, opened_at=at, closed_at=at, closes_at=at, procedure=procedure)
    record("ballot.reported", ballot, *[m.application for m in motions if m.application], actor=actor, decided_on=decided_on)
    for motion in motions:
        motion.ballot = ballot
        numbers = {"seats": len(electorate), **counts[motion.pk]}
        carry_out(store_result(motion, numbers, chair=chair.get(motion.pk, "")), actor=actor, source="")
    mails.ballot_closed(ballot)
    return ballot
