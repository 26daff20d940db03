"""Consultations from the draft to the published summary (R13)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.files import IMAGES, OFFICE, PDF, SPREADSHEETS, store
from alliance.common.locking import lock
from alliance.common.models import StoredFile
from alliance.common.transitions import move
from members.models import Institution, User
from notices import consultation_mails as mails
from notices.enums import ConsultationState
from notices.models import AskedUnit, Comment, Consultation, Section
from notices.selectors.audiences import units_of
from notices.selectors.consultations import comments_of, files_of

ATTACHABLE = PDF | IMAGES | SPREADSHEETS | OFFICE
MOST_FILES = 5
S = ConsultationState


class NotOpen(DomainError):
    """It is over, or has not begun."""

    message = _("This consultation is not open for comments.")


class NothingToAsk(DomainError):
    """Without material there is nothing to comment on."""

    message = _("Add the material first: at least one section.")


class NotADraft(DomainError):
    """Units may have answered what stood there."""

    message = _("The consultation has been opened; its material is fixed.")


class Unanswered(DomainError):
    """Each comment gets an answer."""

    message = _("Some comments have no answer yet.")


@transaction.atomic
def draft_consultation(*, actor: User, **fields: Any) -> Consultation:
    """A draft; `fields` as on the model. Raises DomainError for a time that has passed."""
    _in_future(fields["closes_at"])
    consultation = Consultation.objects.create(made_by=actor, **fields)
    record("consultation.drafted", consultation, actor=actor)
    return consultation


@transaction.atomic
def change_consultation(consultation: Consultation, *, actor: User, **fields: Any) -> Consultation:
    """Edit a draft. Raises NotADraft, DomainError for a time that has passed."""
    _lock_draft(consultation)
    _in_future(fields.get("closes_at", consultation.closes_at))
    for name, value in fields.items():
        setattr(consultation, name, value)
    consultation.save()
    record("consultation.changed", consultation, actor=actor)
    return consultation


def _in_future(moment: dt.datetime) -> None:
    if moment <= clock.now():
        raise DomainError(_("This time has passed."), field="closes_at")


def _lock_draft(consultation: Consultation) -> Consultation:
    lock(consultation)
    if consultation.state != S.DRAFT:
        raise NotADraft
    return consultation


@transaction.atomic
def add_section(consultation: Consultation, *, actor: User, title: str, text: str = "", upload: UploadedFile | None = None) -> Section:
    """Add material to a draft. Raises NotADraft, UploadRefused, DomainError when neither text nor file is given."""
    _lock_draft(consultation)
    if not text.strip() and not upload:
        raise DomainError(_("Give a text or a file."), field="text")
    position = (consultation.sections.order_by("-position").values_list("position", flat=True).first() or 0) + 1
    section = Section(consultation=consultation, position=position, title=title, text=text)
    if upload:
        section.file = store(upload, owner=consultation, purpose="consultation", actor=actor, allowed=ATTACHABLE)
    section.save()
    record("consultation.changed", consultation, actor=actor, section=title)
    return section


@transaction.atomic
def remove_section(section: Section, *, actor: User) -> None:
    """Take material out of a draft. Raises NotADraft."""
    consultation = _lock_draft(section.consultation)
    record("consultation.changed", consultation, actor=actor, removed=section.title)
    section.delete()
    for position, row in enumerate(consultation.sections.order_by("position"), start=1):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position", "updated_at"])


@transaction.atomic
def open_consultation(consultation: Consultation, *, actor: User) -> Consultation:
    """Ask: the list of units is made, each liaison gets a mail. Raises InvalidTransition, NothingToAsk, DomainError when the time has passed."""
    lock(consultation)
    if consultation.state != S.DRAFT:
        raise InvalidTransition
    if not consultation.sections.exists():
        raise NothingToAsk
    _in_future(consultation.closes_at)
    conditions = consultation.audience.conditions if consultation.audience else {}
    without = set(conditions.get("without_units") or [])
    asked = {membership.institution_id for membership in units_of(conditions)} | set(conditions.get("with_units") or [])
    AskedUnit.objects.bulk_create(AskedUnit(consultation=consultation, institution_id=pk) for pk in sorted(asked - without))
    move(consultation, to=S.OPEN, field="state", opened_at=clock.now())
    record("consultation.opened", consultation, actor=actor, units=len(asked - without))
    for unit in consultation.units.select_related("institution"):
        mails.asked(consultation, unit.institution)
    return consultation


@transaction.atomic
def save_comments(
    consultation: Consultation, institution: Institution, *, actor: User, comments: dict[int | None, tuple[str, bool]], uploads: Sequence[UploadedFile] = ()
) -> AskedUnit:
    """Keep what a unit says: `comments` by section's id (None: the whole), each text and whether it agrees. Empty ones are not kept unless they replace one.

    Raises NotOpen, UploadRefused, DomainError for too many files.
    """
    consultation = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    unit = AskedUnit.objects.select_for_update(of=("self",)).filter(consultation=consultation, institution=institution).first()
    if unit is None or consultation.state != S.OPEN or consultation.closes_at <= clock.database_now():
        raise NotOpen
    known = {row.section_id: row for row in unit.comments.all()}
    sections = set(consultation.sections.values_list("pk", flat=True)) | {None}
    for section, (text, agrees) in comments.items():
        row = known.get(section)
        if section not in sections or (row is None and not text.strip() and not agrees):
            continue
        row = row or Comment(unit=unit, section_id=section)
        row.text, row.agrees, row.written_by = text.strip(), agrees, actor
        row.save()
    if len(uploads) + files_of(unit).count() > MOST_FILES:
        raise DomainError(_("At most %(count)s files.") % {"count": MOST_FILES}, field="uploads")
    for upload in uploads:
        store(upload, owner=unit, purpose="comment", actor=actor, allowed=ATTACHABLE)
    unit.answered_at = clock.now()
    unit.save(update_fields=["answered_at"])
    record("consultation.commented", consultation, institution, actor=actor)
    return unit


@transaction.atomic
def remove_file(unit: AskedUnit, stored: StoredFile, *, actor: User) -> None:
    """Take a file back while the consultation is open. Raises NotOpen."""
    consultation = Consultation.objects.select_for_update(of=("self",)).get(pk=unit.consultation_id)
    if consultation.state != S.OPEN or consultation.closes_at <= clock.database_now():
        raise NotOpen
    record("consultation.commented", consultation, unit.institution, actor=actor, removed=stored.name)
    stored.delete()


@transaction.atomic
def close_consultation(consultation: Consultation, *, actor: User | None = None) -> Consultation:
    """No more comments: by a person, or by its time. Raises InvalidTransition."""
    lock(consultation)
    move(consultation, to=S.CLOSED, field="state", closed_at=clock.now())
    record("consultation.closed", consultation, actor=actor, source="" if actor else "task:consultations")
    return consultation


def close_due_consultations() -> int:
    """Close those whose time has passed. Returns how many. Safe to run twice."""
    closed = 0
    for consultation in Consultation.objects.filter(state=S.OPEN, closes_at__lte=clock.now()):
        with transaction.atomic():
            lock(consultation)
            if consultation.state == S.OPEN and consultation.closes_at <= clock.now():
                close_consultation(consultation)
                closed += 1
    return closed


@transaction.atomic
def extend_consultation(consultation: Consultation, *, actor: User, closes_at: dt.datetime) -> Consultation:
    """More time, also for one that has closed and is not yet answered; whoever has not answered is told. Raises InvalidTransition, DomainError."""
    lock(consultation)
    _in_future(closes_at)
    consultation.closes_at = closes_at
    if consultation.state == S.CLOSED:
        move(consultation, to=S.OPEN, field="state", closes_at=closes_at, closed_at=None)
    elif consultation.state == S.OPEN:
        consultation.save(update_fields=["closes_at", "updated_at"])
    else:
        raise NotOpen
    record("consultation.extended", consultation, actor=actor, closes_at=closes_at)
    remind_units(consultation, actor=actor)
    return consultation


@transaction.atomic
def remind_units(consultation: Consultation, *, actor: User) -> int:
    """Write to the liaisons of the units that have not answered, at most once a day. Returns to how many units. Raises NotOpen."""
    lock(consultation)
    if consultation.state != S.OPEN:
        raise NotOpen
    silent = consultation.units.filter(answered_at=None).select_related("institution")
    for unit in silent:
        mails.reminder(consultation, unit.institution, day=clock.today())
    record("consultation.reminded", consultation, actor=actor, units=len(silent))
    return len(silent)


@transaction.atomic
def answer_comment(comment: Comment, *, actor: User, answer: str, verdict: str) -> Comment:
    """The secretariat's answer to a comment; changeable until the summary is published. Raises NotOpen afterwards."""
    lock(comment)
    consultation = Consultation.objects.select_for_update(of=("self",)).get(pk=comment.unit.consultation_id)
    if consultation.state == S.ANSWERED:
        raise NotOpen(_("The summary has been published."))
    comment.answer, comment.verdict, comment.answered_by = answer, verdict, actor
    comment.save()
    record("consultation.answered", consultation, actor=actor, unit=str(comment.unit))
    return comment


@transaction.atomic
def publish_summary(consultation: Consultation, *, actor: User, conclusion: str) -> Consultation:
    """Publish: every unit that was asked gets a mail with the summary. Raises InvalidTransition, Unanswered."""
    lock(consultation)
    if comments_of(consultation).exclude(text="").filter(verdict="").exists():
        raise Unanswered
    move(consultation, to=S.ANSWERED, field="state", published_at=clock.now(), conclusion=conclusion)
    record("consultation.published", consultation, actor=actor)
    for unit in consultation.units.select_related("institution"):
        mails.summary(consultation, unit.institution)
    return consultation
