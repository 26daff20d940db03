"""At the door and after the meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import BadgeSize, Print, PrintOrder, RegistrationStatus
from meetings.models import Meeting
from meetings.selectors.figures import in_order, placed
from meetings.services.planning import DEADLINES
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
    along = forms.BooleanField(
        label=_("Agenda and deadlines move along"),
        required=False,
        initial=True,
        help_text=_("By as much as the beginning: every agenda item, the end of registration, and until when places are replaced or cancelled."),
    )
    note = forms.CharField(label=_("What you add to the letter"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting

    def clean(self) -> dict[str, Any]:
        """It ends after it begins; deadlines that stay behind are not after the beginning."""
        data = super().clean() or {}
        begin = data.get("starts_at")
        if begin and data.get("ends_at") and data["ends_at"] <= begin:
            self.add_error("ends_at", _("A meeting ends after it begins."))
        if begin and begin != self.meeting.starts_at and not data.get("along"):
            late = [name for name in DEADLINES if (until := getattr(self.meeting, name)) and until > begin]
            if late:
                names = "、".join(str(Meeting._meta.get_field(name).verbose_name) for name in late)
                self.add_error(
                    "along", _("After the new beginning would be: %(names)s. Let the deadlines move along, or change them first.") % {"names": names}
                )
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
