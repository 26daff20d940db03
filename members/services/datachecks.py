"""The yearly round: each unit looks at what we hold of it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.locking import advisory_lock, lock
from members import mails
from members.models import DataCheck, DataCheckAnswer, Institution, User
from members.selectors.memberships import current_members


@transaction.atomic
def open_data_check(*, name: str, due_on: dt.date, actor: User) -> DataCheck:
    """Ask every member unit; its liaisons get a mail with the page to confirm. Raises DomainError while another round is open."""
    advisory_lock("data-check")
    if DataCheck.objects.filter(closed_at=None).exists():
        raise DomainError(_("Another data check is still open. Close it first."))
    if DataCheck.objects.filter(name=name).exists():
        raise DomainError(_("There has been a data check of this name."))
    check = DataCheck.objects.create(name=name, due_on=due_on, opened_by=actor)
    members = list(current_members())
    DataCheckAnswer.objects.bulk_create(DataCheckAnswer(check_round=check, institution=membership.institution) for membership in members)
    for answer in check.answers.select_related("institution"):
        mails.data_check_asked(answer)
    record("datacheck.opened", check, actor=actor, units=len(members))
    return check


@transaction.atomic
def confirm_data(answer: DataCheckAnswer, *, actor: User, remark: str = "") -> DataCheckAnswer:
    """The unit says: all correct (after mending what was not). A second confirmation updates the remark. Raises DomainError when the round is closed."""
    lock(answer)
    if answer.check_round.closed_at is not None:
        raise DomainError(_("This data check has been closed."))
    answer.confirmed_at, answer.confirmed_by, answer.remark = clock.now(), actor, remark
    answer.save(update_fields=["confirmed_at", "confirmed_by", "remark", "updated_at"])
    record("datacheck.confirmed", answer.institution, actor=actor, remark=remark)
    return answer


@transaction.atomic
def remind_silent_units(check: DataCheck, *, actor: User) -> int:
    """Write once more to the liaisons of units that have not answered; nobody twice on one day. Returns how many units were written to.

    Raises DomainError when the round is closed or all have answered.
    """
    lock(check)
    if check.closed_at is not None:
        raise DomainError(_("This data check has been closed."))
    silent = list(check.answers.filter(confirmed_at=None).exclude(reminded_on=clock.today()).select_related("institution", "check_round"))
    if not silent:
        raise DomainError(_("All units have answered, or have been reminded today."))
    for answer in silent:
        answer.reminded_on = clock.today()
        answer.save(update_fields=["reminded_on", "updated_at"])
        mails.data_check_reminded(answer)
    record("datacheck.reminded", check, actor=actor, units=len(silent))
    return len(silent)


@transaction.atomic
def close_data_check(check: DataCheck, *, actor: User) -> DataCheck:
    """End the round. Closing twice changes nothing."""
    lock(check)
    if check.closed_at is None:
        check.closed_at = clock.now()
        check.save(update_fields=["closed_at", "updated_at"])
        record("datacheck.closed", check, actor=actor, silent=check.answers.filter(confirmed_at=None).count())
    return check


def open_answer_of(institution: Institution) -> DataCheckAnswer | None:
    """The open round's row of this unit, if there is one."""
    return DataCheckAnswer.objects.filter(institution=institution, check_round__closed_at=None).select_related("check_round").first()
