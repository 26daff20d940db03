"""Forms of official notices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.forms.body import BodyField
from notices.models import Notice


class NoticeForm(forms.ModelForm):
    """What stands in a notice."""

    text = BodyField(label=_("Text"))

    class Meta:
        model = Notice
        fields = ("body", "title", "addressee", "text", "signature", "dated_on", "copy_line")
        widgets = {
            "signature": forms.Textarea(attrs={"rows": 2}),
            "dated_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "addressee": _("Ends with a colon: 各成员单位："),
            "signature": _("One line for each signatory."),
            "copy_line": _("As in 理事长单位、各副理事长单位。 Empty: none."),
        }

    def clean_signature(self) -> str:
        """Lines as they were typed, without the carriage returns of browsers."""
        return "\n".join(line.strip() for line in self.cleaned_data["signature"].splitlines() if line.strip())


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class AttachmentForm(forms.Form):
    """An attachment: a file, or a text."""

    title = forms.CharField(label=_("Name of the attachment"), max_length=120, help_text=_("Without a sign at its end: 参会回执"))
    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, picture, spreadsheet or Word file. Pages of a PDF are laid into the notice and carry its page numbers."),
    )
    text = BodyField(label=_("Or its text"), required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data = super().clean() or {}
        if not self.errors and bool(data.get("upload")) == bool((data.get("text") or "").strip()):
            raise forms.ValidationError(_("Give a text or a file, one of them."))
        return data


class AttachmentTextForm(forms.Form):
    """Another name or text of an attachment."""

    title = forms.CharField(label=_("Name of the attachment"), max_length=120)
    text = BodyField(label=_("Text"), required=False)
