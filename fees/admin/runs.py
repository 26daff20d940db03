"""Dues runs in the admin: drafted, looked at, issued, voided."""

from collections import Counter
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views import View

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.columns import yuan
from alliance.common.admin.exports import as_workbook
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from alliance.common.views import PermissionRequired
from fees.enums import RunState
from fees.forms.dues import NewRunForm
from fees.forms.payments import ReasonForm
from fees.models import DuesRun, Payment
from fees.selectors.dues import DUE, candidates, why
from fees.services.dues import draft_run, run_failed, start_run, void_run
from members.models import Tier


class NewRun(WorkflowView):
    """Draft a run."""

    model: Any = DuesRun
    permission = "fees.run_dues"
    title = _("New dues run")
    lead = _("A preview is made first: who is billed what and why, who is left out and why. Nothing is issued before you start it.")
    button = _("Preview")
    form_class = NewRunForm

    def get_initial(self) -> dict[str, Any]:
        """This year, today."""
        return {"year": today().year, "issued_on": today()}

    def perform_step(self, form: Any) -> Any:
        """Draft."""
        return draft_run(actor=self.request.user, **form.cleaned_data)


class StartRun(WorkflowView):
    """Issue."""

    model = DuesRun
    permission = "fees.run_dues"
    title = _("Issue the notices")
    lead = _("The notices are issued in the background, all or none; afterwards each unit gets its mail.")
    button = _("Issue and send")
    done = _("The run has started. Its progress stands among the background jobs.")
    panel_template = "fees/admin_run.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The preview once more."""
        return super().get_context_data(**preview_of(self.record), **kwargs)

    def perform_step(self, form: Any) -> None:
        """Start."""
        start_run(self.record, actor=self.request.user)


class VoidRun(WorkflowView):
    """Void all notices of a run."""

    model = DuesRun
    permission = "fees.run_dues"
    title = _("Void the run")
    lead = _("All its notices become void; their numbers stay used and the year can be billed anew. Only possible before anything was paid.")
    button = _("Void the run")
    done = _("The run is void.")
    danger = True
    form_class = ReasonForm

    def perform_step(self, form: Any) -> None:
        """Void."""
        void_run(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


def limits_in_words(run: DuesRun) -> str:
    """Whom a run looks at: all units, or its conditions."""
    joined = {"first": run.joined_from, "last": run.joined_to}
    limits = [
        run.tier and str(run.tier),
        run.kind and run.get_kind_display(),
        run.province,
        run.joined_from and gettext("joined in or after %(first)s") % joined,
        run.joined_to and gettext("joined in or before %(last)s") % joined,
        run.institution and str(run.institution),
        run.chosen and ngettext("%(count)s chosen unit", "%(count)s chosen units", len(run.chosen)) % {"count": len(run.chosen)},
    ]
    return "；".join(str(limit) for limit in limits if limit) or gettext("all units")


def preview_of(run: DuesRun) -> dict[str, Any]:
    """What a draft would do; nothing for a run that has been issued."""
    if run.state != RunState.DRAFT:
        return {"rows": None, "run": run, "skips": [(skip, why(skip.verdict)) for skip in run.skips.all()]}
    rows = candidates(run.year, **run.scope)
    due = [row for row in rows if row.verdict == DUE]
    tiers = dict(Tier.objects.values_list("pk", "name"))
    counts, sums = Counter(row.tier_id for row in due), Counter[Any]()
    for row in due:
        sums[row.tier_id] += row.net
    net, before = sum((row.net for row in due), Decimal(0)), sum((row.last_year for row in rows), Decimal(0))
    return {
        "run": run,
        "rows": rows,
        "due": due,
        "left_out": [row for row in rows if row.verdict != DUE],
        "tiers": [(tiers.get(tier, "—"), counts[tier], sums[tier]) for tier in sorted(counts, key=str)],
        "sum": net,
        "before": before,
        "difference": net - before,
        "credit_units": Payment.objects.filter(left__gt=0, institution__in=[row.institution_id for row in due]).values("institution").distinct().count(),
    }


class PreviewWorkbook(PermissionRequired, View):
    """The preview of a draft as a workbook: who is billed and why, who is left out and why. Of a run that was started, what it left out."""

    permission = "fees.run_dues"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file."""
        run = get_object_or_404(DuesRun, pk=pk)
        return as_workbook(f"dues-{run.year}", preview_tables(preview_of(run)))


def preview_tables(seen: dict[str, Any]) -> list[tuple[str, list[str], list[tuple[Any, ...]]]]:
    """What `preview_of` found as tables: title, header, rows."""
    left_out, unit, reason = gettext("Left out"), gettext("Unit"), gettext("Why")
    if seen["rows"] is None:
        return [(left_out, [unit, reason], [(skip.institution_name, f"{text}：{skip.note}" if skip.note else text) for skip, text in seen["skips"]])]
    header = [unit, gettext("Tier"), reason, gettext("Fee"), gettext("Reduction"), gettext("Reason"), gettext("Amount"), gettext("Year before")]
    due = [(row.name, row.tier, row.basis, row.amount, row.reduction, row.reason, row.net, row.last_year) for row in seen["due"]]
    out = [(row.name, f"{row.why}：{row.reason}" if row.reason else row.why) for row in seen["left_out"]]
    return [(gettext("To be billed"), header, due), (left_out, [unit, reason], out)]


@admin.register(DuesRun)
class DuesRunAdmin(AllianceModelAdmin):
    """The annual fees of a year."""

    list_display = ("year", "issued_on", "limited_to", "state", "count", "total_shown", "started_by")
    list_filter = ("year", "state")
    list_select_related = ("started_by", "tier", "institution")
    list_before_template = "fees/admin_run_list.html"
    fields = ("year", "issued_on", "limited_to", "state", "count", "total_shown", "job", "started_by")
    readonly_fields = ("limited_to", "total_shown")
    panels = ("fees/admin_run.html",)
    workflow = [
        WorkflowButton("start", _("Issue and send"), "fees.run_dues", show=lambda r: r.state == RunState.DRAFT),
        WorkflowButton("void", _("Void the run"), "fees.run_dues", show=lambda r: r.state == RunState.ISSUED, danger=True),
    ]

    total_shown = yuan("total", pgettext_lazy("amount", "total"))

    @admin.display(description=_("limited to"))
    def limited_to(self, obj: DuesRun) -> str:
        """In words."""
        return limits_in_words(obj)

    def panel_context(self, request: HttpRequest, obj: DuesRun) -> dict[str, Any]:
        """The preview, or where its notices are."""
        run_failed(obj)
        return preview_of(obj) | {"notices": f"{reverse('admin:fees_invoice_changelist')}?run__id__exact={obj.pk}"}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        preview = path("<int:pk>/preview.xlsx", admin.site.admin_view(PreviewWorkbook.as_view()), name="fees_duesrun_preview")
        new = path("new/", admin.site.admin_view(NewRun.as_view()), name="fees_duesrun_new")
        return [new, preview, workflow_path(StartRun, "start"), workflow_path(VoidRun, "void"), *super().get_urls()]
