"""The ground floor's tables in the admin."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.base import AllianceModelAdmin, WorkflowButton
from alliance.common.admin.workflow import WorkflowView, workflow_path
from alliance.common.documents import revoke
from alliance.common.jobs import summary_in_words
from alliance.common.models import Job, LogEntry, Organisation, StoredFile, VerifiableDocument
from alliance.common.organisation import change_logo, publish_charter

# Packages' tables that nobody edits by hand: accounts and factors are changed by their owners, roles in our own pages.
for _model in list(admin.site._registry):
    if _model._meta.app_label in {"auth", "account", "mfa", "usersessions", "pghistory"}:
        admin.site.unregister(_model)


class RevokeForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason, shown to whoever verifies"), max_length=200)


class Revoke(WorkflowView):
    """Declare a document invalid."""

    model = VerifiableDocument
    permission = "common.revoke_document"
    title = _("Revoke this document")
    button = _("Revoke")
    done = _("The document is revoked.")
    danger = True
    form_class = RevokeForm

    def perform_step(self, form: forms.BaseForm) -> Any:
        """Revoke."""
        return revoke(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class LogoForm(forms.Form):
    """A picture, or nothing to go back to the shipped mark."""

    picture = forms.FileField(label=_("Picture"), required=False, help_text=_("PNG or JPG, best square and at least 200 pixels wide. Empty: the shipped mark."))


class Logo(WorkflowView):
    """Change the logo on pages and documents."""

    model = Organisation
    permission = "common.change_organisation"
    title = _("Logo")
    lead = _("It stands at the head of every page.")
    button = _("Save")
    done = _("The logo is saved.")
    form_class = LogoForm

    def perform_step(self, form: forms.BaseForm) -> Any:
        """Keep it."""
        return change_logo(self.record, upload=form.cleaned_data["picture"], actor=self.request.user)


class CharterForm(forms.Form):
    """The charter as a PDF."""

    document = forms.FileField(label=_("Charter (PDF)"), help_text=_("Applicants read it before they accept it; earlier texts are kept."))


class Charter(WorkflowView):
    """Publish the charter."""

    model = Organisation
    permission = "common.change_organisation"
    title = _("Charter")
    lead = _("Everybody can open it; the application form links to it beside the consent.")
    button = _("Publish")
    done = _("The charter is published.")
    form_class = CharterForm

    def perform_step(self, form: forms.BaseForm) -> Any:
        """Keep and show it."""
        return publish_charter(self.record, upload=form.cleaned_data["document"], actor=self.request.user)


@admin.register(Organisation)
class OrganisationAdmin(AllianceModelAdmin):
    """One row: its list leads straight to it."""

    workflow = [
        WorkflowButton("logo", _("Logo"), "common.change_organisation", secondary=True),
        WorkflowButton("charter", _("Charter"), "common.change_organisation", secondary=True),
    ]

    editable_fields = [f.name for f in Organisation._meta.fields if f.editable and f.name not in {"id", "logo", "charter"}]
    exclude = ("logo", "charter")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is only one."""
        return redirect(reverse("admin:common_organisation_change", args=[Organisation.load().pk]))

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(Logo, "logo"), workflow_path(Charter, "charter"), *super().get_urls()]


@admin.register(LogEntry)
class LogEntryAdmin(AllianceModelAdmin):
    """Who did what when."""

    list_display = ("occurred_at", "label", "who", "ip_address")
    list_filter = ("action",)
    search_fields = ("action", "actor__email", "actor__name")
    list_select_related = ("actor",)
    fields = ("occurred_at", "action", "actor", "source", "ip_address", "details")
    readonly_fields = ("details",)

    @admin.display(description=_("details"))
    def details(self, entry: LogEntry) -> str:
        """As plain text: the frame's own view of JSON needs inline styles."""
        return json.dumps(entry.data, ensure_ascii=False)

    @admin.display(description=_("action"))
    def label(self, entry: LogEntry) -> str:
        """In words."""
        return entry.label

    @admin.display(description=_("by"))
    def who(self, entry: LogEntry) -> str:
        """Person or source."""
        return entry.who


@admin.register(StoredFile)
class StoredFileAdmin(AllianceModelAdmin):
    """What was uploaded; the bytes are behind the owner's permission."""

    list_display = ("created_at", "name", "mimetype", "size", "purpose", "uploaded_by")
    list_filter = ("purpose", "mimetype")
    search_fields = ("name", "sha256")
    list_select_related = ("uploaded_by",)
    fields = ("name", "mimetype", "size", "sha256", "purpose", "uploaded_by", "created_at")
    readonly_fields = ("created_at",)


@admin.register(Job)
class JobAdmin(AllianceModelAdmin):
    """Long work: how far, and what became of each row."""

    list_display = ("created_at", "label", "state", "percent", "started_by", "message")
    list_filter = ("state", "kind")
    list_select_related = ("started_by",)
    fields = ("label", "state", "done", "total", "message", "started_by", "started_at", "finished_at", "attempts")
    readonly_fields = ("label",)
    panels = ("admin/panel_job.html",)

    @admin.display(description=_("kind"))
    def label(self, job: Job) -> str:
        """In words."""
        return job.label

    @admin.display(description="%")
    def percent(self, job: Job) -> int:
        """How far."""
        return job.percent

    def panel_context(self, request: HttpRequest, obj: Job) -> dict[str, Any]:
        """The first rows of the result, and the files that came of it."""
        files = StoredFile.objects.filter(owner_type=ContentType.objects.get_for_model(Job), owner_id=str(obj.pk)).order_by("created_at")
        return {"job": obj, "job_files": files, "job_rows": obj.rows.all()[:500], "summary": summary_in_words(obj)}


@admin.register(VerifiableDocument)
class VerifiableDocumentAdmin(AllianceModelAdmin):
    """Certificates and the like."""

    list_display = ("issued_at", "title", "code", "kind", "revoked_at")
    list_filter = ("kind",)
    search_fields = ("code", "title")
    fields = ("title", "code", "kind", "facts_shown", "issued_at", "revoked_at", "revoked_reason")
    readonly_fields = ("issued_at", "facts_shown")
    workflow = [
        WorkflowButton("page", _("Public page"), "common.view_verifiabledocument", secondary=True, url=lambda d: d.get_absolute_url()),
        WorkflowButton("revoke", _("Revoke"), "common.revoke_document", show=lambda d: d.revoked_at is None, danger=True),
    ]

    @admin.display(description=_("facts"))
    def facts_shown(self, document: VerifiableDocument) -> str:
        """As the public page says them."""
        return "；".join(f"{label}：{value}" for label, value in document.facts)

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(Revoke, "revoke"), *super().get_urls()]
