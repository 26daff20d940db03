"""What participants say afterwards."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import now
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from meetings.enums import AnswerKind, RegistrationStatus
from meetings.models import FeedbackAnswer, FeedbackQuestion, FeedbackResponse, Registration

# Long enough for a holiday in between.
OPEN_FOR = dt.timedelta(days=60)


class FeedbackClosed(DomainError):
    """Before the meeting, long after it, or from somebody who was not there."""

    message = _("The feedback form is open to participants from the meeting's beginning until 60 days after its end.")


def feedback_open(registration: Registration) -> bool:
    """Whether this participant may answer now."""
    meeting = registration.meeting
    there = registration.status in {RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED}
    return there and meeting.starts_at <= now() <= meeting.ends_at + OPEN_FOR


@transaction.atomic
def answer_feedback(registration: Registration, answers: Mapping[FeedbackQuestion, int | str]) -> FeedbackResponse:
    """Keep a participant's answers; sent again they replace the earlier ones. Raises FeedbackClosed."""
    lock(registration)
    if not feedback_open(registration):
        raise FeedbackClosed
    response, made = FeedbackResponse.objects.get_or_create(registration=registration)
    response.answers.all().delete()
    FeedbackAnswer.objects.bulk_create(
        FeedbackAnswer(response=response, question=question, number=None if _is_text(question) else int(value), text=str(value) if _is_text(question) else "")
        for question, value in answers.items()
        if value not in ("", None)
    )
    response.save(update_fields=["updated_at"])
    if made:
        record("feedback.given", registration.meeting, source="participant")
    return response


def _is_text(question: FeedbackQuestion) -> bool:
    return question.kind in {AnswerKind.TEXT, AnswerKind.CHOICE}
