"""Drafting a ballot: its motions, the discussion before the vote."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import database_now, today
from alliance.common.exceptions import InvalidTransition
from alliance.common.files import PDF, discard, store
from alliance.common.locking import lock
from alliance.common.models import StoredFile
from council import mails
from council.dossier import attachments_of
from council.enums import BallotStatus, MotionKind
from council.exceptions import CannotOpen
from council.models import Ballot, Body, Motion, MotionComment
from council.roll import voters
from members.models import Application, Departure, Institution, Membership, Tier, User


@transaction.atomic
def draft_ballot(
    *,
    body: Body,
    title: str,
    closes_at: dt.datetime,
    applications: list[Application],
    actor: User,
    introduction: str = "",
    departures: Sequence[Departure] = (),
    text: tuple[str, str] | None = None,
    needs_second_vote: bool = False,
) -> Ballot:
    """A draft with a motion for each of these applications and departures, which must have passed the screening, and one (title, text) of its own.

    `needs_second_vote`: all of them are also put to the assembly before they are carried out.
    """
    ballot = Ballot.objects.create(body=body, title=title, introduction=introduction, closes_at=closes_at, drafted_by=actor)
    for application in applications:
        add_motion(ballot, application=application, needs_second_vote=needs_second_vote)
    for departure in departures:
        add_motion(ballot, departure=departure, needs_second_vote=needs_second_vote)
    if text is not None:
        add_motion(ballot, title=text[0], text=text[1], needs_second_vote=needs_second_vote)
    record("ballot.drafted", ballot, *applications, *departures, actor=actor)
    return ballot


@transaction.atomic
def add_motion(
    ballot: Ballot,
    *,
    title: str = "",
    application: Application | None = None,
    departure: Departure | None = None,
    tier_change: tuple[Membership, Tier, int] | None = None,
    text: str = "",
    attachments: Sequence[UploadedFile | StoredFile] = (),
    previous: Motion | None = None,
    needs_second_vote: bool = False,
    actor: Any = None,
) -> Motion:
    """Add a motion at the end of a draft: on an application, a departure, a (membership, tier, from year), or a text of its own; `attachments` are PDFs, those of an earlier round are copied.

    An application or a departure gives the motion its title when there is no other. `previous`: the vote of which this is a new round. Raises InvalidTransition when the ballot is open already, UploadRefused.
    """
    lock(ballot)
    if ballot.status != BallotStatus.DRAFT:
        raise InvalidTransition
    membership, tier, from_year = tier_change or (None, None, None)
    kind = MotionKind.ADMIT if application else MotionKind.DEPART if departure else MotionKind.TIER if membership else MotionKind.TEXT
    motion = Motion.objects.create(
        ballot=ballot,
        position=(ballot.motions.aggregate(last=Max("position"))["last"] or 0) + 1,
        kind=kind,
        application=application,
        departure=departure,
        membership=membership,
        tier=tier,
        from_year=from_year,
        previous=previous,
        needs_second_vote=needs_second_vote,
        title=(title or _title_of(application, departure))[:160],
        text=text,
    )
    for upload in attachments:
        if isinstance(upload, StoredFile):
            store(upload.content.read(), name=upload.name, owner=motion, purpose="motion", actor=actor, allowed=PDF)
        else:
            store(upload, owner=motion, purpose="motion", actor=actor, allowed=PDF)
    return motion


def _title_of(application: Application | None, departure: Departure | None) -> str:
    if application is not None:
        return str(_("Admit %(name)s")) % {"name": application.institution_name}
    return f"{departure.get_kind_display()}：{departure.membership.institution.name}" if departure is not None else ""


@transaction.atomic
def edit_draft(ballot: Ballot, *, title: str, introduction: str, closes_at: dt.datetime, actor: User, without: Collection[Motion] = ()) -> Ballot:
    """Correct a draft: title, introduction, closing time; motions `without` which it goes on, the others moving up.

    Raises InvalidTransition when it is open already, CannotOpen for a motion that was commented on, or an end that is not after the set opening.
    """
    lock(ballot)
    if ballot.status != BallotStatus.DRAFT:
        raise InvalidTransition
    if closes_at <= (ballot.opens_at or database_now()):
        raise CannotOpen(_("The closing time must lie in the future, and after the time at which the ballot opens."))
    if MotionComment.objects.filter(motion__in=without).exists():
        raise CannotOpen(_("A motion on which somebody has commented cannot be removed. Cancel the draft instead."))
    before = {name: getattr(ballot, name) for name in ("title", "introduction", "closes_at")}
    ballot.title, ballot.introduction, ballot.closes_at = title, introduction, closes_at
    ballot.save(update_fields=["title", "introduction", "closes_at", "updated_at"])
    removed = [motion.title for motion in without]
    for motion in without:
        for stored in attachments_of(motion):
            discard(stored, actor=actor)
    ballot.motions.filter(pk__in=[motion.pk for motion in without]).delete()
    for position, motion in enumerate(ballot.motions.order_by("position"), 1):
        if motion.position != position:
            motion.position = position
            motion.save(update_fields=["position", "updated_at"])
    changed = {name: [before[name], getattr(ballot, name)] for name in before if before[name] != getattr(ballot, name)}
    record("ballot.edited", ballot, actor=actor, changed=changed, removed=removed)
    return ballot


@transaction.atomic
def open_discussion(ballot: Ballot, *, actor: User, motions: Collection[Motion] | None = None) -> Ballot:
    """Let those who will vote read these `motions` of a draft (all of them for None) and comment on each. Raises InvalidTransition, CannotOpen without motions."""
    lock(ballot)
    if ballot.status != BallotStatus.DRAFT or ballot.discussion_from:
        raise InvalidTransition
    if not ballot.motions.exists():
        raise CannotOpen(_("The ballot has no motion."))
    if motions is not None:
        ballot.motions.exclude(pk__in=[motion.pk for motion in motions]).update(discussed=False)
        if not motions:
            raise CannotOpen(_("Choose at least one motion to discuss."))
    ballot.discussion_from = database_now()
    ballot.save(update_fields=["discussion_from", "updated_at"])
    record("ballot.discussed", ballot, actor=actor)
    for voter in voters(ballot.body, today()):
        mails.discussion_opened(ballot, voter.person)
    return ballot


@transaction.atomic
def comment(motion: Motion, *, actor: User, institution: Institution | None, text: str) -> MotionComment:
    """Say something on a motion while its ballot is discussed. Raises InvalidTransition once the vote has opened."""
    ballot = motion.ballot
    lock(ballot)
    if ballot.status != BallotStatus.DRAFT or not ballot.discussion_from or not motion.discussed:
        raise InvalidTransition
    record("motion.commented", ballot, actor=actor, motion=motion.pk)
    return MotionComment.objects.create(motion=motion, author=actor, institution=institution, text=text)
