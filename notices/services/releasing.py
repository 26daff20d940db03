"""Mailings of notices (R12): scheduled, listed once, handed to the outbox little by little, paused, resumed, followed up."""

import datetime as dt
import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.common import clock, robots
from alliance.common.audit import record
from alliance.common.delivery import hold, let_go
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from alliance.common.models import OutboxMessage
from alliance.common.models.outbox import OutboxState
from alliance.common.transitions import move
from members.models import User
from notices import mails
from notices.enums import NoticeState, Purpose, ReleaseState
from notices.gongwen.fields import FIELD
from notices.models import Audience, MailChoice, Notice, Recipient, Release
from notices.selectors.audiences import Conditions, resolve
from notices.services.digests import send_digests
from notices.services.drafting import refuse_unknown_fields

# So many mails of one mailing may wait in the outbox at once: a pause takes hold at once, and other mail does not stand behind thousands.
AT_ONCE = 200
BATCH = 100
STOPPED = [ReleaseState.PAUSED, ReleaseState.CANCELLED]
MEMBERS: Conditions = {"roles": ["liaison"]}


class NotIssued(DomainError):
    """Only what is issued is sent."""

    message = _("Only an issued notice can be sent.")


class NobodyLeft(DomainError):
    """The conditions name nobody."""

    message = _("Nobody fits these conditions. Nothing is sent.")


@transaction.atomic
def plan_release(
    notice: Notice,
    *,
    actor: User,
    conditions: Conditions | None = None,
    audience: Audience | None = None,
    starts_at: dt.datetime | None = None,
    purpose: str = Purpose.NOTICE,
    words: str = "",
    is_voluntary: bool = False,
) -> Release:
    """Schedule a mailing: at `starts_at` (now), but never before members may see the notice. The list is made when it begins.

    Raises NotIssued, UnknownField.
    """
    lock(notice)
    if notice.state != (NoticeState.WITHDRAWN if purpose == Purpose.WITHDRAWAL else NoticeState.ISSUED):
        raise NotIssued
    refuse_unknown_fields(words=words)
    begin = max(starts_at or clock.now(), notice.members_from or clock.now())
    release = Release.objects.create(
        notice=notice,
        purpose=purpose,
        audience=audience,
        conditions=conditions if conditions is not None else MEMBERS,
        is_voluntary=is_voluntary,
        words=words,
        starts_at=begin,
        made_by=actor,
    )
    record("release.planned", release, notice, actor=actor, starts_at=begin)
    return release


def begin_due_releases() -> int:
    """Begin the mailings whose time has come. Returns how many."""
    begun = 0
    due = Release.objects.filter(state=ReleaseState.SCHEDULED, starts_at__lte=clock.now()).order_by("starts_at")
    for release in due:
        with transaction.atomic():
            begun += _begin(release)
    return begun


def _begin(release: Release) -> bool:
    """Write the list, once, and open the mailing; one of a notice that was withdrawn meanwhile is cancelled. False when another worker was first."""
    lock(release)
    if release.state != ReleaseState.SCHEDULED:
        return False
    if release.purpose != Purpose.WITHDRAWAL and release.notice.state != NoticeState.ISSUED:
        move(release, to=ReleaseState.CANCELLED, field="state")
        record("release.cancelled", release, release.notice, source="task:releases")
        return False
    found = resolve(release.conditions, voluntary=release.is_voluntary)
    digest = set(MailChoice.objects.filter(digest=True).values_list("person_id", flat=True)) if release.purpose == Purpose.NOTICE else set()
    Recipient.objects.bulk_create(
        Recipient(
            release=release,
            institution=one.institution,
            person=one.person,
            name=one.person.name,
            email=one.email,
            why=one.why[:80],
            token=secrets.token_urlsafe(18),
            in_digest=one.person.pk in digest,
        )
        for one in found.addressees
    )
    left = [[row.who, row.reason] for row in found.left_out]
    move(release, to=ReleaseState.SENDING, field="state", begun_at=clock.now(), left_out=left)
    if release.notice.announced_at is None:
        notice, link = release.notice, settings.SITE_URL + release.notice.get_absolute_url()
        robots.announce("notice", key=f"notice:{notice.pk}", title=f"{notice.number}《{notice.title}》", text=link)
        Notice.objects.filter(pk=release.notice_id).update(announced_at=clock.now())
    record("release.begun", release, release.notice, source="task:releases", recipients=len(found.addressees), left_out=len(left))
    return True


def hand_over() -> int:
    """Give the outbox the next mails of every open mailing, and close those that are through. Returns how many mails were queued.

    A mail that a worker had in hand when its mailing was paused or cancelled, and that the server put off, is held back with the others.
    """
    hold(OutboxMessage.objects.filter(pk__in=Recipient.objects.filter(release__state__in=STOPPED).exclude(message=None).values("message")))
    queued = 0
    for release in Release.objects.filter(state=ReleaseState.SENDING).order_by("pk"):
        queued += _hand_over(release)
        finish(release)
    return queued


