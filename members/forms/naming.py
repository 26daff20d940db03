"""Naming one institution: by its official name or any name that only it has; where several go by a name, all are offered and none is picked."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Institution
from members.selectors.institutions import find_institution, search_institutions

OFFERED = 12


class InstitutionNameForm(forms.Form):
    """`name`, and after a name that fits several, `candidate` to choose among them. `cleaned_data["institution"]` has the one, or None when empty."""

    name = forms.CharField(
        label=gettext_lazy("Institution"), max_length=120, help_text=gettext_lazy("Its official name, or any name, pinyin or initials that only it has.")
    )
    candidate = forms.ChoiceField(label=gettext_lazy("Which one is meant?"), required=False, widget=forms.RadioSelect)
    optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = not self.optional
        self.offered = self._offered(str(self.data.get("name", ""))[:120]) if self.is_bound else {}
        if self.offered:
            choices = [(str(pk), f"{i.name} · {i.province} {i.city} {i.moe_code or ''}".strip()) for pk, i in self.offered.items()]
            self.fields["candidate"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["candidate"]

    @staticmethod
    def _offered(name: str) -> dict[int, Institution]:
        """All who may be meant; nobody when the name says exactly who."""
        name = name.replace("\x00", "")  # what was typed, before the field has cleaned it
        found, _why = find_institution(name) if name.strip() else (None, "")
        return {} if found else {i.pk: i for i in search_institutions(name, limit=OFFERED)}

    def clean(self) -> dict[str, Any]:
        """Exactly one, or the person is asked."""
        data = super().clean() or {}
        data["institution"] = None
        name = data.get("name", "").strip()
        if not name or self.errors:
            return data
        chosen = data.get("candidate", "")
        if chosen:
            data["institution"] = self.offered[int(chosen)]
            return data
        data["institution"], why = find_institution(name)
        if data["institution"] is None:
            self.add_error("name", _("Choose below which of these is meant.") if self.offered else why)
        return data
