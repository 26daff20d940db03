"""Files, minutes and project reports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import BEIJING
from meetings.enums import MaterialKind, Readers
from meetings.models import Meeting, Session
from members.forms.fields import FoldedCharField


class MaterialForm(forms.Form):
    """A file of the meeting, or of one item of its agenda."""

    session = forms.ModelChoiceField(Session.objects.none(), required=False, label=_("Agenda item"), empty_label=_("The meeting as a whole"))
    title = FoldedCharField(label=_("Title"), max_length=120, required=False, help_text=_("Empty: the file's name."))
    upload = forms.FileField(label=_("File"), help_text=_("PDF, PPTX, DOCX, XLSX or a picture. The place where a photo was taken is removed from it."))
    kind = forms.ChoiceField(label=_("Kind"), choices=MaterialKind.choices)
    readers = forms.ChoiceField(label=_("Who may read it"), choices=Readers.choices)
    visible_from = forms.DateField(label=_("To be read from"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Empty: at once."))

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["session"]
        field.queryset = meeting.sessions.all()
        field.label_from_instance = item_label
        if not field.queryset.exists():
            del self.fields["session"]


class MaterialRecordForm(forms.ModelForm):
    """A file's record; the agenda items to choose from are its meeting's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "session" in self.fields:
            self.fields["session"].queryset = Session.objects.filter(meeting=self.instance.meeting_id)
            self.fields["session"].label_from_instance = item_label


def item_label(session: Session) -> str:
    """When, and what."""
    return f"{session.starts_at.astimezone(BEIJING):%m-%d %H:%M} {session.title}"


class ReportForm(forms.Form):
    """A project's report of a quarter (R17)."""

    year = forms.IntegerField(label=_("Year"), min_value=2018, max_value=2200)
    quarter = forms.TypedChoiceField(label=_("Quarter"), choices=[(n, str(n)) for n in (1, 2, 3, 4)], coerce=int)
    summary = forms.CharField(label=_("Progress"), widget=forms.Textarea(attrs={"rows": 8}), max_length=8000)
    upload = forms.FileField(label=_("File"), required=False, help_text=_("PDF, PPTX, DOCX, XLSX or a picture."))


class StaffReportForm(ReportForm):
    """The same with what the secretariat decides."""

    meeting = forms.ModelChoiceField(Meeting.objects.none(), label=_("Heard at"), required=False)
    readers = forms.ChoiceField(label=_("Who may read it"), choices=Readers.choices, initial=Readers.MEMBERS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = Meeting.objects.order_by("-starts_at")
        self.fields["meeting"].label_from_instance = lambda m: f"{m.title}（{m.starts_at.astimezone(BEIJING):%Y-%m-%d}）"


class MinutesForm(forms.Form):
    """To whom the minutes are shown."""

    readers = forms.ChoiceField(label=_("Who may read it"), choices=Readers.choices, initial=Readers.MEMBERS)
