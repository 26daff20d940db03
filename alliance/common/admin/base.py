"""The model admin that all others extend: permissions by name, read-only unless said otherwise, workflow buttons, a timeline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from alliance.common.admin.exports import as_csv, as_xlsx
from alliance.common.admin.lists import row_checkbox
from alliance.common.audit import record, timeline
from alliance.common.models import Organisation
from alliance.common.outbox import messages_about
from alliance.common.permissions import perm_name


@dataclass(frozen=True)
class WorkflowButton:
    """A step of the workflow on a record: a page with a form (`admin:<app>_<model>_<name>`), shown while `show(record)`."""

    name: str
    label: str | Promise
    permission: str
    show: Callable[[Any], bool] = lambda obj: True
    danger: bool = False
    secondary: bool = False
    url: Callable[[Any], str] | None = None


class TolerantAutocomplete(AutocompleteSelect):
    """A picker that survives being shown again with what was no number: Django's own asks the database for it and breaks."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """The chosen option, if what was sent can be one."""
        return super().optgroups(name, [key for key in value if str(key).isascii() and str(key).isdecimal() and len(str(key)) < 19] or [""], attrs)


class PermissionsByName:
    """Asks the named permissions (`app.action_model`) instead of Django's tables."""

    model: type[models.Model]
    editable_fields: Sequence[str] = ()

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's field, with a picker that bears any input."""
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs["widget"] = TolerantAutocomplete(db_field, self.admin_site, using=kwargs.get("using"))  # type: ignore[attr-defined]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """`app.view_model`."""
        return request.user.has_perm(perm_name(self.model, "view"), obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """`app.change_model`, and there is something to change."""
        return bool(self.editable_fields) and request.user.has_perm(perm_name(self.model, "change"), obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """`app.add_model`."""
        return request.user.has_perm(perm_name(self.model, "add"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """`app.delete_model`."""
        return request.user.has_perm(perm_name(self.model, "delete"), obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Shown to those who may look."""
        return request.user.has_perm(perm_name(self.model, "view"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything that is not named as editable; a new record may be filled in."""
        given = list(super().get_readonly_fields(request, obj))  # type: ignore[misc]
        if obj is None:
            return given
        fixed = [f.name for f in self.model._meta.fields if f.editable and f.name not in self.editable_fields and f.name != "id"]
        return [*given, *[name for name in fixed if name not in given]]


# A record shows this many of the latest entries and mails; the earlier ones are folded.
SHOWN_ENTRIES = 60
SHOWN_MAILS = 20


class AllianceModelAdmin(PermissionsByName, ModelAdmin):
    """See the module. Set `editable_fields` and `workflow`; changes made by forms are recorded in the audit."""

    workflow: Sequence[WorkflowButton] = ()
    actions = None
    compressed_fields = True
    change_form_outer_before_template = "admin/record_workflow.html"
    change_form_outer_after_template = "admin/record_after.html"
    panels: Sequence[str] = ()
    list_after_template = "admin/list_export.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, or with `?export=xlsx` (or csv) a file of exactly the rows and columns that are shown, on all its pages."""
        kind = request.GET.get("export", "")
        if kind not in {"xlsx", "csv"} or not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        request.GET = request.GET.copy()  # type: ignore[assignment]
        del request.GET["export"]  # type: ignore[misc]
        shown = self.get_changelist_instance(request)
        columns = [name for name in shown.list_display if name != "action_checkbox"]
        header = [str(label_for_field(name, self.model, self)) for name in columns]
        rows = [[self._cell(name, obj) for name in columns] for obj in shown.queryset]
        record("export.made", Organisation.load(), actor=request.user, list=self.model._meta.label_lower, rows=len(rows), kind=kind)
        return (as_xlsx if kind == "xlsx" else as_csv)(str(self.model._meta.verbose_name_plural), header, rows)

    @display(description=ModelAdmin.action_checkbox.short_description)
    def action_checkbox(self, obj: Any) -> SafeString:
        """The box that chooses the row."""
        return row_checkbox(obj.pk)

    def _cell(self, name: str, obj: Any) -> Any:
        """A value as the list shows it: choices in words, money as a number, the rest as it is."""
        if exported := getattr(getattr(self, name, None), "exported", ""):
            return getattr(obj, exported)
        field, _attribute, value = lookup_field(name, obj, self)
        if field is not None and field.choices:
            return getattr(obj, f"get_{name}_display")()
        return str(value) if isinstance(value, models.Model) else value

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The record with its steps, panels and timeline."""
        context = {**(extra_context or {}), "panels": ()}
        obj = self.get_object(request, object_id) if object_id else None
        if obj is not None:
            story = (obj, *self.further_history(obj))
            entries = list(timeline(*story))
            mails = list(messages_about(*story)) if request.user.has_perm("common.view_outboxmessage") else []
            context |= {
                "record": obj,
                "steps": self.steps_for(request, obj),
                "panels": self.panels,
                "earlier_entries": entries[:-SHOWN_ENTRIES],
                "entries": entries[-SHOWN_ENTRIES:],
                "earlier_mails": mails[:-SHOWN_MAILS],
                "mails": mails[-SHOWN_MAILS:],
                **self.panel_context(request, obj),
            }
        return super().changeform_view(request, object_id, form_url, context)

    def panel_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the panels of this model need."""
        return {}

    def further_history(self, obj: Any) -> Sequence[models.Model]:
        """Records whose entries belong to this one's story as well."""
        return ()

    def steps_for(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """The buttons this person sees on this record now."""
        app, model = self.model._meta.app_label, self.model._meta.model_name
        return [
            {"button": button, "url": button.url(obj) if button.url else reverse(f"admin:{app}_{model}_{button.name}", args=[obj.pk])}
            for button in self.workflow
            if button.show(obj) and request.user.has_perm(button.permission)
        ]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Into our audit, not into a second log."""
        record("record.added", obj, actor=request.user, kind=obj._meta.label_lower)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Which fields were changed; the values before and after are in the record's versions."""
        fields = [name for part in message if isinstance(part, dict) for name in part.get("changed", {}).get("fields", [])]
        record("record.changed", obj, actor=request.user, fields=[str(name) for name in fields])

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """One entry for each."""
        for obj in queryset:
            record("record.deleted", obj, actor=request.user, label=str(obj))


class AllianceInline(PermissionsByName, TabularInline):
    """Rows of a record; read-only unless `editable_fields` says otherwise."""

    extra = 0
    show_change_link = False
    hide_title = True

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """A cell's input has no label of its own beside it: the column's is said to a screen reader."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs.setdefault("aria-label", str(field.label or db_field.verbose_name))
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Editable rows are edited as rows; Django decides by permission."""
        return list(TabularInline.get_readonly_fields(self, request, obj))
