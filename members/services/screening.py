"""What the secretariat decides before the council does (R2), and the way to the ballot and back."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from alliance.common.transitions import move
from members import mails
from members.enums import ApplicationStatus
from members.models import Application, CorrectionPoint, Institution, User
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
    """Link an application whose institution was typed to the register: to `institution`, or to a new one of the typed name."""
    from members.enums import AliasKind

    lock(application)
    if institution is None:
        institution, made = Institution.objects.get_or_create(name=application.institution_typed, defaults={"is_listed": False})
        if made:
            alias_row(institution, institution.name, AliasKind.OFFICIAL).save()
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
