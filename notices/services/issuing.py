"""Official notices from draft to issue, correction and withdrawal (R12, R18)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from alliance.common.numbering import next_number
from alliance.common.outbox import attachment_maker
from alliance.common.transitions import move
from members.models import Institution, Person, User
from notices.documents import notice_pdf
from notices.enums import NoticeState, Purpose
from notices.models import Acknowledgement, Audience, IssuingOffice, Notice
from notices.selectors.field_values import field_values
from notices.selectors.findings import findings_of
from notices.services.drafting import NotReady, draft_notice
from notices.services.releasing import plan_release, stop_releases


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
def issue_notice(
    notice: Notice,
    *,
    actor: User,
    members_from: dt.datetime | None = None,
    public_from: dt.datetime | None = None,
    audience: Audience | None = None,
    is_mailed: bool = True,
) -> Notice:
    """Issue: the number of its body and year, without gaps, in this transaction; members see it from `members_from` (now), others from `public_from`.

    Unless told otherwise it is mailed when members may see it: to the liaisons of all members, or to `audience`.

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
    if members_from is None and public_from is not None:
        # At once for members is not later than at once for everybody.
        public_from = max(public_from, now)
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
    if is_mailed:
        plan_release(notice, actor=actor, conditions=audience.conditions if audience else None, audience=audience, starts_at=notice.members_from)
    return notice


@transaction.atomic
def withdraw_notice(notice: Notice, *, actor: User, reason: str) -> Notice:
    """Withdraw an issued notice; its number stays used, its mailings end, and whoever got it already is told. Raises InvalidTransition."""
    lock(notice)
    move(notice, to=NoticeState.WITHDRAWN, field="state", withdrawn_reason=reason)
    record("notice.withdrawn", notice, actor=actor, reason=reason)
    stop_releases(notice, actor=actor)
    told = list(notice.releases.filter(begun_at__isnull=False).values_list("pk", flat=True))
    if told:
        plan_release(notice, actor=actor, conditions={"recipients_of": told, "reached": True}, purpose=Purpose.WITHDRAWAL)
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


@transaction.atomic
def acknowledge(notice: Notice, institution: Institution, *, actor: User | None = None, person: Person | None = None) -> Acknowledgement:
    """The unit has read it: said by a user, or by a person through the personal link. Again it changes nothing."""
    made, is_new = Acknowledgement.objects.get_or_create(notice=notice, institution=institution, defaults={"user": actor, "person": person})
    if is_new:
        record("notice.acknowledged", notice, institution, actor=actor, source="" if actor else "link:notice", person=person.name if person else "")
    return made


@attachment_maker("notices.pdf")
def pdf_of(argument: str) -> bytes:
    """The notice as a mail's attachment: `notice`, or `notice:institution:person` where it says something of its own to each unit."""
    pk, institution, person = [*argument.split(":"), "", ""][:3]
    values = None
    if institution:
        values = field_values(Institution.objects.get(pk=institution), Person.objects.filter(pk=int(person)).first() if person else None)
    return notice_pdf(Notice.objects.get(pk=pk), values)
