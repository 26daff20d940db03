"""The questions of a meeting and what came back."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from meetings.enums import AnswerKind
from meetings.models import FeedbackAnswer, FeedbackQuestion, FeedbackResponse, Meeting


@dataclass
class Result:
    """What came back to one question: bars for a chart (the table is the chart), the mean of a scale, the texts."""

    question: FeedbackQuestion
    count: int
    mean: float | None = None
    bars: list[dict[str, Any]] = field(default_factory=list)
    most: int = 1
    texts: list[str] = field(default_factory=list)


def questions_for(meeting: Meeting) -> QuerySet[FeedbackQuestion]:
    """What participants of a meeting are asked: the questions of all meetings and its own."""
    return FeedbackQuestion.objects.filter(Q(meeting=None) | Q(meeting=meeting), active=True)


def results(meeting: Meeting) -> list[Result]:
    """The results of all questions that were asked or answered; two queries. Texts come in random order, without names."""
    answers: dict[int, list[FeedbackAnswer]] = {}
    for answer in FeedbackAnswer.objects.filter(response__registration__meeting=meeting).order_by("?"):
        answers.setdefault(answer.question_id, []).append(answer)
    asked = FeedbackQuestion.objects.filter(Q(pk__in=answers) | (Q(active=True) & (Q(meeting=None) | Q(meeting=meeting))))
    return [_result(question, answers.get(question.pk, [])) for question in asked]


def responses(meeting: Meeting) -> int:
    """How many sent the form."""
    return FeedbackResponse.objects.filter(registration__meeting=meeting).count()


def _result(question: FeedbackQuestion, answers: list[FeedbackAnswer]) -> Result:
    result = Result(question, len(answers))
    if question.kind == AnswerKind.TEXT:
        result.texts = [answer.text for answer in answers]
        return result
    counts: Counter[Any] = Counter(answer.text if question.kind == AnswerKind.CHOICE else answer.number for answer in answers)
    result.bars = [{"label": label, "value": counts[value], "text": _share(counts[value], len(answers))} for value, label in _values(question)]
    result.most = len(answers) or 1  # A full bar is everybody, as the percentage beside it says.
    if question.kind == AnswerKind.SCALE and answers:
        result.mean = sum(value * count for value, count in counts.items()) / len(answers)
    return result


def _values(question: FeedbackQuestion) -> list[tuple[Any, str]]:
    if question.kind == AnswerKind.SCALE:
        return [(value, str(value)) for value in (5, 4, 3, 2, 1)]
    if question.kind == AnswerKind.YES_NO:
        return [(1, _("Yes")), (0, _("No"))]
    return [(option, option) for option in question.options]


def _share(count: int, total: int) -> str:
    return f"{count} ({count * 100 // total if total else 0}%)"
