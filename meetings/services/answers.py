"""Extra questions and sessions: what a participant says, with a consent of its own."""

from itertools import pairwise
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import now
from alliance.common.exceptions import InvalidTransition
from alliance.common.locking import lock
from meetings.enums import SEATED
from meetings.exceptions import SessionFull, SessionsOverlap
from meetings.models import MeetingQuestion, Registration, RegistrationAnswer, Session, SessionPlace
from meetings.services.places import constraint_of
from members.models import User


@transaction.atomic
def save_answers(registration: Registration, values: dict[str, str], *, actor: User | None, source: str = "") -> Registration:
    """Keep a participant's answers by the question's key; an empty one takes the old one away. The caller has seen the consent.

    Without any answer left, the consent ends too.
    """
    lock(registration)
    questions = {str(q.pk): q for q in MeetingQuestion.objects.filter(meeting=registration.meeting_id)}
    for key, value in values.items():
        question = questions.get(str(key))
        if question is None:
            continue
        if value.strip():
            RegistrationAnswer.objects.update_or_create(registration=registration, question=question, defaults={"value": value.strip()[:1000]})
        else:
            RegistrationAnswer.objects.filter(registration=registration, question=question).delete()
    registration.consent_at = now() if registration.answers.exists() else None
    registration.save(update_fields=["consent_at", "updated_at"])
    record("registration.answered", registration, actor=actor, source=source, count=registration.answers.count())
    return registration


@transaction.atomic
def choose_sessions(registration: Registration, sessions: list[Session], *, actor: User | None, source: str = "") -> Registration:
    """The sessions with places of their own that a participant sits in; those not named any more are given back.

    Raises SessionFull (the session's lock and trigger decide between two), SessionsOverlap, InvalidTransition without a place at the meeting.
    """
    lock(registration)
    if registration.status not in SEATED:
        raise InvalidTransition
    wanted = sorted(sessions, key=lambda s: (s.starts_at, s.pk))
    if any(later.starts_at < earlier.ends_at for earlier, later in pairwise(wanted)):
        raise SessionsOverlap
    SessionPlace.objects.filter(registration=registration).exclude(session__in=wanted).delete()
    held = set(SessionPlace.objects.filter(registration=registration).values_list("session_id", flat=True))
    # Rows of sessions are locked by the trigger, in the order of their keys.
    for session in sorted((s for s in wanted if s.pk not in held), key=lambda s: s.pk):
        try:
            with transaction.atomic():
                SessionPlace.objects.create(session=session, registration=registration)
        except IntegrityError as error:
            if constraint_of(error) == "session_capacity":
                raise SessionFull(_("“%(session)s” is full.") % {"session": session.title}) from error
            raise InvalidTransition from error
    return registration


def answer_rows(registration: Registration) -> list[tuple[MeetingQuestion, str]]:
    """Each question of the meeting with this participant's answer, in order."""
    given: dict[Any, str] = {answer.question_id: answer.value for answer in registration.answers.all()}
    return [(question, given.get(question.pk, "")) for question in registration.meeting.questions.all()]
