"""The feedback form: its fields are the questions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import AnswerKind
from meetings.models import FeedbackQuestion, FeedbackResponse

SCALE = [("5", _("5 very good")), ("4", "4"), ("3", "3"), ("2", "2"), ("1", _("1 poor"))]


class FeedbackForm(forms.Form):
    """One field for each question, filled with what was answered before."""

    def __init__(self, *args: Any, questions: list[FeedbackQuestion], given: FeedbackResponse | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = {f"q{question.pk}": question for question in questions}
        before = {answer.question_id: answer for answer in given.answers.all()} if given else {}
        for name, question in self.questions.items():
            self.fields[name] = _field(question)
            answer = before.get(question.pk)
            if answer is not None:
                self.fields[name].initial = answer.text or str(answer.number)

    @property
    def answers(self) -> dict[FeedbackQuestion, str]:
        """What was answered, by question."""
        return {question: self.cleaned_data[name] for name, question in self.questions.items() if self.cleaned_data.get(name)}


def _field(question: FeedbackQuestion) -> forms.Field:
    common = {"label": question.text, "required": question.required}
    if question.kind == AnswerKind.TEXT:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=2000, **common)
    options = {
        AnswerKind.SCALE: SCALE,
        AnswerKind.YES_NO: [("1", _("Yes")), ("0", _("No"))],
        AnswerKind.CHOICE: [(option, option) for option in question.options],
    }[AnswerKind(question.kind)]
    return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
