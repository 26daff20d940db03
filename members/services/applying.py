"""What an applicant does: start, fill, seal, submit, withdraw (R1, R2)."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.files import IMAGES, PDF, store
from alliance.common.locking import advisory_lock, lock
from alliance.common.numbering import next_number
from alliance.common.transitions import move
from members import mails
from members.answers import CONSENT_VERSION, Part, digest, missing_parts, snapshot
from members.enums import MEMBERSHIP_OPEN, WITH_APPLICANT, ApplicationStatus
from members.models import Application, ApplicationEditor, Institution, Membership, Submission, User


class AlreadyApplied(DomainError):
    """Another open application of the same institution exists."""

    message = _("Another application of this institution is already open. Ask your colleagues, or write to the secretariat.")
    field = "institution"


class AlreadyMember(DomainError):
    """The institution is a member already."""

    message = _("This institution is already a member of the alliance.")
    field = "institution"


class NotYourTurn(DomainError):
    """The application lies with the secretariat or the council."""

    message = _("The application has been submitted and cannot be changed now.")


class Incomplete(DomainError):
    """Parts are missing."""


class SealMissing(DomainError):
    """No sealed form, or one of an older content."""

    message = _("Upload the sealed form before you submit.")


@transaction.atomic
def start_application(*, actor: User) -> Application:
    """A new draft with its reference RM2026-0012, or the one this person has open. Drafts are numbered, too: people quote the number on the phone."""
    advisory_lock(f"apply:{actor.pk}")
    found = Application.objects.filter(editors__user=actor, status__in=WITH_APPLICANT).first()
    if found:
        return found
    year = clock.today().year
    application = Application.objects.create(
        reference=f"RM{year}-{next_number('application', year):04d}", applicant=actor, liaison_email=actor.email, liaison_name=actor.name
    )
    ApplicationEditor.objects.create(application=application, user=actor)
    record("application.started", application, actor=actor)
    return application


@transaction.atomic
def save_part(application: Application, part: Part, values: dict[str, Any], *, actor: User) -> Application:
    """Keep the answers of one part as they are, complete or not.

    Raises NotYourTurn when the application lies elsewhere, AlreadyApplied or AlreadyMember for an institution that is taken.
    """
    lock(application)
    if application.status not in WITH_APPLICANT:
        raise NotYourTurn
    if part.slug == "consents":
        values = {name: (clock.now() if given else None) for name, given in values.items()} | {"consent_version": CONSENT_VERSION}
    if institution := values.get("institution"):
        _check_institution(application, institution)
        values["institution_typed"] = ""
    for name, value in values.items():
        setattr(application, name, value)
    try:
        with transaction.atomic():
            application.save(update_fields=[*values, "updated_at"])
    except IntegrityError as error:
        raise AlreadyApplied from error
    return application


def _check_institution(application: Application, institution: Institution) -> None:
    if Membership.objects.filter(institution=institution, status__in=MEMBERSHIP_OPEN).exists():
        raise AlreadyMember


@transaction.atomic
def attach_scan(application: Application, upload: UploadedFile, *, actor: User) -> Application:
    """Keep the sealed form's scan or photo, with the digest of the content it was printed from. A new one replaces the old.

    Raises Incomplete while answers are missing, UploadRefused for a file we cannot take, NotYourTurn.
    """
    lock(application)
    if application.status not in WITH_APPLICANT:
        raise NotYourTurn
    _require_complete(application)
    application.scan = store(upload, owner=application, purpose="sealed-form", actor=None, allowed=PDF | IMAGES)
    application.scan_digest = digest(application)
    application.save(update_fields=["scan", "scan_digest", "updated_at"])
    record("application.scan_uploaded", application, actor=actor, name=application.scan.name, sha256=application.scan.sha256)
    return application


@transaction.atomic
def remove_scan(application: Application, *, actor: User) -> Application:
    """Take the scan off the application; the file itself is kept for the log."""
    lock(application)
    if application.status not in WITH_APPLICANT:
        raise NotYourTurn
    if application.scan_id:
        application.scan, application.scan_digest = None, ""
        application.save(update_fields=["scan", "scan_digest", "updated_at"])
        record("application.scan_removed", application, actor=actor)
    return application


@transaction.atomic
def submit_application(application: Application, *, actor: User) -> Application:
    """Send the application to the secretariat: its content is frozen as a Submission and the applicant gets a mail.

    A second submit of the same round (two tabs, a double click) changes nothing and returns the application.
    Raises Incomplete, SealMissing (none, or older than the answers), InvalidTransition.
    """
    seen_round = application.round
    lock(application)
    if application.status == ApplicationStatus.SUBMITTED and application.round == seen_round:
        return application
    if application.status not in WITH_APPLICANT:
        raise InvalidTransition
    _require_complete(application)
    if application.scan is None:
        raise SealMissing
    if application.scan_digest != digest(application):
        raise SealMissing(_("The answers have changed since the form was sealed. Print it again, have it sealed and upload the new scan."))
    Submission.objects.create(
        application=application,
        round=application.round,
        snapshot=snapshot(application),
        digest=application.scan_digest,
        scan=application.scan,
        submitted_by=actor,
    )
    move(application, to=ApplicationStatus.SUBMITTED, submitted_at=clock.now())
    record("application.submitted", application, actor=actor, round=application.round)
    mails.application_submitted(application)
    return application


@transaction.atomic
def withdraw_application(application: Application, *, actor: User) -> Application:
    """Take the application back, as long as the council has not begun to vote. Raises InvalidTransition."""
    lock(application)
    move(application, to=ApplicationStatus.WITHDRAWN)
    record("application.withdrawn", application, actor=actor)
    return application


def _require_complete(application: Application) -> None:
    missing = missing_parts(application)
    if missing:
        names = "、".join(str(part.title) for part in missing)
        raise Incomplete(_("These parts are not complete: %(names)s.") % {"names": names})
