"""Fapiaos in the admin: requests, export for the tax bureau, import of what was issued, assigning by hand."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.columns import yuan
from alliance.common.admin.exports import XLSX
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.enums import FapiaoRequestState
from fees.fapiao_files.tables import read_summary
from fees.forms.fapiaos import AssignForm, FilesForm, FirstForm, TemplateForm
from fees.models import Fapiao, FapiaoRequest, FapiaoSetting
from fees.selectors.fapiaos import late_requests, red_needed, unpaid_fapiaos
from fees.services.fapiaos import cancel_request, export_requests
from fees.services.issued_fapiaos import Imported, attach, import_files, link_red, take_in
from members.admin.searching import InstitutionSearch

WAITING = (FapiaoRequestState.OPEN, FapiaoRequestState.EXPORTED)


class ExportRequests(WorkflowView):
    """Fill the bureau's template."""

    model: Any = FapiaoRequest
    permission = "fees.handle_fapiaos"
    title = _("Export for the tax bureau")
    lead = _("All open requests are filled in and marked as exported. Upload the result in the electronic tax bureau.")
    button = _("Fill in and download")
    form_class = TemplateForm

    def perform(self, form: Any) -> HttpResponse:
        """The filled workbook."""
        content, _count = export_requests(form.cleaned_data["template"].read(), actor=self.request.user, on=today())
        response = HttpResponse(content, content_type=XLSX)
        response.headers["Content-Disposition"] = f'attachment; filename="fapiao-{today()}.xlsx"'
        return response


class ImportFapiaos(WorkflowView):
    """Take in what was issued."""

    model: Any = Fapiao
    permission = "fees.handle_fapiaos"
    title = _("Take in issued fapiaos")
    lead = _("Each is read and given to its request when buyer and amount agree; the unit then gets its mail. The others are listed to be assigned.")
    button = _("Take in")
    form_class = FilesForm
    panel_template = "fees/admin_fapiao_import.html"

    def perform(self, form: Any) -> HttpResponse:
        """The same page with what became of each file."""
        uploads = [(upload.name, upload.read()) for upload in form.cleaned_data["files"] if upload]
        tables = [(name, content) for name, content in uploads if name.lower().endswith((".xlsx", ".xls", ".csv"))]
        result = import_files([pair for pair in uploads if pair not in tables], actor=self.request.user)
        for _name, content in tables:
            for one in read_summary(content):
                take_in([one], result, actor=self.request.user)
        self._say(result)
        return self.render_to_response(self.get_context_data(form=self.get_form_class()(), result=result))

    def _say(self, result: Imported) -> None:
        count = len(result.attached)
        messages.success(
            self.request, ngettext("%(count)s fapiao was given to its request.", "%(count)s fapiaos were given to their requests.", count) % {"count": count}
        )
        if result.problems:
            messages.warning(self.request, gettext("Some files were not taken in; see below."))


class Assign(WorkflowView):
    """Give a fapiao to a request by hand."""

    model = Fapiao
    permission = "fees.handle_fapiaos"
    title = _("Assign the fapiao")
    lead = _("Requests over the same amount.")
    button = _("Assign and tell the unit")
    done = _("The fapiao is assigned, and the unit is told.")
    form_class = AssignForm

    def get_form(self, form_class: Any = None) -> Any:
        """Those that fit."""
        form = super().get_form(form_class)
        form.fields["request"].queryset = FapiaoRequest.objects.filter(state__in=WAITING, amount=self.record.total)
        return form

    def perform_step(self, form: Any) -> None:
        """Attach."""
        attach(self.record, form.cleaned_data["request"], actor=self.request.user)


class LinkRed(WorkflowView):
    """Say which fapiao a red-letter one reverses, where its file does not."""

    model = Fapiao
    permission = "fees.handle_fapiaos"
    title = _("Link the red-letter fapiao")
    lead = _("Fapiaos of at least this amount that still stand. When all of it is reversed, the request waits again and the unit is told.")
    button = _("Link")
    done = _("Linked.")
    form_class = FirstForm
    previews_mail = True

    def get_form(self, form_class: Any = None) -> Any:
        """Those that fit."""
        form = super().get_form(form_class)
        form.fields["first"].queryset = Fapiao.objects.filter(is_red=False, is_closed=False, total__gte=-self.record.total)
        return form

    def perform_step(self, form: Any) -> None:
        """Link."""
        link_red(self.record, form.cleaned_data["first"], actor=self.request.user)


