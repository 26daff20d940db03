"""Fields in which full-width characters are as good as plain ones, and which never cut what was typed."""

import unicodedata
from typing import Any

from django import forms

# Letters, digits and the space; Chinese punctuation stays as it was typed.
WIDE = {0xFF01 + n: 0x21 + n for n in range(94) if chr(0x21 + n).isalnum()} | {0xFF20: "@", 0x3000: " "}


def folded(value: str) -> str:
    """Full-width letters and digits as plain ones, without control characters (NUL among them), trimmed."""
    normal = unicodedata.normalize("NFC", value).translate(WIDE)
    return "".join(c for c in normal if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def folded_address(value: str) -> str:
    """An e-mail address as it was meant: NFKC, the Chinese full stop as a point, without the spaces and invisible signs that copying brings along."""
    normal = unicodedata.normalize("NFKC", value).replace("。", ".")
    return "".join(c for c in normal if not c.isspace() and unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


class FoldedCharField(forms.CharField):
    """Text in which full-width digits are as good as plain ones.

    What is too long is told, not cut: a browser would cut a pasted text without a word. The page counts (static/js/count.js).
    """

    def to_python(self, value: Any) -> str:
        """Fold before anything is checked."""
        return folded(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The limit for the page to count by, instead of `maxlength`."""
        attrs = super().widget_attrs(widget)
        limit = attrs.pop("maxlength", None)
        if limit and not widget.is_hidden:
            attrs["data-limit"] = limit
        return attrs


class FoldedEmailField(forms.EmailField):
    """An e-mail address as a Chinese keyboard may write it: ａｂｃ＠ｅｘａｍｐｌｅ．ｃｏｍ."""

    def to_python(self, value: Any) -> str:
        """Fold before anything is checked."""
        return super().to_python(folded_address(value) if isinstance(value, str) else value)
