"""At the door and after the meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import BEIJING
from meetings.enums import BadgeSize, MaterialKind, Print, PrintOrder, Readers, RegistrationStatus
from meetings.models import Meeting
from meetings.selectors.figures import in_order, placed
from members.forms.fields import FoldedCharField, FoldedEmailField
from members.models import Institution
from members.selectors.institutions import search_institutions


class WalkInForm(forms.Form):
    """Who stands there: unit by any of its names, name, address."""

    unit = FoldedCharField(label=_("University"), max_length=120, help_text=_("Any of its names, or pinyin."))
    name = FoldedCharField(label=_("Name"), max_length=80)
    email = FoldedEmailField(label=_("E-mail"), required=False, help_text=_("For the certificate of attendance."))

    def clean_unit(self) -> Institution:
        """The university that goes by this name; several are named, so that one can be typed in full."""
        text = self.cleaned_data["unit"]
        found = list(search_institutions(text)[:6])
        exact = [institution for institution in found if institution.name == text]
        if len(exact) == 1 or len(found) == 1:
            return (exact or found)[0]
        if not found:
            raise forms.ValidationError(_("No university of this name is registered."))
        raise forms.ValidationError(_("Several universities match: %(names)s. Type the full name.") % {"names": "、".join(i.name for i in found)})


class MoveForm(forms.Form):
    """Another time or place."""

    starts_at = forms.SplitDateTimeField(label=_("Begins"), widget=forms.SplitDateTimeWidget(date_attrs={"type": "date"}, time_attrs={"type": "time"}))
    ends_at = forms.SplitDateTimeField(label=_("Ends"), widget=forms.SplitDateTimeWidget(date_attrs={"type": "date"}, time_attrs={"type": "time"}))
    place = FoldedCharField(label=_("Place"), max_length=160)
    online_link = forms.URLField(label=_("Online link"), required=False, assume_scheme="https")
    note = forms.CharField(label=_("What you add to the letter"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)

    def clean(self) -> dict[str, Any]:
        """It ends after it begins."""
        data = super().clean() or {}
        if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", _("A meeting ends after it begins."))
        return data


class AttendanceForm(forms.Form):
    """The paper list: who signed."""

    present = forms.MultipleChoiceField(label=_("Who was there"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = in_order(placed(meeting), PrintOrder.UNIT)
        self.fields["present"].choices = [(str(r.pk), f"{r.institution.name} · {r.person.name}") for r in rows]
        self.fields["present"].initial = [str(r.pk) for r in rows if r.status == RegistrationStatus.ATTENDED]


class PrintForm(forms.Form):
    """What is printed, and how."""

    what = forms.ChoiceField(label=_("What"), choices=Print.choices, widget=forms.RadioSelect, initial=Print.BADGES)
    size = forms.ChoiceField(label=_("Size of the badges"), choices=BadgeSize.choices, initial=BadgeSize.CARD)
    order = forms.ChoiceField(label=_("Order"), choices=PrintOrder.choices, initial=PrintOrder.UNIT)


class MaterialForm(forms.Form):
    """A file of the meeting."""

    title = FoldedCharField(label=_("Title"), max_length=120, required=False, help_text=_("Empty: the file's name."))
    upload = forms.FileField(label=_("File"), help_text=_("PDF, PPTX, DOCX, XLSX or a picture. The place where a photo was taken is removed from it."))
    kind = forms.ChoiceField(label=_("Kind"), choices=MaterialKind.choices)
    readers = forms.ChoiceField(label=_("Who may read it"), choices=Readers.choices)
    visible_from = forms.DateField(label=_("To be read from"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Empty: at once."))


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
