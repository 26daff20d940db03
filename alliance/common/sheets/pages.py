"""The import's pages in the admin: choose, name the columns, look, take over, undo; and the export."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.admin.exports import as_csv, as_xlsx
from alliance.common.audit import record
from alliance.common.models import Organisation
from alliance.common.models.sheets import RowOutcome, SheetImport, SheetState
from alliance.common.sheets.kinds import SheetKind, sheet_kind, sheet_kinds
from alliance.common.sheets.reading import read_rows
from alliance.common.sheets.services import NotTheSame, apply_import, begin_import, preview, refresh_preview, undo_import
from alliance.common.views import DomainErrorMixin

PER_PAGE = 100


class SheetPage:
    """A page of the admin about one kind of rows, for those who may import it."""

    request: HttpRequest
    kwargs: dict[str, Any]
    title: Any = gettext_lazy("Import and export")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Unknown kinds do not exist."""
        if not request.user.has_perm(self.kind.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @property
    def kind(self) -> SheetKind:
        """Of the address."""
        try:
            return sheet_kind(self.kwargs["kind"])
        except KeyError:
            raise Http404 from None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The admin's frame."""
        frame = admin.site.each_context(self.request)
        return {**frame, "title": f"{self.title} · {self.kind.label}", **super().get_context_data(kind=self.kind, **kwargs)}  # type: ignore[misc]


class RunPage(SheetPage):
    """A page about one import."""

    @property
    def run(self) -> SheetImport:
        """Of the address."""
        if not hasattr(self, "_run"):
            self._run = get_object_or_404(SheetImport.objects.select_related("file"), pk=self.kwargs["pk"], kind=self.kind.code)
        return self._run


class SheetIndex(TemplateView):
    """What can be brought in, and what was."""

    template_name = "sheets/index.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For those who may import anything at all."""
        self.kinds = [kind for kind in sheet_kinds() if request.user.has_perm(kind.permission)]
        if not self.kinds:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Kinds, and the latest imports."""
        codes = [kind.code for kind in self.kinds]
        runs = SheetImport.objects.filter(kind__in=codes).select_related("file", "started_by")[:30]
        labels = {kind.code: kind.label for kind in self.kinds}
        rows = [(run, labels[run.kind]) for run in runs]
        frame = admin.site.each_context(self.request)
        return {**frame, **super().get_context_data(kinds=self.kinds, runs=rows, **kwargs), "title": _("Import and export")}


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(label=gettext_lazy("Table (XLSX, XLS or CSV)"), widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}))


class SheetUpload(SheetPage, DomainErrorMixin, FormView):
    """Choose the file."""

    template_name = "sheets/upload.html"
    form_class = UploadForm

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Keep it and go on to the columns."""
        run = begin_import(self.kind, form.cleaned_data["file"], actor=self.request.user)
        return redirect("admin:sheet_columns", self.kind.code, run.pk)


class ColumnsForm(forms.Form):
    """For each column of ours, which of theirs."""

    def __init__(self, *args: Any, kind: SheetKind, run: SheetImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("not in the file"))] + [(str(n), f"{n + 1}. {cell}") for n, cell in enumerate(run.header) if cell]
        for column in kind.columns:
            initial = run.mapping.get(column.name)
            self.fields[column.name] = forms.ChoiceField(
                label=column.label, choices=choices, required=column.required, initial="" if initial is None else str(initial)
            )

    def mapping(self) -> dict[str, int]:
        """As the services want it."""
        return {name: int(value) for name, value in self.cleaned_data.items() if value != ""}


class SheetColumns(RunPage, DomainErrorMixin, FormView):
    """Name the columns; remembered for the next file."""

    template_name = "sheets/columns.html"
    form_class = ColumnsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The file's header."""
        return super().get_form_kwargs() | {"kind": self.kind, "run": self.run}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The first rows, to see what is in which column."""
        with self.run.file.content.open("rb") as handle:
            rows = read_rows(handle.read())[self.run.header_row : self.run.header_row + 5]
        return super().get_context_data(run=self.run, head=rows[0], sample=rows[1:], **kwargs)

    def perform(self, form: Any) -> HttpResponse:
        """Judge."""
        preview(self.run, form.mapping())
        return redirect("admin:sheet_preview", self.kind.code, self.run.pk)


class SheetPreview(RunPage, DomainErrorMixin, FormView):
    """Each row's verdict; then all, only the good ones, or nothing."""

    template_name = "sheets/preview.html"
    form_class = forms.Form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Errors first when asked for."""
        wanted = self.request.GET.get("only", "")
        rows = self.run.rows.filter(outcome=wanted) if wanted in RowOutcome.values else self.run.rows.all()
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page"))
        counts = [(value, label, self.run.counts.get(value, 0)) for value, label in RowOutcome.choices]
        return super().get_context_data(run=self.run, page_obj=page, counts=counts, only=wanted, errors=self.run.counts.get("error", 0), **kwargs)

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Take over, or undo."""
        if "undo" in self.request.POST:
            undo_import(self.run, actor=self.request.user)
            messages.success(self.request, _("The import has been undone as a whole."))
        else:
            try:
                apply_import(self.run, actor=self.request.user, only_good="only_good" in self.request.POST)
            except NotTheSame as error:
                refresh_preview(self.run)
                messages.warning(self.request, str(error))
                return redirect("admin:sheet_preview", self.kind.code, self.run.pk)
            messages.success(self.request, _("The rows have been taken over."))
        return redirect("admin:sheet_preview", self.kind.code, self.run.pk)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Columns first."""
        if self.run.state == SheetState.MAPPING:
            return redirect("admin:sheet_columns", self.kind.code, self.run.pk)
        return super().get(request, *args, **kwargs)


class SheetExport(SheetPage, View):
    """All there is, in the import's shape."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        """XLSX, or CSV by `?format=csv`."""
        rows = list(self.kind.export())
        header = [str(column.label) for column in self.kind.columns]
        table = [[row.get(column.name, "") for column in self.kind.columns] for row in rows]
        style = "csv" if request.GET.get("format") == "csv" else "xlsx"
        record("export.made", Organisation.load(), actor=request.user, list=kind, rows=len(rows), kind=style)
        return (as_csv if style == "csv" else as_xlsx)(str(self.kind.label), header, table)


def sheet_urls() -> list[URLPattern]:
    """For the admin site."""
    wrap = admin.site.admin_view
    return [
        path("sheets/", wrap(SheetIndex.as_view()), name="sheets"),
        path("sheets/<slug:kind>/", wrap(SheetUpload.as_view()), name="sheet_upload"),
        path("sheets/<slug:kind>/export/", wrap(SheetExport.as_view()), name="sheet_export"),
        path("sheets/<slug:kind>/<int:pk>/columns/", wrap(SheetColumns.as_view()), name="sheet_columns"),
        path("sheets/<slug:kind>/<int:pk>/", wrap(SheetPreview.as_view()), name="sheet_preview"),
    ]


__all__ = ["sheet_urls"]
