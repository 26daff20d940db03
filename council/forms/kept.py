"""A file that is kept while the letters of a step are looked at."""

from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from alliance.common.models import StoredFile
from council.models import Ballot
from council.selectors.kept import kept_files


class KeptUpload(forms.Form):
    """Subclasses say which field takes the file, what it is for, and what to say where there is none."""

    upload_field: ClassVar[str]
    purpose: ClassVar[str]
    missing: ClassVar[str | Promise]
    kept = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ballot: Ballot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballot = ballot
        # Asked for until one is kept: the page must not call it optional.
        upload = self.fields[self.upload_field]
        upload.required, upload.error_messages["required"] = not (self.is_bound and self.data.get("kept")), str(self.missing)

    def clean(self) -> dict[str, Any]:
        """A file: sent now, or kept from the look at the letters."""
        data = super().clean() or {}
        if not data.get(self.upload_field) and self.upload_field not in self.errors and self.kept_file() is None:
            self.add_error(self.upload_field, self.missing)
        return data

    def kept_file(self) -> StoredFile | None:
        """The file of this ballot that was kept from the look at the letters."""
        kept = self.cleaned_data.get("kept")
        return kept_files(self.ballot, self.purpose).filter(pk=kept).first() if kept else None
