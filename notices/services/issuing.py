"""Official notices from draft to issue, correction and withdrawal (R12, R18)."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.common import clock, robots
from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from alliance.common.numbering import next_number
from alliance.common.outbox import attachment_maker
from alliance.common.transitions import move
from members.enums import PersonRole
from members.models import Institution, User
from members.selectors.memberships import contacts, current_members
from notices import mails
from notices.documents import notice_pdf
from notices.enums import NoticeState
from notices.models import Acknowledgement, IssuingOffice, Notice
from notices.selectors.findings import findings_of
from notices.services.drafting import NotReady, draft_notice


class NotYourOwn(DomainError):
    """The author does not review the own notice."""

    message = _("Somebody other than the author issues a notice.")


@transaction.atomic
def submit_notice(notice: Notice, *, actor: User) -> Notice:
    """Give a draft to review. Raises InvalidTransition, NotReady when a serious finding is open."""
    lock(notice)
    if any(finding.serious for finding in findings_of(notice)):
        raise NotReady
    move(notice, to=NoticeState.REVIEW, field="state")
    record("notice.submitted", notice, actor=actor)
    return notice


@transaction.atomic
def return_notice(notice: Notice, *, actor: User, reason: str) -> Notice:
    """Back to the author, with the reason. Raises InvalidTransition."""
    lock(notice)
    move(notice, to=NoticeState.DRAFT, field="state")
    record("notice.returned", notice, actor=actor, reason=reason)
    return notice


@transaction.atomic
def issue_notice(notice: Notice, *, actor: User, members_from: dt.datetime | None = None, public_from: dt.datetime | None = None) -> Notice:
    """Issue: the number of its body and year, without gaps, in this transaction; members see it from `members_from` (now), others from `public_from`.

    From a draft only where the body needs no review. Raises NotYourOwn, InvalidTransition, NotReady.
    """
    lock(notice)
    office = IssuingOffice.of(notice.body)
    if office.needs_review and notice.author_id == actor.pk:
        raise NotYourOwn
    if notice.state == NoticeState.DRAFT and not office.needs_review:
        submit_notice(notice, actor=actor)
    if notice.dated_on is None or any(finding.serious for finding in findings_of(notice)):
        raise NotReady
    now = clock.now()
    year = notice.dated_on.year
    sequence = next_number(f"notice:{notice.body}", year)
    move(
        notice,
        to=NoticeState.ISSUED,
        field="state",
        year=year,
        sequence=sequence,
        number=f"{office.number_word}〔{year}〕{sequence}号",
        needs_review=office.needs_review,
        issued_at=now,
        issued_by=actor,
        members_from=members_from or now,
        public_from=public_from,
    )
    record("notice.issued", notice, *([notice.corrects] if notice.corrects else []), actor=actor, number=notice.number)
    return notice


@transaction.atomic
def withdraw_notice(notice: Notice, *, actor: User, reason: str) -> Notice:
    """Withdraw an issued notice; its number stays used. Raises InvalidTransition."""
    lock(notice)
    move(notice, to=NoticeState.WITHDRAWN, field="state", withdrawn_reason=reason)
    record("notice.withdrawn", notice, actor=actor, reason=reason)
    return notice


@transaction.atomic
def correct_notice(notice: Notice, *, actor: User) -> Notice:
    """A draft that corrects an issued notice and names it. Raises NotReady for one that was never issued."""
    if notice.state != NoticeState.ISSUED:
        raise NotReady(_("Only an issued notice is corrected."))
    return draft_notice(
        actor=actor,
        body=notice.body,
        title=f"关于更正《{notice.title}》的通知"[:200],
        addressee=notice.addressee,
        text=f"《{notice.title}》（{notice.number}）更正如下：\n",
        signature=notice.signature,
        corrects=notice,
    )


def announce_notices() -> int:
    """Mail issued notices whose time has come to every member unit, each once. Returns how many notices."""
    done = 0
    for notice in Notice.objects.filter(state=NoticeState.ISSUED, announced_at=None, members_from__lte=clock.now()):
        with transaction.atomic():
            lock(notice)
            if notice.announced_at is None:
                for membership in current_members():
                    for person in contacts(membership.institution, PersonRole.LIAISON):
                        mails.notice_issued(notice, membership.institution, person)
                link = settings.SITE_URL + reverse("notices:notice", args=[notice.pk])
                robots.announce("notice", key=f"notice:{notice.pk}", title=f"{notice.number}《{notice.title}》", text=link)
                notice.announced_at = clock.now()
                notice.save(update_fields=["announced_at", "updated_at"])
                done += 1
    return done


@transaction.atomic
def acknowledge(notice: Notice, institution: Institution, *, actor: User) -> Acknowledgement:
    """The unit has read it. Again it changes nothing."""
    made, is_new = Acknowledgement.objects.get_or_create(notice=notice, institution=institution, defaults={"user": actor})
    if is_new:
        record("notice.acknowledged", notice, institution, actor=actor)
    return made


@attachment_maker("notices.pdf")
def pdf_of(pk: str) -> bytes:
    """The notice as a mail's attachment."""
    return notice_pdf(Notice.objects.get(pk=pk))
