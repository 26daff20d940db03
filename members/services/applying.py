"""What an applicant does: start, fill, seal, submit, withdraw (R1, R2)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.files import IMAGES, PDF, UploadRefused, store
from alliance.common.jobs import start_job
from alliance.common.locking import advisory_lock, lock
from alliance.common.numbering import next_number
from alliance.common.transitions import move
from members import mails
from members.answers import Part, digest, missing_parts, part_version, snapshot
from members.consents import version_in_force
from members.enums import APPLICATION_OPEN, MEMBERSHIP_OPEN, WITH_APPLICANT, ApplicationStatus
from members.models import Application, ApplicationEditor, Institution, Membership, RecruitmentRound, Submission, User
from members.scans.bundle import bundle
from members.selectors.corrections import untouched
from members.services.questions import save_answers


class AlreadyApplied(DomainError):
    """Another open application of the same institution exists."""

    message = _("Another application of this institution is already open. Ask your colleagues, or write to the secretariat.")
    field = "institution"


class AlreadyMember(DomainError):
    """The institution is a member already."""

    message = _("This institution is already a member of the alliance.")
    field = "institution"


class RecruitmentClosed(DomainError):
    """No round is open."""


def _closed_until(today: dt.date) -> str:
    coming = RecruitmentRound.objects.filter(opens_on__gt=today).order_by("opens_on").first()
    if coming is None:
        return str(_("No recruitment round is open at present. Write to the secretariat if your unit wants to join."))
    return str(_("The next recruitment round, “%(name)s”, opens on %(day)s.") % {"name": coming.name, "day": date_format(coming.opens_on)})


class ChangedElsewhere(DomainError):
    """Two windows, or two colleagues, on one part."""

    message = _(
        "Somebody has changed this part since you opened it: in another window, or a colleague. Save once more to keep what stands here, or open the part anew."
    )


class NotYourTurn(DomainError):
    """The application lies with the secretariat or the council."""

    message = _("The application has been submitted and cannot be changed now.")


class Incomplete(DomainError):
    """Parts are missing."""


class PointsUntouched(DomainError):
    """What the secretariat asked to correct is as it was sent, and nothing says why."""

    message = _("A point that was to be corrected has not been changed. Change it, or say why it is right as it stands.")
    field = "explanation"


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
    today = clock.today()
    year = today.year
    recruitment = RecruitmentRound.objects.filter(opens_on__lte=today, closes_on__gte=today).first()
    if recruitment is None and RecruitmentRound.objects.exists():
        raise RecruitmentClosed(_closed_until(today))
    application = Application.objects.create(
        recruitment=recruitment,
        reference=f"RM{year}-{next_number('application', year):04d}",
        applicant=actor,
        liaison_email=actor.email,
        liaison_name=actor.name,
    )
    ApplicationEditor.objects.create(application=application, user=actor)
    record("application.started", application, actor=actor)
    return application


@transaction.atomic
def save_part(application: Application, part: Part, values: dict[str, Any], *, actor: User, seen: str = "") -> Application:
    """Keep the answers of one part as they are, complete or not.

    `seen` is the part_version the person had before them. Raises ChangedElsewhere when the part was changed in another window or by a colleague since,
    NotYourTurn when the application lies elsewhere, AlreadyApplied or AlreadyMember for an institution that is taken.
    """
    lock(application)
    if application.status not in WITH_APPLICANT:
        raise NotYourTurn
    if seen and seen != part_version(application, part):
        raise ChangedElsewhere
    if part.slug == "consents":
        values = {name: (clock.now() if given else None) for name, given in values.items()} | {"consent_version": version_in_force()}
    if values.get("institution_typed") and not values.get("institution"):
        # Typed in full although the register has it: the same university, and the same questions to ask of it.
        values["institution"] = Institution.objects.filter(name=values["institution_typed"], merged_into=None).first()
    if institution := values.get("institution"):
        check_free(institution)
        values["institution_typed"] = ""
    for name, value in values.items():
        setattr(application, name, value)
    try:
        with transaction.atomic():
            application.save(update_fields=[*values, "updated_at"])
    except IntegrityError as error:
        raise AlreadyApplied from error
    return application


@transaction.atomic
def save_question_answers(application: Application, values: dict[int, str], *, actor: User) -> Application:
    """Keep answers to the further questions, complete or not. Raises NotYourTurn."""
    lock(application)
    if application.status not in WITH_APPLICANT:
        raise NotYourTurn
    save_answers(application, values)
    application.save(update_fields=["updated_at"])
    return application


def check_free(institution: Institution, *, apart_from: Application | None = None) -> None:
    """Raises AlreadyMember for a member, AlreadyApplied when another application than `apart_from` is open for the institution (asked only when given)."""
    if Membership.objects.filter(institution=institution, status__in=MEMBERSHIP_OPEN).exists():
        raise AlreadyMember
    if apart_from is not None and institution.applications.filter(status__in=APPLICATION_OPEN).exclude(pk=apart_from.pk).exists():
        raise AlreadyApplied


@transaction.atomic
def attach_scan(application: Application, uploads: list[UploadedFile], *, actor: User) -> Application:
    """Keep the sealed form's scan, with the digest of the content it was printed from; several photos become the pages of one PDF.

    A new one replaces the old. The machine reads it in the background (members/services/scanning.py).

    Raises Incomplete while answers are missing, UploadRefused for a file we cannot take, NotYourTurn.
    """
    lock(application)
    if application.status not in WITH_APPLICANT:
        raise NotYourTurn
    _require_complete(application)
    content, name = bundle([(piece.name or "", _bounded(piece)) for piece in uploads])
    application.scan = store(content, name=name, owner=application, purpose="sealed-form", actor=None, allowed=PDF | IMAGES)
    application.scan_digest = digest(application)
    application.scan_reading, application.scan_seal, application.scan_remark = None, None, ""
    application.save(update_fields=["scan", "scan_digest", "scan_reading", "scan_seal", "scan_remark", "updated_at"])
    start_job("read_scan", actor=actor, params={"application": application.pk, "scan": str(application.scan.pk)})
    record("application.scan_uploaded", application, actor=actor, name=application.scan.name, sha256=application.scan.sha256)
    return application


@transaction.atomic
def remove_scan(application: Application, *, actor: User) -> Application:
    """Take the scan off the application; the file itself is kept for the log."""
    lock(application)
    if application.status not in WITH_APPLICANT:
        raise NotYourTurn
    if application.scan_id:
        application.scan, application.scan_digest, application.scan_reading, application.scan_seal = None, "", None, None
        application.save(update_fields=["scan", "scan_digest", "scan_reading", "scan_seal", "updated_at"])
        record("application.scan_removed", application, actor=actor)
    return application


@transaction.atomic
def submit_application(application: Application, *, actor: User, remark: str = "", explanation: str = "") -> Application:
    """Send the application to the secretariat: its content is frozen as a Submission and the applicant gets a mail.

    `remark`: what the applicant says about the machine's doubts on the scan; the machine never refuses, the screener decides.
    `explanation`: why points to correct were left as they were; it stands with the submission.
    A second submit of the same round (two tabs, a double click) changes nothing and returns the application.
    Raises Incomplete, SealMissing (none, or older than the answers), PointsUntouched (without an explanation), InvalidTransition.
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
    left = untouched(application)
    if left and not explanation.strip():
        raise PointsUntouched
    Submission.objects.create(
        application=application,
        round=application.round,
        snapshot=snapshot(application),
        digest=application.scan_digest,
        scan=application.scan,
        explanation=explanation.strip()[:1000] if left else "",
        submitted_by=actor,
    )
    move(application, to=ApplicationStatus.SUBMITTED, submitted_at=clock.now(), scan_remark=remark[:500], on_hold_since=None, hold_reason="")
    record("application.submitted", application, actor=actor, round=application.round, points_left=len(left))
    mails.application_submitted(application)
    return application


@transaction.atomic
def withdraw_application(application: Application, *, actor: User) -> Application:
    """Take the application back, as long as the council has not begun to vote. Raises InvalidTransition."""
    lock(application)
    move(application, to=ApplicationStatus.WITHDRAWN)
    record("application.withdrawn", application, actor=actor)
    return application


def _bounded(upload: UploadedFile) -> bytes:
    """The bytes of an upload that is not larger than allowed. Raises UploadRefused."""
    limit = settings.UPLOAD_MAX_BYTES
    if (upload.size or 0) > limit:
        raise UploadRefused(
            _("The file has %(size)s MB; at most %(limit)s MB are possible.") % {"size": -(-(upload.size or 0) // 1048576), "limit": limit // 1048576}
        )
    return upload.read()


def _require_complete(application: Application) -> None:
    missing = missing_parts(application)
    if missing:
        names = "、".join(str(part.title) for part in missing)
        raise Incomplete(_("These parts are not complete: %(names)s.") % {"names": names})
