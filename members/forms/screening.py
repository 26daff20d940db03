"""What a screener says about an application."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.answers import PARTS, asked, question_field
from members.enums import CheckOutcome, Role
from members.forms.fields import FoldedCharField
from members.forms.naming import InstitutionNameForm
from members.models import Application, ChecklistItem, CorrectionPoint, ReasonTemplate, User

FIELD_CHOICES = [("", _("In general")), ("scan", _("Sealed form"))] + [
    (name, Application._meta.get_field(name).verbose_name) for part in PARTS for name in part.fields if part.slug != "consents"
]
POINTS = 5


class ReturnForm(forms.Form):
    """Up to five points, each tied to a field; or a text that recurs."""

    template = forms.ModelChoiceField(
        ReasonTemplate.objects.filter(for_declining=False), label=_("Text that recurs"), required=False, help_text=_("Becomes a point of its own.")
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        questions = [(question_field(question), question.text[:80]) for question, _value in asked(application)]
        for number in range(1, POINTS + 1):
            self.fields[f"field_{number}"] = forms.ChoiceField(
                label=_("Point %(number)s: about") % {"number": number}, choices=FIELD_CHOICES + questions, required=False
            )
            self.fields[f"text_{number}"] = FoldedCharField(
                label=_("Point %(number)s: what has to be mended") % {"number": number},
                max_length=500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def points(self) -> list[CorrectionPoint]:
        """The points that were filled in, not saved."""
        data = self.cleaned_data
        recurring = [CorrectionPoint(text=data["template"].text[:500])] if data.get("template") else []
        return recurring + [
            CorrectionPoint(field=data[f"field_{number}"], text=data[f"text_{number}"].strip())
            for number in range(1, POINTS + 1)
            if data.get(f"text_{number}", "").strip()
        ]


class PassForm(forms.Form):
    """What the council reads."""

    recommendation = FoldedCharField(label=_("Recommendation to the council"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), required=False)


class DeclineForm(forms.Form):
    """Why: in own words, or a text that recurs, or both."""

    template = forms.ModelChoiceField(ReasonTemplate.objects.filter(for_declining=True), label=_("Text that recurs"), required=False)
    reason = FoldedCharField(label=_("Reason, as the applicant will read it"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def clean(self) -> dict[str, Any]:
        """At least one of the two."""
        data = super().clean() or {}
        parts = [data["template"].text if data.get("template") else "", data.get("reason", "")]
        data["reason"] = "\n".join(part for part in parts if part)
        if not data["reason"] and not self.errors:
            self.add_error("reason", _("Say why."))
        return data


class LinkForm(InstitutionNameForm):
    """Which institution was meant; empty: a new one."""

    optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the institution in the register")
        self.fields["name"].help_text = _("Leave empty to add the typed name to the register.")


class AssignForm(forms.Form):
    """To whom."""

    screener = forms.ModelChoiceField(User.objects.none(), label=_("Screener"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["screener"].queryset = User.objects.filter(staff_roles__role=Role.SECRETARIAT, is_active=True).distinct()


class HoldForm(forms.Form):
    """Why."""

    reason = FoldedCharField(label=_("Reason, as the applicant will read it"), max_length=300)


class ChecklistForm(forms.Form):
    """One mark for each point."""

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        marks = {mark.item_id: mark.outcome for mark in application.marks.filter(round=application.round)}
        for item in ChecklistItem.objects.filter(is_active=True):
            self.fields[f"item_{item.pk}"] = forms.ChoiceField(
                label=item.text, required=False, choices=[("", "—"), *CheckOutcome.choices], initial=marks.get(item.pk, "")
            )

    def outcomes(self) -> dict[int, str]:
        """By the point's key."""
        return {int(name.removeprefix("item_")): value for name, value in self.cleaned_data.items()}


class TextForm(forms.Form):
    """A text."""

    text = FoldedCharField(label=_("Text"), max_length=3000, widget=forms.Textarea(attrs={"rows": 5}))
