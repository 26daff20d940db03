"""The editor of a notice's text: a plain text area that works without scripts, and grows into an editor where there are some."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.widgets import Script
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from notices.gongwen.blocks import read_blocks
from notices.gongwen.fields import FIELDS
from notices.gongwen.markup import text_from_html

LONGEST_TEXT = 200_000


def editor_html(text: str) -> str:
    """The text as the editor shows it: paragraphs with their numbers as words, lists, tables."""
    return render_to_string("notices/widgets/editable.html", {"blocks": read_blocks(text or "")})


class BodyWidget(forms.Textarea):
    """Posts either the text, or (from the editor) HTML, which is cleaned and kept as text."""

    template_name = "notices/widgets/body.html"

    class Media:
        js = (Script("js/editor.js", defer=True),)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the same as HTML, the fields that can be put in, and where pasted HTML is cleaned."""
        context = super().get_context(name, value, {"rows": 20, **(attrs or {})})
        return context | {"html": editor_html(value or ""), "fields": FIELDS, "clean_url": reverse_lazy("admin:notices_notice_clean")}

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """The editor's HTML wins where it is sent."""
        html = data.get(f"{name}_html", "")
        return text_from_html(html) if html.strip() else super().value_from_datadict(data, files, name)


class BodyField(forms.CharField):
    """A text with headings, lists, tables, bold words and links."""

    widget = BodyWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "max_length": LONGEST_TEXT,
                "help_text": _("Headings begin with 一、（一）1. or （1）. Text from Word can be pasted; numbers, lists, tables, bold words and links stay."),
                **kwargs,
            }
        )
