"""What a participant says about the stay: the meeting's questions as fields, with a consent of their own; sessions; the form behind a link."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import Meeting, MeetingQuestion, Session
from members.enums import QuestionKind
from members.forms.fields import FoldedCharField, FoldedEmailField


class QuestionFields(forms.Form):
    """Mixin: one optional field for each question of the meeting, and the consent that any answer needs."""

    def ask(self, meeting: Meeting, given: dict[int, str], *, consented: bool = False) -> None:
        """Add the fields; `given` are the answers so far by the question's key."""
        self.questions = list(meeting.questions.all())
        for question in self.questions:
            self.fields[f"q{question.pk}"] = question_field(question, given.get(question.pk, ""))
        if self.questions:
            label = _("I agree that these answers are kept for organising this meeting. They are deleted %(days)s days after it.")
            self.fields["consent"] = forms.BooleanField(label=label % {"days": meeting.answers_days}, required=False, initial=consented)

    def clean(self) -> dict[str, Any]:
        """An answer needs the consent; no answer needs none."""
        data = super().clean() or {}
        if any(self.answers().values()) and not data.get("consent"):
            self.add_error("consent", _("Your answers can be kept only with this consent. You may also leave them all empty."))
        return data

    def answers(self) -> dict[str, str]:
        """By the question's key, as text."""
        asked = [f"q{question.pk}" for question in getattr(self, "questions", [])]
        return {name[1:]: "" if self.cleaned_data.get(name) is None else str(self.cleaned_data.get(name, "")) for name in asked}


class DetailsForm(QuestionFields):
    """Sessions and questions of one participant."""

    def __init__(self, *args: Any, meeting: Meeting, given: dict[int, str], chosen: list[int], consented: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limited = Session.objects.filter(meeting=meeting, capacity__isnull=False)
        if limited.exists():
            field = forms.ModelMultipleChoiceField(
                limited, required=False, widget=forms.CheckboxSelectMultiple, label=_("Sessions with places of their own"), initial=chosen
            )
            field.label_from_instance = session_label  # type: ignore[method-assign]
            self.fields["sessions"] = field
        self.ask(meeting, given, consented=consented)


class AskForm(QuestionFields):
    """Somebody asks for a place."""

    name = FoldedCharField(label=gettext_lazy("Name"), max_length=80)
    email = FoldedEmailField(label=gettext_lazy("E-mail"), help_text=gettext_lazy("Ticket and calendar entry are sent here."))
    department = FoldedCharField(label=gettext_lazy("Department"), max_length=120, required=False)
    post = FoldedCharField(label=gettext_lazy("Post"), max_length=80, required=False)
    mobile = FoldedCharField(label=gettext_lazy("Mobile"), max_length=30, required=False)

    def __init__(self, *args: Any, meeting: Meeting, public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if public:
            help_text = _("Official name in full. Member units register through their liaison.")
            self.fields = {"institution_name": FoldedCharField(label=_("University or institution"), max_length=120, help_text=help_text), **self.fields}
        self.ask(meeting, {})

    def person(self) -> dict[str, str]:
        """What describes the person."""
        return {name: self.cleaned_data[name] for name in ("name", "email", "department", "post", "mobile")}


class RefuseForm(forms.Form):
    """Why somebody gets no place."""

    reason = FoldedCharField(label=gettext_lazy("Reason"), max_length=200)


def question_field(question: MeetingQuestion, value: str) -> forms.Field:
    """The field for a question of its kind; never required."""
    common: dict[str, Any] = {"label": question.text, "help_text": question.help, "required": False, "initial": value}
    if question.kind == QuestionKind.LONG:
        return FoldedCharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), **common)
    if question.kind == QuestionKind.NUMBER:
        return forms.IntegerField(min_value=0, max_value=10**6, **common)
    if question.kind == QuestionKind.CHOICE:
        return forms.ChoiceField(choices=[("", _("Please choose")), *((option, option) for option in question.options)], **common)
    if question.kind == QuestionKind.YES_NO:
        return forms.ChoiceField(choices=[("", _("Please choose")), ("yes", _("Yes")), ("no", _("No"))], **common)
    return FoldedCharField(max_length=200, **common)


def session_label(session: Session) -> str:
    """Title, time, room and the places left."""
    from alliance.common.templatetags.alliance import moment

    taken = session.places.filter(registration__status__in=["confirmed", "unpaid", "offered", "attended", "absent"]).count()
    left = max(0, (session.capacity or 0) - taken)
    words = _("%(left)s places left") % {"left": left} if left else _("full")
    return f"{session.title} · {moment(session.starts_at)} · {session.room} · {words}"
