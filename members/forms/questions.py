"""Wordings as data: questions and consents in their next version."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import ConsentKind, QuestionKind
from members.forms.fields import FoldedCharField
from members.models import RecruitmentRound


class ConsentForm(forms.Form):
    """The next version of a wording."""

    kind = forms.ChoiceField(label=_("What is agreed to"), choices=ConsentKind.choices)
    text = FoldedCharField(label=_("Wording"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    details = FoldedCharField(label=_("Explanation"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 6}))


class QuestionForm(forms.Form):
    """A question's next version."""

    text = FoldedCharField(label=_("Question"), max_length=200)
    help = FoldedCharField(label=_("Hint"), max_length=300, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind.choices)
    choices = FoldedCharField(label=_("Choices, one on each line"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
    required = forms.BooleanField(label=_("must be answered"), required=False)
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=1000)
    is_active = forms.BooleanField(label=_("asked"), required=False)
    recruitment = forms.ModelChoiceField(RecruitmentRound.objects.all(), label=_("only in this round"), required=False)
