"""What runs out by itself, minute by minute: offers not accepted, places not paid, lines that can move, answers no longer needed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliance.common.audit import record
from alliance.common.clock import now
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from meetings.enums import MeetingStatus, RequestStatus
from meetings.enums import RegistrationStatus as R
from meetings.models import Meeting, PlaceRequest, Registration, RegistrationAnswer, RegistrationDraft
from meetings.services.paying import lock_invoice
from meetings.services.places import lock_places
from meetings.services.registration import cancel_registration
from meetings.services.waiting import promote_waiting

SOURCE = "task:meetings"
UNPROVED_DAYS = 7


def sweep_places() -> int:
    """Let lapse what ran out, and move the lines on where somebody was being served before. Returns how many places changed."""
    moment = now()
    count = 0
    for registration in Registration.objects.filter(status=R.OFFERED, accept_until__lt=moment).order_by("pk"):
        count += _quietly(_release, registration, R.OFFERED, _("The place was not accepted in time."))
    for registration in Registration.objects.filter(status=R.PENDING_PAYMENT, hold_until__lt=moment).order_by("pk"):
        count += _quietly(_release, registration, R.PENDING_PAYMENT, _("The fee was not paid while the place was held."))
    lines = Meeting.objects.filter(status=MeetingStatus.PUBLISHED, starts_at__gt=moment, registrations__status=R.WAITLISTED).distinct()
    for meeting in lines:
        count += _quietly(_move_on, meeting)
    return count


def _move_on(meeting: Meeting) -> int:
    return len(promote_waiting(lock(meeting), source=SOURCE))


def _quietly(work: Callable[..., int], *args: Any) -> int:
    """One piece in a transaction of its own; who is busy, or was faster, is left for the next minute."""
    try:
        with transaction.atomic():
            return work(*args)
    except DomainError:
        return 0


def _release(registration: Registration, status: str, reason: str) -> int:
    """Give back a place whose deadline has passed, unless it was accepted, paid or prolonged meanwhile."""
    lock_invoice(registration)
    lock_places(registration.meeting, registration.institution)
    lock(registration)
    deadline = registration.accept_until if status == R.OFFERED else registration.hold_until
    if registration.status != status or deadline is None or deadline >= now():
        return 0
    cancel_registration(registration, source=SOURCE, reason=reason, give_back=True)
    return 1


@transaction.atomic
def forget_answers() -> int:
    """Delete the personal answers of meetings that ended as many days ago as each says, requests that came to nothing, drafts. Returns how many answers."""
    moment = now()
    over = Meeting.objects.filter(ends_at__lt=moment - F("answers_days") * dt.timedelta(days=1))
    rows = RegistrationAnswer.objects.filter(registration__meeting__in=over)
    touched = list(Meeting.objects.filter(pk__in=rows.values("registration__meeting")))
    count, _kinds = rows.delete()
    Registration.objects.filter(meeting__in=over, consent_at__isnull=False, answers_deleted_at=None).update(answers_deleted_at=moment, updated_at=moment)
    for meeting in touched:
        record("meeting.answers_deleted", meeting, source=SOURCE)
    PlaceRequest.objects.filter(meeting__in=over).exclude(status=RequestStatus.ACCEPTED).delete()
    PlaceRequest.objects.filter(meeting__in=over).exclude(answers={}).update(answers={}, mobile="")
    PlaceRequest.objects.filter(status=RequestStatus.UNPROVED, created_at__lt=moment - dt.timedelta(days=UNPROVED_DAYS)).delete()
    RegistrationDraft.objects.filter(meeting__register_until__lt=moment).delete()
    return count