@transaction.atomic
def _hand_over(release: Release) -> int:
    """One batch. Two workers at once take different recipients; a killed one leaves nothing half done."""
    lock(release)
    if release.state != ReleaseState.SENDING:
        return 0
    waiting = _mails(release).filter(state=OutboxState.QUEUED).count()
    rows = Recipient.objects.filter(release=release, message=None, in_digest=False).select_related("institution", "person", "release__notice").order_by("pk")
    done = 0
    for row in rows[: max(min(BATCH, AT_ONCE - waiting), 0)]:
        row.message = mails.release_mail(row, personal=has_fields(release))
        row.save(update_fields=["message"])
        done += 1
    return done


def has_fields(release: Release) -> bool:
    """Whether the notice, or the words with it, say something else to each unit."""
    notice = release.notice
    texts = [notice.title, notice.addressee, notice.text, *notice.attachments.values_list("text", flat=True)]
    return any(FIELD.search(text) for text in texts)


def _mails(release: Release) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(pk__in=release.recipients.exclude(message=None).values("message"))


@transaction.atomic
def finish(release: Release) -> bool:
    """Close a mailing all of whose mails are handed over and none waits any longer. Returns whether it closed."""
    lock(release)
    rows = release.recipients.filter(in_digest=False)
    moving = OutboxMessage.objects.filter(pk__in=rows.exclude(message=None).values("message"), sent_at=None).exclude(
        state__in=[OutboxState.SENT, OutboxState.FAILED, OutboxState.UNKNOWN]
    )
    if release.state != ReleaseState.SENDING or rows.filter(message=None).exists() or moving.exists():
        return False
    move(release, to=ReleaseState.DONE, field="state", finished_at=clock.now())
    record("release.finished", release, release.notice, source="task:releases")
    return True


@transaction.atomic
def pause_release(release: Release, *, actor: User) -> Release:
    """Stop: nothing more is handed over, and what waits in the outbox is held back. Raises InvalidTransition."""
    lock(release)
    move(release, to=ReleaseState.PAUSED, field="state")
    held = hold(_mails(release))
    record("release.paused", release, release.notice, actor=actor, held=held)
    return release


@transaction.atomic
def resume_release(release: Release, *, actor: User) -> Release:
    """Go on where it stopped. Raises InvalidTransition."""
    lock(release)
    move(release, to=ReleaseState.SENDING, field="state")
    let_go(_mails(release))
    record("release.resumed", release, release.notice, actor=actor)
    return release


@transaction.atomic
def cancel_release(release: Release, *, actor: User) -> Release:
    """Before it began, or while it is paused: whatever has not gone out never will; mails that were handed over stay held back. Raises InvalidTransition."""
    lock(release)
    move(release, to=ReleaseState.CANCELLED, field="state", finished_at=clock.now())
    record("release.cancelled", release, release.notice, actor=actor)
    return release


@transaction.atomic
def stop_releases(notice: Notice, *, actor: User) -> int:
    """End every mailing of a notice that has not ended: what waits in the outbox is held back and never goes out. Returns how many were ended."""
    running = list(notice.releases.filter(state__in=[ReleaseState.SENDING, ReleaseState.PAUSED]).order_by("pk"))
    for release in running:
        if release.state == ReleaseState.SENDING:
            pause_release(release, actor=actor)
        cancel_release(release, actor=actor)
    return len(running)


@transaction.atomic
def remind_silent(release: Release, *, actor: User, words: str = "") -> Release:
    """Write once more to those of a mailing whose unit has not acknowledged, as it stands when the reminder begins.

    Raises NobodyLeft, NotIssued, UnknownField.
    """
    conditions = {"recipients_of": [release.pk], "silent": True}
    if not resolve(conditions).addressees:
        raise NobodyLeft(_("Everybody has acknowledged the notice."))
    return plan_release(release.notice, actor=actor, conditions=conditions, purpose=Purpose.REMINDER, words=words)


def send_test(notice: Notice, *, actor: User, words: str = "") -> OutboxMessage:
    """The mail as the first person on the list would get it, to oneself. Raises UnknownField."""
    refuse_unknown_fields(words=words)
    first = next(iter(resolve(MEMBERS).addressees), None)
    record("release.tested", notice, actor=actor)
    return mails.test_mail(notice, actor=actor, words=words, institution=first.institution if first else None, person=first.person if first else None)


@transaction.atomic
def note_opening(recipient: Recipient) -> None:
    """The personal link was opened; the first time counts."""
    lock(recipient)
    if recipient.opened_at is None:
        recipient.opened_at = clock.now()
        recipient.save(update_fields=["opened_at"])


def announce_notices() -> int:
    """One sweep: begin what is due, hand over what is next, write the day's digests. Returns how many mailings began. Safe in any number of workers, any number of times."""
    begun = begin_due_releases()
    hand_over()
    send_digests()
    return begun


def counts_of(release: Release) -> dict[str, Any]:
    """How a mailing stands: all, by fate, opened, acknowledged."""
    rows = list(release.recipients.with_fate().values_list("fate", "opened_at", "has_acknowledged", "in_digest"))  # type: ignore[misc]
    fates: dict[str, int] = {}
    for fate, *_rest in rows:
        fates[fate] = fates.get(fate, 0) + 1
    return {
        "all": len(rows),
        "fates": fates,
        "done": sum(count for fate, count in fates.items() if fate not in {"waiting", "queued", "held"}),
        "opened": sum(opened is not None for _fate, opened, *_rest in rows),
        "acknowledged": sum(has for _fate, _opened, has, _digest in rows),
        "digest": sum(digest for *_rest, digest in rows),
    }
