"""Reminders of dues in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin
from alliance.common.admin.workflow import WorkflowView
from fees.admin.common import FutureDayField, member_units
from fees.forms import FoldedField
from fees.models import DunningPause
from fees.services.vouchers import pause_dunning
from members.models import Institution


class PauseForm(forms.Form):
    """Whom, until when, why."""

    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Institution"))
    until = FutureDayField(label=_("Until"))
    reason = FoldedField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = member_units()  # type: ignore[attr-defined]


class Pause(WorkflowView):
    """No reminders to a unit for a while."""

    model: Any = DunningPause
    permission = "fees.adjust"
    title = _("Pause the reminders")
    button = _("Pause")
    done = _("No reminders about dues go to the unit until then.")
    form_class = PauseForm

    def perform_step(self, form: Any) -> Any:
        """Pause."""
        return pause_dunning(actor=self.request.user, **form.cleaned_data)


@admin.register(DunningPause)
class DunningPauseAdmin(AllianceModelAdmin):
    """Pauses of reminders."""

    list_display = ("institution", "until", "reason", "made_by")
    list_select_related = ("institution", "made_by")
    editable_fields = ("until", "reason")
    list_before_template = "fees/admin_pause_list.html"

    def get_urls(self) -> list[URLPattern]:
        """The step."""
        return [path("new/", admin.site.admin_view(Pause.as_view()), name="fees_dunningpause_new"), *super().get_urls()]
