"""Who was there: entered from the paper list, and closed after the meeting."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import now
from alliance.common.exceptions import DomainError
from alliance.common.jobs import job_kind, label_summary, report_progress, start_job
from alliance.common.locking import lock
from alliance.common.models import Job
from alliance.common.transitions import move
from meetings import mails
from meetings.enums import PLACED, CheckInWay, MeetingStatus, RegistrationStatus
from meetings.models import CheckIn, Meeting, Registration
from meetings.services.certificates import issue_certificate
from meetings.services.checkin import check_in, undo_check_in
from members.models import User

KIND = "meetings.closing"
BATCH = 25


class NotBegun(DomainError):
    """Nobody can be absent from a meeting that has not begun."""

    message = _("The meeting has not begun yet.")


@transaction.atomic
def enter_attendance(meeting: Meeting, present: Collection[int], *, actor: User) -> tuple[int, int]:
    """From the paper list: registrations in `present` (primary keys) were there, the meeting's others were not.

    Returns how many were added and how many taken back. Keys of other meetings are passed over. Raises NotBegun.
    """
    lock(meeting)
    if now() < meeting.starts_at:
        raise NotBegun
    seated = meeting.registrations.filter(status__in=PLACED).select_related("person", "meeting", "institution").order_by("pk")
    standing = {c.registration_id: c for c in CheckIn.objects.filter(registration__meeting=meeting, undone_at=None).select_related("registration__meeting")}
    added = removed = 0
    for registration in seated:
        there = registration.pk in standing
        if registration.pk in present and not there:
            check_in(registration, actor=actor, way=CheckInWay.PAPER)
            added += 1
        elif registration.pk not in present and there:
            undo_check_in(standing[registration.pk], actor=actor)
            removed += 1
    record("meeting.attendance_entered", meeting, actor=actor, added=added, removed=removed)
    return added, removed


@transaction.atomic
def close_attendance(meeting: Meeting, *, actor: User) -> Job:
    """The meeting was held: who has a place and did not come is absent. Certificates and thanks follow in the background.

    Raises NotBegun, InvalidTransition for a meeting that is not published.
    """
    lock(meeting)
    if now() < meeting.starts_at:
        raise NotBegun
    move(meeting, to=MeetingStatus.HELD)
    absent = meeting.registrations.filter(status=RegistrationStatus.CONFIRMED).order_by("pk")
    count = 0
    for registration in absent.select_related("person"):
        move(registration, to=RegistrationStatus.ABSENT)
        record("registration.absent", registration, actor=actor, person=registration.person.name)
        count += 1
    attended = meeting.registrations.filter(status=RegistrationStatus.ATTENDED).count()
    record("meeting.held", meeting, actor=actor, attended=attended, absent=count)
    return start_job(KIND, actor=actor, params={"meeting": meeting.pk})


@job_kind(KIND, label=_("Certificates and thanks after a meeting"))
def finish_meeting(job: Job) -> None:
    """A certificate and a letter for everybody who attended. Run again it makes neither twice."""
    meeting = Meeting.objects.get(pk=job.params["meeting"])
    attended = list(meeting.registrations.filter(status=RegistrationStatus.ATTENDED).select_related("person", "institution", "meeting").order_by("pk"))
    for number, registration in enumerate(attended, start=1):
        conclude(registration)
        if number % BATCH == 0:
            report_progress(job, number, len(attended))
    job.done = job.total = len(attended)
    job.summary = {"certificates": len(attended)}


def conclude(registration: Registration) -> None:
    """One participant's certificate and the letter that brings it."""
    issue_certificate(registration, source="task:after")
    mails.thanks(registration)


label_summary({"certificates": _("certificates")})
