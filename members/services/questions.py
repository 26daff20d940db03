"""Questions of the form as data: asked, answered, given new versions."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from alliance.common.text import lines
from members.enums import QuestionKind
from members.models import Answer, Application, Question, User

WORDING = ("text", "kind", "choices")


class NoChoices(DomainError):
    """A question with choices needs them."""

    message = _("Give at least two choices, one on each line.")
    field = "choices"


def questions_for(application: Application) -> QuerySet[Question]:
    """The questions this application is asked, in order: those for everybody, and those of its recruitment round."""
    return Question.objects.filter(Q(recruitment=None) | Q(recruitment=application.recruitment_id), is_active=True)


@transaction.atomic
def revise_question(question: Question, *, actor: User, **values: Any) -> Question:
    """Change a question. Another wording, once anybody answered the old one, makes a new version; what was answered keeps its wording.

    Raises NoChoices.
    """
    lock(question)
    wanted = {name: values.get(name, getattr(question, name)) for name in (*WORDING, "help", "required", "position", "is_active", "recruitment")}
    check_choices(wanted["kind"], wanted["choices"])
    if all(wanted[name] == getattr(question, name) for name in WORDING):
        for name, value in wanted.items():
            setattr(question, name, value)
        question.save()
        record("record.changed", question, actor=actor, fields=sorted(values))
        return question
    question.is_active = False
    question.save(update_fields=["is_active", "updated_at"])
    newest = Question.objects.filter(code=question.code).latest("version").version
    revised = Question.objects.create(code=question.code, version=newest + 1, **wanted)
    record("question.revised", question, revised, actor=actor, version=revised.version)
    return revised


def check_choices(kind: str, choices: str) -> None:
    """Raises NoChoices for a choice between fewer than two things."""
    if kind == QuestionKind.CHOICE and len(set(lines(choices))) < 2:
        raise NoChoices


def save_answers(application: Application, values: dict[int, str]) -> None:
    """Keep answers by the question's key; the caller holds the application's lock."""
    for question in questions_for(application).filter(pk__in=values):
        Answer.objects.update_or_create(application=application, question=question, defaults={"value": values[question.pk]})
        # An answer to an older version of the same question is no answer to this one.
        Answer.objects.filter(application=application, question__code=question.code).exclude(question=question).delete()
