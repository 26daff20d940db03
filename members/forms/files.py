"""A field for several files."""

from typing import Any

from django import forms


class MultipleFileInput(forms.FileInput):
    """Several files in one field."""

    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """A list of uploads."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each one by the usual rules."""
        single = super().clean
        given = data if isinstance(data, (list, tuple)) else [data]
        return [single(item, initial) for item in given] if given else [single(None, initial)]
