"""Forms beside the fixed parts: questions as data, colleagues, messages, departures."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.enums import QuestionKind
from members.forms.fields import FoldedCharField, FoldedEmailField
from members.models import Question

ANSWER_LENGTH = 3000


class QuestionsForm(forms.Form):
    """One field for each question, built from its kind. Answers may stay empty while drafting."""

    def __init__(self, *args: Any, asked: list[tuple[Question, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question, value in asked:
            self.fields[f"q{question.pk}"] = _field(question, value)

    def answers(self) -> dict[int, str]:
        """By the question's key, as text."""
        return {int(name[1:]): "" if value is None else str(value) for name, value in self.cleaned_data.items()}


def _field(question: Question, value: str) -> forms.Field:
    common: dict[str, Any] = {"label": question.text, "help_text": question.help, "required": question.required, "initial": value}
    if question.kind == QuestionKind.LONG:
        return FoldedCharField(max_length=ANSWER_LENGTH, widget=forms.Textarea(attrs={"rows": 5}), **common)
    if question.kind == QuestionKind.NUMBER:
        return forms.IntegerField(min_value=0, max_value=10**9, **common)
    if question.kind == QuestionKind.CHOICE:
        return forms.ChoiceField(choices=[("", _("Please choose")), *((option, option) for option in question.options)], **common)
    if question.kind == QuestionKind.YES_NO:
        return forms.ChoiceField(choices=[("", _("Please choose")), ("yes", _("Yes")), ("no", _("No"))], **common)
    return FoldedCharField(max_length=200, **common)


class ColleagueForm(forms.Form):
    """Whom to ask."""

    name = FoldedCharField(label=gettext_lazy("Name"), max_length=80)
    email = FoldedEmailField(label=gettext_lazy("E-mail"), help_text=gettext_lazy("Your colleague signs in with this address; a code is sent to it."))


class HandOverForm(ColleagueForm):
    """Who is to be liaison, and whether instead of me."""

    hands_over = forms.BooleanField(label=gettext_lazy("I hand over: my own role as liaison ends when the invitation is taken up."), required=False)


class MessageForm(forms.Form):
    """A message."""

    text = FoldedCharField(label=gettext_lazy("Message"), max_length=3000, widget=forms.Textarea(attrs={"rows": 5}))


class ConfirmForm(forms.Form):
    """All correct."""

    remark = FoldedCharField(label=gettext_lazy("Remark to the secretariat"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class LeaveForm(forms.Form):
    """A unit leaves."""

    reason = FoldedCharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    effective_on = forms.DateField(label=gettext_lazy("Takes effect on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    letter = forms.FileField(
        label=gettext_lazy("Sealed letter of the unit"),
        help_text=gettext_lazy("PDF, JPG or PNG, at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )
