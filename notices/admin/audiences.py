"""Audiences in the admin: conditions, and who it is today."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.workflow import WorkflowView
from notices.forms.audiences import AudienceForm, initial_of
from notices.models import Audience
from notices.selectors.audiences import resolve
from notices.services.audiences import save_audience


class NewAudience(WorkflowView):
    """Make one."""

    model: Any = Audience
    permission = "notices.write_notice"
    title = _("New audience")
    lead = _("Conditions that are left empty ask for nothing; those that are filled must all be true. The list is shown after saving.")
    button = _("Save and show the list")
    form_class = AudienceForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Which one is changed."""
        return super().get_form_kwargs() | {"instance": self.record}

    def perform_step(self, form: Any) -> Any:
        """Save."""
        return save_audience(self.record, actor=self.request.user, name=form.cleaned_data["name"], conditions=form.conditions())


class EditAudience(NewAudience):
    """Change one."""

    title = _("Edit the audience")

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return initial_of(self.record)


@admin.register(Audience)
class AudienceAdmin(AllianceModelAdmin):
    """Saved conditions, with the list of today."""

    list_display = ("name", "updated_at")
    search_fields = ("name",)
    fields = ("name",)
    list_before_template = "notices/admin_audience_list.html"
    panels = ("notices/admin_audience.html",)
    workflow = [WorkflowButton("edit", _("Edit"), "notices.write_notice")]

    def panel_context(self, request: HttpRequest, obj: Audience) -> dict[str, Any]:
        """The list of today."""
        return {"found": resolve(obj.conditions)}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        new = path("new/", admin.site.admin_view(NewAudience.as_view()), name="notices_audience_new")
        return [new, workflow_path(EditAudience, "edit"), *super().get_urls()]
