"""What the secretariat decides before the council does (R2), and the way to the ballot and back."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import today
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.transitions import move
from members import mails
from members.enums import ApplicationStatus, CheckOutcome, Role
from members.models import Application, ChecklistItem, ChecklistMark, CorrectionPoint, Institution, User
from members.services.applying import check_free
from members.services.importing import alias_row


class NothingToCorrect(DomainError):
    """A return must say what has to be mended."""

    message = _("Say at least one thing that has to be corrected.")


class InstitutionUnchecked(DomainError):
    """The applicant typed an institution that is not in the register."""

    message = _("The institution was typed by the applicant. Link it to the register before you pass the application on.")


@transaction.atomic
def return_for_correction(application: Application, *, actor: User, points: list[CorrectionPoint]) -> Application:
    """Send a submitted application back to the applicant with what has to be mended.

    Raises InvalidTransition when somebody else has decided in the meantime, NothingToCorrect without points.
    """
    if not points:
        raise NothingToCorrect
    lock(application)
    for point in points:
        point.application, point.round = application, application.round
    move(application, to=ApplicationStatus.RETURNED, round=application.round + 1)
    CorrectionPoint.objects.bulk_create(points)
    record("application.returned", application, actor=actor, points=[point.text for point in points])
    mails.application_returned(application, points)
    return application


@transaction.atomic
def pass_to_council(application: Application, *, actor: User, recommendation: str = "") -> Application:
    """The unit qualifies: hand the application to the council, with the secretariat's word for it.

    Raises InvalidTransition, InstitutionUnchecked.
    """
    lock(application)
    if application.institution is None:
        raise InstitutionUnchecked
    check_free(application.institution, apart_from=application)
    move(application, to=ApplicationStatus.SCREENED, recommendation=recommendation)
    record("application.screened", application, application.institution, actor=actor)
    return application


@transaction.atomic
def decline(application: Application, *, actor: User, reason: str) -> Application:
    """The unit does not qualify; the applicant is told why. Raises InvalidTransition."""
    lock(application)
    move(application, to=ApplicationStatus.DECLINED, decision_reason=reason)
    record("application.declined", application, actor=actor, reason=reason)
    mails.application_declined(application)
    return application


@transaction.atomic
def check_institution(application: Application, *, actor: User, institution: Institution | None) -> Application:
    """Link an application whose institution was typed to the register: to `institution`, or to a new one of the typed name.

    Raises AlreadyMember, AlreadyApplied: then the application can only be declined, or returned with a word.
    """
    from members.enums import AliasKind

    lock(application)
    if institution is None:
        institution, made = Institution.objects.get_or_create(name=application.institution_typed, defaults={"is_listed": False})
        if made:
            alias_row(institution, institution.name, AliasKind.OFFICIAL).save()
    check_free(institution, apart_from=application)
    application.institution = institution
    application.save(update_fields=["institution", "updated_at"])
    record("application.institution_checked", application, institution, actor=actor, typed=application.institution_typed)
    return application


@transaction.atomic
def put_to_ballot(application: Application, *, actor: Any = None, source: str = "") -> Application:
    """Called by the council when a ballot over the application opens. Raises InvalidTransition."""
    lock(application)
    move(application, to=ApplicationStatus.BALLOTED)
    record("application.balloted", application, actor=actor, source=source)
    return application


@transaction.atomic
def take_from_ballot(application: Application, *, actor: Any = None, source: str = "", reason: str = "") -> Application:
    """Called by the council when a ballot ends without a decision: the application waits for the next one. Raises InvalidTransition."""
    lock(application)
    move(application, to=ApplicationStatus.SCREENED)
    record("application.unballoted", application, actor=actor, source=source, reason=reason)
    return application


@transaction.atomic
def assign_screener(application: Application, *, actor: User, screener: User) -> Application:
    """Hand the application to a colleague (or take it oneself). Raises DomainError for somebody without the role, InvalidTransition when it is decided."""
    lock(application)
    if application.status not in {ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED}:
        raise InvalidTransition
    if Role.SECRETARIAT not in screener.roles:
        raise DomainError(_("Only a member of the secretariat can screen."))
    application.screener = screener
    application.save(update_fields=["screener", "updated_at"])
    record("application.assigned", application, actor=actor, to=str(screener))
    return application


@transaction.atomic
def hold_application(application: Application, *, actor: User, reason: str) -> Application:
    """Let it rest with a reason, for example until the charter's next meeting; its deadline is not counted. Raises InvalidTransition."""
    lock(application)
    if application.status != ApplicationStatus.SUBMITTED or application.on_hold_since is not None:
        raise InvalidTransition
    application.on_hold_since, application.hold_reason = today(), reason[:300]
    application.save(update_fields=["on_hold_since", "hold_reason", "updated_at"])
    record("application.held", application, actor=actor, reason=reason)
    return application


@transaction.atomic
def resume_application(application: Application, *, actor: User) -> Application:
    """Take it up again. Raises InvalidTransition when it does not rest."""
    lock(application)
    if application.on_hold_since is None:
        raise InvalidTransition
    application.on_hold_since, application.hold_reason = None, ""
    application.save(update_fields=["on_hold_since", "hold_reason", "updated_at"])
    record("application.resumed", application, actor=actor)
    return application


@transaction.atomic
def mark_checklist(application: Application, outcomes: dict[int, str], *, actor: User) -> list[ChecklistMark]:
    """Keep the screener's marks (checklist item → yes, no, na) for the present round; an empty mark takes one away. Returns the marks of the round."""
    lock(application)
    for item in ChecklistItem.objects.filter(pk__in=outcomes, is_active=True):
        outcome = outcomes[item.pk]
        if outcome in CheckOutcome.values:
            defaults = {"outcome": outcome, "marked_by": actor}
            ChecklistMark.objects.update_or_create(application=application, item=item, round=application.round, defaults=defaults)
        else:
            ChecklistMark.objects.filter(application=application, item=item, round=application.round).delete()
    marks = list(application.marks.filter(round=application.round).select_related("item"))
    record("application.checklist", application, actor=actor, marked=len(marks))
    return marks