class CancelRequest(WorkflowView):
    """Not needed any more."""

    model = FapiaoRequest
    permission = "fees.handle_fapiaos"
    title = _("Cancel the request")
    button = _("Cancel the request")
    done = _("The request is cancelled.")
    danger = True

    def perform_step(self, form: Any) -> None:
        """Cancel."""
        cancel_request(self.record, actor=self.request.user)


class StandingFilter(admin.SimpleListFilter):
    """What finance has to look after."""

    title = _("to look after")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The lists of the start page."""
        return [
            ("late", _("Late: not issued in time")),
            ("unpaid", _("Issued before payment, not paid in time")),
            ("question", _("To be asked")),
            ("red", _("Red-letter needed after a credit note")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those."""
        if self.value() == "late":
            return late_requests(today())
        if self.value() == "unpaid":
            return unpaid_fapiaos(today())
        if self.value() == "red":
            return red_needed()
        return queryset.exclude(question="").filter(state__in=WAITING) if self.value() == "question" else queryset


@admin.register(FapiaoRequest)
class FapiaoRequestAdmin(InstitutionSearch, AllianceModelAdmin):
    """What units ask for."""

    amount_shown = yuan("amount", _("amount"))
    list_display = ("title", "institution", "amount_shown", "kind", "before_payment", "question", "state", "created_at")
    list_filter = (StandingFilter, "state", "kind", "before_payment")
    list_select_related = ("institution",)
    search_fields = ("title", "tax_number")
    list_before_template = "fees/admin_fapiao_request_list.html"
    workflow = [WorkflowButton("cancel", _("Cancel the request"), "fees.handle_fapiaos", show=lambda r: r.state in WAITING, danger=True)]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        export = path("export/", admin.site.admin_view(ExportRequests.as_view()), name="fees_fapiaorequest_export")
        return [export, workflow_path(CancelRequest, "cancel"), *super().get_urls()]


@admin.register(Fapiao)
class FapiaoAdmin(InstitutionSearch, AllianceModelAdmin):
    """What was issued."""

    total_shown = yuan("total", pgettext_lazy("amount", "total"))
    list_display = ("number", "issued_on", "buyer_name", "total_shown", "standing_shown", "request", "read_by")
    list_filter = (("request", admin.EmptyFieldListFilter), "is_red", ("red_of", admin.EmptyFieldListFilter), "is_closed")
    list_select_related = ("request",)
    search_fields = ("number", "buyer_name", "buyer_tax_number")
    institution_paths = ("request__institution",)
    list_before_template = "fees/admin_fapiao_list.html"
    panels = ("fees/admin_fapiao.html",)
    workflow = [
        WorkflowButton("assign", _("Assign"), "fees.handle_fapiaos", show=lambda f: f.request_id is None and not f.is_red and not f.is_closed),
        WorkflowButton("link", _("Link the red-letter fapiao"), "fees.handle_fapiaos", show=lambda f: f.is_red and f.red_of_id is None),
    ]

    @admin.display(description=_("state"), ordering="is_closed")
    def standing_shown(self, fapiao: Fapiao) -> str:
        """In words: a cross in a column of its own would look like an error."""
        if fapiao.is_red:
            return gettext("Red-letter")
        return gettext("Reversed") if fapiao.is_closed else gettext("In force")

    def panel_context(self, request: HttpRequest, obj: Fapiao) -> dict[str, Any]:
        """Its files."""
        return {"fapiao": obj}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        new = path("import/", admin.site.admin_view(ImportFapiaos.as_view()), name="fees_fapiao_import")
        return [new, workflow_path(Assign, "assign"), workflow_path(LinkRed, "link"), *super().get_urls()]


@admin.register(FapiaoSetting)
class FapiaoSettingAdmin(AllianceModelAdmin):
    """How the fee stands on a fapiao."""

    list_display = ("effective_from", "item_name", "tax_code", "percent", "days_to_issue", "days_to_pay")
    editable_fields = ("item_name", "tax_code", "rate", "days_to_issue", "days_to_pay")

    @admin.display(description=_("rate"), ordering="rate")
    def percent(self, obj: FapiaoSetting) -> str:
        """3% for 0.0300."""
        return f"{(obj.rate * 100).normalize():f}%"
