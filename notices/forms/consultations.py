"""Forms of consultations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.fields import MomentField
from notices.forms.body import BodyField
from notices.models import Comment, Consultation, Section


class ConsultationForm(forms.ModelForm):
    """What is asked, of whom, until when."""

    introduction = BodyField(label=_("Introduction"), required=False)
    closes_at = MomentField(label=_("Closes (Beijing time)"))

    class Meta:
        model = Consultation
        fields = ("title", "introduction", "closes_at", "visibility", "audience")


class SectionForm(forms.Form):
    """A part of the material."""

    title = forms.CharField(label=_("Title"), max_length=120)
    text = BodyField(label=_("Text"), required=False)
    upload = forms.FileField(label=_("File"), required=False, help_text=_("PDF, picture, spreadsheet or Word file; beside the text or instead of it."))


class ExtendForm(forms.Form):
    """Until when."""

    closes_at = MomentField(label=_("Closes (Beijing time)"))


class AnswerForm(forms.ModelForm):
    """The secretariat's answer."""

    class Meta:
        model = Comment
        fields = ("verdict", "answer")
        widgets = {"answer": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].required = self.fields["answer"].required = True


class PublishForm(forms.Form):
    """What comes of it."""

    conclusion = BodyField(label=_("Conclusion"), help_text=_("What will be done now. It stands at the end of the summary."))


class ManyFiles(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Cleans to a list of uploads."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each of them."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(one, initial) for one in given]


class CommentsForm(forms.Form):
    """A unit's comments: a text and “agrees” for each section, one text for the whole, files."""

    def __init__(self, *args: Any, sections: list[Section], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections
        for section in sections:
            self.fields[f"agrees_{section.pk}"] = forms.BooleanField(label=_("Agreed as it is"), required=False)
            self.fields[f"text_{section.pk}"] = self._text(_("Comment on “%(title)s”") % {"title": section.title})
        self.fields["text_whole"] = self._text(_("On the whole"))
        self.fields["uploads"] = ManyFilesField(
            label=_("Files"), required=False, help_text=_("PDF, pictures, spreadsheets or Word files, five at most in all.")
        )

    @staticmethod
    def _text(label: Any) -> forms.CharField:
        return forms.CharField(label=label, required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))

    def comments(self) -> dict[int | None, tuple[str, bool]]:
        """By section's id."""
        data = self.cleaned_data
        found: dict[int | None, tuple[str, bool]] = {one.pk: (data[f"text_{one.pk}"], data[f"agrees_{one.pk}"]) for one in self.sections}
        return found | {None: (data["text_whole"], False)}

    def parts(self) -> list[tuple[Section, Any, Any]]:
        """Each section with its two fields, for the page."""
        return [(one, self[f"agrees_{one.pk}"], self[f"text_{one.pk}"]) for one in self.sections]
